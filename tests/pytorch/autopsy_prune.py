"""`mortality prune` against PyTorch: what it writes loads, runs and answers as before.

    MORTALITY=PROGRAM python autopsy_prune.py

trains small networks in which some units are silent from the start (a bias far below 0), saves
four files of each, prunes the last, loads what is left into a network with as many units, and
compares the answers on the training data. Ten networks are chains; of two with residual connections
`prune` must write only dead.json, and the lines of Python that it prints, run as they are, must
remove those units with Torch-Pruning. Prints a table; ends with 1 if anything differs.

PROGRAM takes `prune ...`: mortality, or target/release/examples/autopsy. Needs torch, safetensors
and torch-pruning.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
PROGRAM = os.environ.get("MORTALITY", "mortality")


class Named(nn.Module):
    """Layers by attribute; ReLU between, flattened before the first linear one."""

    def __init__(self, **layers):
        super().__init__()
        self.order = list(layers)
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, x):
        for name in self.order[:-1]:
            layer = getattr(self, name)
            if isinstance(layer, nn.Linear) and x.dim() > 2:
                x = x.flatten(1)
            x = layer(x)
            following = self.order[self.order.index(name) + 1]
            if not isinstance(layer, nn.Sequential) and "bn" not in following:
                x = F.relu(x)
        last = getattr(self, self.order[-1])
        flat = isinstance(last, nn.Linear) or (
            isinstance(last, nn.Sequential) and isinstance(last[0], nn.Linear)
        )
        return last(x.flatten(1) if flat else x)


class Wrapped(nn.Module):
    """The same under a wrapper's prefix."""

    def __init__(self, name, model):
        super().__init__()
        self.attribute = name
        setattr(self, name, model)

    def forward(self, x):
        return getattr(self, self.attribute)(x)


