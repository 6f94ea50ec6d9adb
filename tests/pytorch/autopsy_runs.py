"""Training runs in PyTorch with their truth, to try the rules of `mortality autopsy` on.

    python autopsy_runs.py DIGITS.csv.gz FOLDER [SEEDS [PREFIX]]

writes FOLDER/<run>-<seed>/step-*.safetensors (or .pt with the optimizer's state) and truth.json:
at each save, for each layer, the units that are

  silent                  largest pre-activation over the whole training set <= 0 at that save
  dead_throughout         silent at this save, at the one before and on every batch between
  no_gradient_throughout  every gradient of its weights, bias and norm exactly 0 at every step
                          between

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

torch.set_num_threads(1)


def digits(path):
    with gzip.open(path, "rt") as lines:
        table = torch.tensor([[float(cell) for cell in row] for row in csv.reader(lines)])
    images = table[:1437, :64].reshape(-1, 1, 8, 8) / 16
    return images, table[:1437, 64].long()


class Net(nn.Module):
    """Layers by name; an activation follows every layer but the last."""

    def __init__(self, layers, activation=F.relu):
        super().__init__()
        self.order = [name for name, _ in layers]
        for name, layer in layers:
            setattr(self, name, layer)
        self.activation = activation

    def forward(self, x, pre):
        weights = [name for name in self.order if hasattr(getattr(self, name), "weight")]
        weights = [n for n in weights if not isinstance(getattr(self, n), nn.BatchNorm2d)]
        current = None
        for index, name in enumerate(self.order):
            x = getattr(self, name)(x)
            if name in weights:
                current = name
            following = self.order[index + 1] if index + 1 < len(self.order) else None
            norm_next = following and isinstance(getattr(self, following), nn.BatchNorm2d)
            done = name in weights or isinstance(getattr(self, name), nn.BatchNorm2d)
            if done and not norm_next and current != weights[-1]:
                pre[current] = x.detach()
                x = self.activation(x)
        return x


def cnn():
    return [
        ("conv1", nn.Conv2d(1, 16, 3, padding=1)),
        ("conv2", nn.Conv2d(16, 32, 3, padding=1)),
        ("pool", nn.MaxPool2d(2)),
        ("conv3", nn.Conv2d(32, 32, 3, padding=1)),
        ("mean", nn.AdaptiveAvgPool2d(1)),
        ("flat", nn.Flatten()),
        ("fc", nn.Linear(32, 10)),
    ]


def norm_cnn():
    return [
        ("conv1", nn.Conv2d(1, 16, 3, padding=1)),
        ("bn1", nn.BatchNorm2d(16)),
        ("conv2", nn.Conv2d(16, 32, 3, padding=1)),
        ("bn2", nn.BatchNorm2d(32)),
        ("pool", nn.MaxPool2d(2)),
        ("flat", nn.Flatten()),
        ("fc", nn.Linear(512, 10)),
    ]


def separable():
    return [
        ("conv1", nn.Conv2d(1, 24, 3, padding=1)),
        ("conv2", nn.Conv2d(24, 24, 3, padding=1, groups=24)),
        ("conv3", nn.Conv2d(24, 32, 1)),
        ("mean", nn.AdaptiveAvgPool2d(1)),
        ("flat", nn.Flatten()),
        ("fc", nn.Linear(32, 10)),
    ]


def mlp(dropout=0.0):
    layers = [
        ("flat", nn.Flatten()),
        ("fc1", nn.Linear(64, 96)),
        ("fc2", nn.Linear(96, 64)),
        ("fc3", nn.Linear(64, 48)),
        ("fc4", nn.Linear(48, 10)),
    ]
    if dropout:
        layers.insert(2, ("drop1", nn.Dropout(dropout)))
        layers.insert(4, ("drop2", nn.Dropout(dropout)))
    return layers


def strided():
    return [
        ("conv1", nn.Conv2d(1, 20, 3, stride=2, padding=1)),
        ("conv2", nn.Conv2d(20, 40, 3, padding=1)),
        ("flat", nn.Flatten()),
        ("fc1", nn.Linear(640, 50)),
        ("fc2", nn.Linear(50, 10)),
    ]


def sgd(**settings):
    return lambda net: torch.optim.SGD(net.parameters(), **settings)


def adam_l2(rate, decay):
    return lambda net: torch.optim.Adam(net.parameters(), lr=rate, weight_decay=decay)


def weights_only(net, **settings):
    decay = settings.pop("weight_decay")
    weights = [p for p in net.parameters() if p.dim() > 1]
    others = [p for p in net.parameters() if p.dim() <= 1]
    groups = [{"params": weights, "weight_decay": decay}, {"params": others}]
    return torch.optim.SGD(groups, **settings)


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
    "gelu": dict(layers=mlp, optimizer=sgd(lr=0.3, momentum=0.9), activation=F.gelu),
    "elu": dict(layers=mlp, optimizer=sgd(lr=0.1, momentum=0.9), activation=F.elu),
}


def train(folder, images, labels, run, seed, batch=32):
    steps, every = run.get("steps", 1200), run.get("every", 200)
    torch.manual_seed(seed)
    net = Net(run["layers"](), run.get("activation", F.relu))
    optimizer = run["optimizer"](net)
    hidden = {}
    net(images[:2], hidden)
    hidden = list(hidden)
    norms = {}
    for name in hidden:
        norm = name.replace("conv", "bn")
        if norm != name and hasattr(net, norm):
            norms[name] = norm
    os.makedirs(folder, exist_ok=True)

    def units(pre):
        return pre.transpose(0, 1).flatten(1)

    def silent():
        was = net.training
        net.train(False)
        pre = {}
        with torch.no_grad():
            net(images, pre)
        net.train(was)
        return {name: (units(pre[name]) <= 0).all(1) for name in hidden}

    def owned(name):
        tensors = list(getattr(net, name).parameters())
        if name in norms:
            tensors += list(getattr(net, norms[name]).parameters())
        return tensors

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
        pre = {}
        loss = F.cross_entropy(net(images[chosen], pre), labels[chosen])
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
        accuracy = (net(images, {}).argmax(1) == labels).double().mean().item()
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
