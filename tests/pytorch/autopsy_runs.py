"""Training runs in PyTorch with their truth, to try the rules of `mortality autopsy` on.

    python autopsy_runs.py DIGITS.csv.gz FOLDER [SEEDS [PREFIX]]

writes FOLDER/<run>-<seed>/step-*.safetensors (or .pt with the optimizer's state) and truth.json:
at each save, for each layer, the units that are

  silent                  largest pre-activation over the whole training set <= 0 at that save
  dead_throughout         silent at this save, at the one before and on every batch between
  no_gradient_throughout  every gradient of its weights, bias and norm exactly 0 at every step
                          between; in front of a norm over channels, whose statistics carry the
                          gradients of others to it, of the norm alone

Needs torch and safetensors. Runs on one thread; a run takes some ten seconds.
"""

import csv
import gzip
import json
import math
import os
import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from autopsy_nets import OVER_CHANNELS, Net, spread, watch
from autopsy_nets import cnn, groups, layer_norms, mlp, norm_cnn, residual, separable, small, strided

torch.set_num_threads(1)


def digits(path):
    with gzip.open(path, "rt") as lines:
        table = torch.tensor([[float(cell) for cell in row] for row in csv.reader(lines)])
    images = table[:1437, :64].reshape(-1, 1, 8, 8) / 16
    return images, table[:1437, 64].long()


def sgd(**settings):
    return lambda net: torch.optim.SGD(net.parameters(), **settings)


def adamw(rate):
    return lambda net: torch.optim.AdamW(net.parameters(), lr=rate)


def adam_l2(rate, decay):
    return lambda net: torch.optim.Adam(net.parameters(), lr=rate, weight_decay=decay)


def weights_only(net, **settings):
    decay = settings.pop("weight_decay")
    weights = [p for p in net.parameters() if p.dim() > 1]
    others = [p for p in net.parameters() if p.dim() <= 1]
    groups = [{"params": weights, "weight_decay": decay}, {"params": others}]
    return torch.optim.SGD(groups, **settings)


# Many units are silent from the start.
SHORT = dict(steps=600, every=120, shift=1.0)