class Block(nn.Module):
    """A residual block of ResNet, with the shortcut's convolution where the widths differ."""

    def __init__(self, inputs, units):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, units, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(units)
        self.conv2 = nn.Conv2d(units, units, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(units)
        self.downsample = nn.Identity() if inputs == units else nn.Conv2d(inputs, units, 1)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.layer1 = nn.Sequential(Block(16, 16), Block(16, 16))
        self.layer2 = nn.Sequential(Block(16, 24))
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = self.layer2(self.layer1(F.relu(self.conv1(x))))
        return self.fc(x.mean((2, 3)))


class ResidualMlp(nn.Module):
    """Multilayer perceptrons that are added to what they read."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Linear(64, 32)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Linear(32, 48), nn.ReLU(), nn.Linear(48, 32)) for _ in range(3)
        )
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        x = self.stem(x.flatten(1))
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


def seq(*layers):
    return nn.Sequential(*layers)


def conv(a, b, kernel=3):
    return nn.Conv2d(a, b, kernel, padding=kernel // 2)


IMAGE, LINE, CUBE, NOISE = (1, 8, 8), (2, 24), (1, 4, 4, 4), (20, 1, 1)


class Network(NamedTuple):
    """A network, the shape of its input, and what `prune` must do with it."""

    build: Callable
    shape: tuple
    # The chain without which it must refuse; empty where names and shapes prove one.
    chain: str = ""
    # Where outputs are added, so that it must write dead.json alone: layers with silent units.
    inside: tuple = ()


NETWORKS = {
    "Sequential of linear layers of one width": Network(
        lambda: seq(nn.Flatten(), nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 10)), IMAGE),
    "LeNet (conv1, conv2, fc1, fc2, fc3)": Network(
        lambda: Named(conv1=conv(1, 6), conv2=conv(6, 16), fc1=nn.Linear(1024, 120), fc2=nn.Linear(120, 84), fc3=nn.Linear(84, 10)), IMAGE),
    "VGG with batch norm": Network(
        lambda: Named(
            features=seq(conv(1, 16), nn.BatchNorm2d(16), nn.ReLU(), conv(16, 16), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
                         conv(16, 24), nn.BatchNorm2d(24), nn.ReLU()),
            classifier=seq(nn.Linear(384, 40), nn.ReLU(), nn.Dropout(), nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 10))), IMAGE),
    "the same under `module.`": Network(
        lambda: Wrapped("module", Named(
            features=seq(conv(1, 12), nn.ReLU(), nn.MaxPool2d(2), conv(12, 20), nn.ReLU()), classifier=nn.Linear(320, 10))), IMAGE),
    "batch norm by attribute, under `model.`": Network(
        lambda: Wrapped("model", Named(conv1=nn.Conv2d(1, 12, 3, bias=False), bn1=nn.BatchNorm2d(12), conv2=nn.Conv2d(12, 20, 3, bias=False),
                                       bn2=nn.BatchNorm2d(20), fc=nn.Linear(320, 10))), IMAGE),
    "one dimension": Network(
        lambda: seq(nn.Conv1d(2, 16, 5), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(16, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(128, 10)), LINE),
    "three dimensions": Network(
        lambda: seq(nn.Conv3d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv3d(8, 12, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(768, 10)), CUBE),
    "DCGAN's generator": Network(
        lambda: Named(main=seq(
            nn.ConvTranspose2d(20, 24, 4, bias=False), nn.BatchNorm2d(24), nn.ReLU(),
            nn.ConvTranspose2d(24, 16, 4, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.ConvTranspose2d(16, 1, 3, 1, 1, bias=False), nn.Tanh())), NOISE),
    "autoencoder": Network(
        lambda: Named(encoder=seq(nn.Flatten(), nn.Linear(64, 40), nn.ReLU(), nn.Linear(40, 12), nn.ReLU()),
                      decoder=seq(nn.Linear(12, 40), nn.ReLU(), nn.Linear(40, 64))), IMAGE),
    "fc1, fc2 of one width": Network(
        lambda: Named(fc1=nn.Linear(64, 48), fc2=nn.Linear(48, 48), fc3=nn.Linear(48, 10)), IMAGE, chain="fc1,fc2,fc3"),
    "ResNet": Network(ResNet, IMAGE, inside=("layer1.0.bn1", "layer1.1.bn1", "layer2.0.bn1")),
    "residual multilayer perceptron": Network(ResidualMlp, IMAGE, inside=("blocks.0.0", "blocks.1.0", "blocks.2.0")),
}


def silence(model, names, generator):
    """Makes every fifth unit of the layers before an activation silent, as far as a shift can."""
    modules = dict(model.named_modules())
    for name in names or modules:
        module = modules[name]
        shifts = isinstance(module, (nn.Linear, nn.modules.conv._ConvNd, nn.BatchNorm2d))
        if not shifts or module.bias is None:
            continue
        chosen = torch.rand(module.bias.shape, generator=generator) < 0.2
        chosen[0] = False
        with torch.no_grad():
            module.bias[chosen] = -50.0


def hidden(model):
    """Names of layers that an activation follows: all but the last, and those that a norm follows."""
    kinds = (nn.Linear, nn.modules.conv._ConvNd, nn.BatchNorm2d)
    named = [(name, module) for name, module in model.named_modules() if isinstance(module, kinds)]
    pairs = zip(named, named[1:])
    return [name for (name, _), (_, after) in pairs if not isinstance(after, nn.BatchNorm2d)]


def train(model, shape, names, folder):
    generator = torch.Generator().manual_seed(1)
    silence(model, names, generator)
    x = torch.rand((256, *shape), generator=generator)
    with torch.no_grad():
        target = torch.randn(model(x).shape, generator=generator) * 0.2
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for step in range(121):
        if step % 40 == 0:
            save_file(model.state_dict(), folder / f"step-{step}.safetensors")
        if step == 120:
            break
        batch = torch.randint(0, 256, (32,), generator=generator)
        loss = F.mse_loss(model(x[batch]), target[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return x


def prune(folder, *options):
    command = [PROGRAM, "prune", folder / "step-120.safetensors", "--using", folder, "--out", folder.parent / "small.safetensors"]
    return subprocess.run([*map(str, command), *options], capture_output=True, text=True)


def resize(model, state):
    """Gives every module as many units and channels as its tensors have."""
    for name, module in model.named_modules():
        weight = state.get(f"{name}.weight")
        if weight is None:
            continue
        shape = weight.shape
        if isinstance(module, nn.Linear):
            module.out_features, module.in_features = shape
        elif isinstance(module, nn.modules.conv._ConvTransposeNd):
            module.in_channels, module.out_channels = shape[:2]
        elif isinstance(module, nn.modules.conv._ConvNd):
            module.out_channels, module.in_channels = shape[:2]
        elif isinstance(module, nn.BatchNorm2d):
            module.num_features = shape[0]
        for own, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
            tensor.data = torch.zeros_like(state[f"{name}.{own}"])
    model.load_state_dict(state, strict=True)


def difference(before, after):
    """Largest difference, and the largest size of a number."""
    return (before - after).abs().max().item(), before.abs().max().item()


def loaded(network, folder):
    """A network of what `prune` writes, and how it came to that; `None` and the error if not."""
    run, how = prune(folder), "by names and shapes"
    if network.chain:
        if run.returncode != 2 or "--chain" not in run.stderr:
            return None, "not refused"
        run = prune(folder, "--chain", network.chain)
        how = f"refused without `--chain {network.chain}`"
    if run.returncode != 0:
        return None, run.stderr.splitlines()[0]
    small = network.build()
    resize(small, load_file(folder.parent / "small.safetensors"))
    return small, how


def cut(model, batch, folder):
    """What the printed lines of Python make of a network that `prune` refuses."""
    run = prune(folder)
    if run.returncode != 2 or (folder.parent / "small.safetensors").exists():
        return None, "not refused"
    dead = json.loads((folder.parent / "dead.json").read_text())
    units = sum(len(layer["dead"]) for layer in dead["layers"])
    lines = re.search(r"import json.*", run.stderr, re.DOTALL).group()
    with contextlib.chdir(folder.parent):
        exec(lines, {"model": model, "batch": batch})
    small = torch.load(folder.parent / "small.pt", weights_only=False)
    return small, f"refused; {units} units of dead.json by Torch-Pruning"


def main():
    failed = False
    print("| network | weights before | after | largest difference | |\n|---|---|---|---|---|")
    for name, network in NETWORKS.items():
        torch.manual_seed(0)
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder) / "run"
            folder.mkdir()
            model = network.build()
            x = train(model, network.shape, network.inside or hidden(model), folder)
            model.eval()
            before, count = model(x), sum(p.numel() for p in model.parameters())
            small, how = cut(model, x[:2], folder) if network.inside else loaded(network, folder)
            if small is None:
                print(f"| {name} | {count} | | | {how} |")
                failed = True
                continue
            small.eval()
            left = sum(p.numel() for p in small.parameters())
            error, size = difference(before, small(x))
            failed |= left >= count or not error <= 1e-5 * max(size, 1)
            print(f"| {name} | {count} | {left} | {error:.0e} of {size:.1g} | {how} |")
    sys.exit(int(failed))


main()
