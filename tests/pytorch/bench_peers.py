"""Training speed of the networks of `cargo bench -p cnn --bench training`, beside PyTorch's.

Both run on one thread, a network at a time and by turns, over and over: ours, then PyTorch in four
ways, with NCHW tensors and with channels_last, each with SGD as it is and with `fused=True`.
Printed are medians, and the median of the ratios to the one of the four that is fastest. With
MORTALITY_SIMD=avx2 PyTorch is held to AVX2 too. PyTorch comes from PyPI into a virtual environment
under target/ that this script makes, unless the Python that runs it has torch already.

    python3 tests/pytorch/bench_peers.py [--rounds 7] [network ...]
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SECONDS = 0.5

# Of PyTorch's own kernels and of oneDNN's, where MORTALITY_SIMD asks for no more of ours.
LIMITS = {"avx2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"}}

# Whether channels_last, whether fused.
WAYS = {
    "NCHW": (False, False),
    "NCHW fused": (False, True),
    "channels_last": (True, False),
    "channels_last fused": (True, True),
}

NETWORKS = {
    "study": (1, 8, 32),
    "digits8": (1, 8, 64),
    "fashion28": (1, 28, 64),
    "cifar32": (3, 32, 64),
}


def with_torch():
    """Runs this script again in an environment that has torch, if this one has not."""
    try:
        import torch  # noqa: F401

        return
    except ImportError:
        pass
    environment = TARGET / "pytorch"
    python = environment / "bin" / "python"
    if not (environment / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        index = ["--extra-index-url", "https://download.pytorch.org/whl/cpu"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "numpy", *index], check=True)
        (environment / "ready").touch()
    os.execv(python, [python, *sys.argv])


def network(name):
    import torch.nn as nn

    def conv(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]

    pool = [nn.MaxPool2d(2)]

    def classifier(inputs, units):
        return [nn.Flatten(), nn.Linear(inputs, units), nn.ReLU(), nn.Linear(units, 10)]

    layers = {
        "study": conv(1, 16)
        + conv(16, 32)
        + pool
        + conv(32, 32)
        + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)],
        "digits8": conv(1, 16) + conv(16, 32) + pool + classifier(4 * 4 * 32, 64),
        "fashion28": conv(1, 16) + pool + conv(16, 32) + pool + classifier(7 * 7 * 32, 64),
        "cifar32": conv(3, 32)
        + conv(32, 32)
        + pool
        + conv(32, 64)
        + conv(64, 64)
        + pool
        + classifier(8 * 8 * 64, 128),
    }
    return nn.Sequential(*layers[name])


class Peer:
    """A network in PyTorch with its optimizer and its batches."""

    def __init__(self, name, channels_last, fused):
        import torch

        torch.manual_seed(0)
        channels, size, batch = NETWORKS[name]
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.model = network(name).to(memory_format=layout)
        parameters = self.model.parameters()
        self.optimizer = torch.optim.SGD(parameters, lr=0.01, momentum=0.9, fused=fused)
        self.loss = torch.nn.CrossEntropyLoss()
        self.batches = [
            (
                torch.rand(batch, channels, size, size).to(memory_format=layout),
                torch.randint(10, (batch,)),
            )
            for _ in range(8)
        ]
        self.batch = batch
        self.steps = 0

    def step(self):
        images, labels = self.batches[self.steps % len(self.batches)]
        self.steps += 1
        self.optimizer.zero_grad()
        self.loss(self.model(images), labels).backward()
        self.optimizer.step()

    def rate(self):
        """Images a second of this thread's time."""
        for _ in range(3):
            self.step()
        start, steps = time.thread_time(), 0
        while time.thread_time() - start < SECONDS:
            self.step()
            steps += 1
        return steps * self.batch / (time.thread_time() - start)


def ours():
    """The bench binary, built."""
    command = ["cargo", "bench", "-p", "cnn", "--bench", "training", "--no-run"]
    built = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    path = built.stderr.rsplit("(", 1)[1].split(")")[0]
    return ROOT / path


def our_rate(program, name):
    """(images a second, the rest of the line)."""
    line = subprocess.run([program, name], check=True, capture_output=True, text=True).stdout
    rate, rest = line.split(": ", 1)[1].split(" images/s, ")
    return float(rate), rest.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("networks", nargs="*", default=list(NETWORKS))
    arguments = parser.parse_args()
    # Read when torch is loaded.
    os.environ.update(LIMITS.get(os.environ.get("MORTALITY_SIMD"), {}))
    with_torch()
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    program = ours()
    print(
        f"PyTorch {torch.__version__} ({torch.backends.cpu.get_cpu_capability()}), one thread, "
        f"medians of {arguments.rounds} rounds by turns"
    )
    for name in arguments.networks:
        peers = [Peer(name, *way) for way in WAYS.values()]
        rates = []
        for _ in range(arguments.rounds):
            rate, rest = our_rate(program, name)
            rates.append([rate, *(peer.rate() for peer in peers)])
        us, *them = (statistics.median(column) for column in zip(*rates))
        best = them.index(max(them))
        ratio = statistics.median(row[0] / row[1 + best] for row in rates)
        ways = ", ".join(f"{way} {rate:.0f}" for way, rate in zip(WAYS, them))
        print(f"{name}: {us:.0f} images/s ({rest}); {ways}: {ratio:.2f} times the best", flush=True)


if __name__ == "__main__":
    main()