RUNS = {
    "rmsprop": dict(layers=cnn, optimizer=lambda n: torch.optim.RMSprop(n.parameters(), lr=0.01)),
    "rmsprop-mlp": dict(
        layers=mlp, optimizer=lambda n: torch.optim.RMSprop(n.parameters(), lr=0.005, momentum=0.9)
    ),
    "adam-l2": dict(
        layers=cnn,
        optimizer=lambda n: torch.optim.Adam(n.parameters(), lr=0.012, weight_decay=1e-4),
    ),
    "adam-l2-slow": dict(
        layers=strided,
        optimizer=lambda n: torch.optim.Adam(n.parameters(), lr=0.005, weight_decay=1e-5),
    ),
    "weights-only": dict(
        layers=cnn,
        optimizer=lambda n: weights_only(n, lr=0.2, momentum=0.9, weight_decay=5e-4),
    ),
    "cosine": dict(layers=cnn, optimizer=sgd(lr=0.25, momentum=0.9), cosine=True),
    "cosine-decay": dict(
        layers=strided, optimizer=sgd(lr=0.1, momentum=0.9, weight_decay=5e-4), cosine=True
    ),
    "dropout": dict(layers=lambda: mlp(0.4), optimizer=sgd(lr=0.4, momentum=0.9)),
    "clipping": dict(layers=strided, optimizer=sgd(lr=0.2, momentum=0.9), clip=1.0),
    "mlp": dict(layers=mlp, optimizer=sgd(lr=0.9)),
    "nesterov": dict(
        layers=cnn, optimizer=sgd(lr=0.15, momentum=0.9, nesterov=True, weight_decay=1e-4)
    ),
    "adamw-mlp": dict(
        layers=mlp, optimizer=lambda n: torch.optim.AdamW(n.parameters(), lr=0.01)
    ),
    "separable": dict(layers=separable, optimizer=sgd(lr=0.3, momentum=0.9)),
    "norm-decay": dict(
        layers=norm_cnn, optimizer=sgd(lr=0.3, momentum=0.9, weight_decay=5e-4)
    ),
    "adam-state": dict(
        layers=cnn, optimizer=lambda n: torch.optim.Adam(n.parameters(), lr=0.012), state=True
    ),
    "sgd-l2-state": dict(
        layers=cnn, optimizer=sgd(lr=0.2, momentum=0.9, weight_decay=1e-4), state=True
    ),
    "saved-often": dict(layers=cnn, optimizer=sgd(lr=0.2, momentum=0.9), steps=400, every=10),
    "long-momentum": dict(layers=cnn, optimizer=sgd(lr=0.03, momentum=0.99), steps=600, every=20),
    # The loss comes near 0 and L2 outweighs the gradients of living units.
    "near-zero": dict(layers=cnn, optimizer=adam_l2(0.012, 1e-4), steps=1500, every=250),
    "near-zero-fast": dict(layers=cnn, optimizer=adam_l2(0.02, 5e-4), steps=1500, every=250),
    "near-zero-slow": dict(layers=cnn, optimizer=adam_l2(0.004, 3e-4), steps=2400, every=400),
    "near-zero-mlp": dict(layers=mlp, optimizer=adam_l2(0.008, 1e-4), steps=1800, every=300),
    "near-zero-cosine": dict(
        layers=strided, optimizer=adam_l2(0.01, 2e-4), steps=1500, every=250, cosine=True
    ),
    # Files that are bfloat16 copies of weights that are kept in float32.
    "copies": dict(
        layers=cnn,
        optimizer=lambda n: torch.optim.AdamW(n.parameters(), lr=0.012, weight_decay=0.01),
        dtype=torch.bfloat16,
    ),
    "copies-sgd": dict(
        layers=cnn, optimizer=sgd(lr=0.8, weight_decay=1e-4), dtype=torch.bfloat16
    ),
    "copies-l2": dict(layers=cnn, optimizer=adam_l2(0.012, 1e-4), dtype=torch.bfloat16),
    # Norms over channels and over batches, before and after the activation; units start silent.
    "group-norm": dict(layers=lambda: small(groups), optimizer=sgd(lr=0.01, momentum=0.9), **SHORT),
    "group-norm-decay": dict(
        layers=lambda: small(groups), optimizer=sgd(lr=0.05, weight_decay=1e-3), **SHORT
    ),
    "group-norm-adamw": dict(layers=lambda: small(groups), optimizer=adamw(0.003), **SHORT),
    "group-norm-state": dict(
        layers=lambda: small(groups), optimizer=adamw(0.003), state=True, **SHORT
    ),
    "group-norm-after": dict(
        layers=lambda: small(groups), optimizer=sgd(lr=0.01, momentum=0.9), norm_first=False, **SHORT
    ),
    "layer-norm": dict(layers=layer_norms, optimizer=adamw(0.003), **SHORT),
    "layer-norm-sgd": dict(layers=layer_norms, optimizer=sgd(lr=0.1), **SHORT),
    "layer-norm-after": dict(
        layers=layer_norms, optimizer=adamw(0.003), norm_first=False, **SHORT
    ),
    "batch-norm": dict(
        layers=lambda: small(nn.BatchNorm2d), optimizer=sgd(lr=0.02, momentum=0.9), **SHORT
    ),
    "batch-norm-after": dict(
        layers=lambda: small(nn.BatchNorm2d), optimizer=sgd(lr=0.02, momentum=0.9),
        norm_first=False, **SHORT,
    ),
    "batch-norm-after-adamw": dict(
        layers=lambda: small(nn.BatchNorm2d), optimizer=adamw(0.005), norm_first=False, **SHORT
    ),
    "residual": dict(
        layers=residual, optimizer=sgd(lr=0.05, momentum=0.9, weight_decay=1e-4), **SHORT
    ),
    # Weights that are made of several tensors.
    "weight-norm": dict(
        layers=lambda: small(wrap=nn.utils.parametrizations.weight_norm),
        optimizer=sgd(lr=0.02, momentum=0.9), **SHORT,
    ),
    "weight-norm-old": dict(
        layers=lambda: small(wrap=nn.utils.weight_norm), optimizer=adamw(0.005), **SHORT
    ),
    "spectral-norm": dict(
        layers=lambda: small(wrap=nn.utils.parametrizations.spectral_norm),
        optimizer=adamw(0.003), **SHORT,
    ),
    # Copies of 16 bits, and weights of 16 bits.
    "half-sgd-l2": dict(
        layers=small, optimizer=sgd(lr=0.05, weight_decay=5e-4), dtype=torch.float16, **SHORT
    ),
    "half-adam-l2": dict(layers=small, optimizer=adam_l2(0.005, 1e-4), dtype=torch.float16, **SHORT),
    "bf16-adam": dict(
        layers=small, optimizer=lambda n: torch.optim.Adam(n.parameters(), lr=0.001),
        trained_as=torch.bfloat16, **SHORT,
    ),
    "dropout-adamw": dict(layers=lambda: mlp(0.4), optimizer=adamw(0.003), **SHORT),
    "gelu-adamw": dict(layers=mlp, optimizer=adamw(0.003), activation=nn.GELU, **SHORT),
    "silu-adamw": dict(layers=mlp, optimizer=adamw(0.003), activation=nn.SiLU, **SHORT),
    "silu-sgd": dict(layers=small, optimizer=sgd(lr=0.02, momentum=0.9), activation=nn.SiLU, **SHORT),
    "gelu": dict(layers=mlp, optimizer=sgd(lr=0.3, momentum=0.9), activation=nn.GELU),
    "elu": dict(layers=mlp, optimizer=sgd(lr=0.1, momentum=0.9), activation=nn.ELU),
}


def train(folder, images, labels, run, seed, batch=32):
    steps, every = run.get("steps", 1200), run.get("every", 200)
    torch.manual_seed(seed)
    net = Net(run["layers"](), run.get("activation", nn.ReLU), run.get("norm_first", True))
    if "shift" in run:
        spread(net, run["shift"])
    if "trained_as" in run:
        net, images = net.to(run["trained_as"]), images.to(run["trained_as"])
    optimizer = run["optimizer"](net)
    pre, norms = watch(net)
    net(images[:2])
    hidden = list(pre)
    os.makedirs(folder, exist_ok=True)

    def units(pre):
        return pre.transpose(0, 1).flatten(1)

    def silent():
        was = net.training
        net.train(False)
        with torch.no_grad():
            net(images)
        net.train(was)
        return {name: (units(pre[name]) <= 0).all(1) for name in hidden}

    def owned(name):
        tensors = list(net.get_submodule(name).parameters())
        norm = norms[name] and net.get_submodule(norms[name])
        if isinstance(norm, OVER_CHANNELS):
            return list(norm.parameters())
        return tensors + list(norm.parameters() if norm else [])

    truth = {}
    alive = before = gradient = None

    def save(step):
        nonlocal alive, before, gradient
        now = silent()
        truth[step] = {}
        for name in hidden:
            dead = now[name] & before[name] & ~alive[name] if before else now[name] & False
            none = ~gradient[name] if gradient else now[name] & False
            truth[step][name] = {
                "silent": now[name].nonzero().flatten().tolist(),
                "dead_throughout": dead.nonzero().flatten().tolist(),
                "no_gradient_throughout": none.nonzero().flatten().tolist(),
            }
        before = now
        alive = {name: torch.zeros_like(now[name]) for name in hidden}
        gradient = {name: torch.zeros_like(now[name]) for name in hidden}
        state = {name: value.contiguous() for name, value in net.state_dict().items()}
        if "dtype" in run:
            state = {name: value.to(run["dtype"]) for name, value in state.items()}
        if run.get("state"):
            saved = {"model": state, "optimizer": optimizer.state_dict()}
            torch.save(saved, f"{folder}/step-{step:06d}.pt")
        else:
            save_file(state, f"{folder}/step-{step:06d}.safetensors")

    save(0)
    order = []
    for step in range(1, steps + 1):
        if len(order) < batch:
            order = torch.randperm(len(images)).tolist()
        chosen, order = order[:batch], order[batch:]
        if run.get("cosine"):
            for group in optimizer.param_groups:
                first = group.setdefault("first_lr", group["lr"])
                group["lr"] = first * (1 + math.cos(math.pi * step / steps)) / 2
        loss = F.cross_entropy(net(images[chosen]).float(), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        if "clip" in run:
            nn.utils.clip_grad_norm_(net.parameters(), run["clip"])
        for name in hidden:
            alive[name] |= (units(pre[name]) > 0).any(1)
            for tensor in owned(name):
                rows = tensor.grad.flatten(1) if tensor.dim() > 1 else tensor.grad[:, None]
                gradient[name] |= rows.ne(0).any(1)
        optimizer.step()
        if step % every == 0:
            save(step)
    with torch.no_grad():
        net.eval()
        accuracy = (net(images).argmax(1) == labels).double().mean().item()
    with open(f"{folder}/truth.json", "w") as file:
        json.dump({"train_accuracy": accuracy, "layers": hidden, "truth": truth}, file)
    return accuracy


def main():
    data, folder = sys.argv[1:3]
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    images, labels = digits(data)
    prefix = sys.argv[4] if len(sys.argv) > 4 else ""
    for name, run in RUNS.items():
        if not name.startswith(prefix):
            continue
        for seed in range(seeds):
            accuracy = train(f"{folder}/{name}-{seed}", images, labels, run, seed)
            print(f"{name}-{seed}: {accuracy:.3f}", flush=True)


if __name__ == "__main__":
    main()
