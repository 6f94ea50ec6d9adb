"""Small trainings on the digits, with their truth recorded by plain hooks that know nothing of `mortality`."""

import csv
import gzip
from pathlib import Path

import torch
from torch import nn

torch.set_num_threads(1)
DIGITS = Path(__file__).parents[2] / "crates/cnn/src/data/digits.csv.gz"


def digits():
    with gzip.open(DIGITS, "rt") as lines:
        rows = torch.tensor([[float(cell) for cell in row] for row in csv.reader(lines)])
    return rows[:1437, :64].reshape(-1, 1, 8, 8) / 16, rows[:1437, 64].long()


def network(act=nn.ReLU, norm=False, dropout=0.0):
    def block(inputs, outputs):
        layers = [nn.Conv2d(inputs, outputs, 3, padding=1)]
        return [*layers, *([nn.BatchNorm2d(outputs)] if norm else []), act(), *([nn.Dropout(dropout)] if dropout else [])]

    return nn.Sequential(
        *block(1, 16), *block(16, 32), nn.MaxPool2d(2), *block(32, 32),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10),
    )


def flat_network():
    """Fully connected layers behind a flatten, with functional activations."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.fc1, self.fc2 = nn.Conv2d(1, 12, 3, padding=1), nn.Linear(192, 48), nn.Linear(48, 10)

        def forward(self, x):
            x = torch.max_pool2d(torch.relu(self.conv(x)), 2).flatten(1)
            return self.fc2(nn.functional.relu(self.fc1(x)))

    return Net()


def made(model, make=lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)):
    return model, make(model.parameters())


#: Name: network, optimizer.
RUNS = {
    "sgd": (network, lambda p: torch.optim.SGD(p, 0.8)),
    "momentum": (network, lambda p: torch.optim.SGD(p, 0.3, momentum=0.9, nesterov=True)),
    "weight-decay": (network, lambda p: torch.optim.SGD(p, 0.8, weight_decay=1e-4)),
    "adam": (lambda: network(norm=True), lambda p: torch.optim.Adam(p, 0.05)),
    "flatten": (flat_network, lambda p: torch.optim.AdamW(p, 0.03)),
    "leaky": (lambda: network(act=lambda: nn.LeakyReLU(0.01)), lambda p: torch.optim.SGD(p, 0.5)),
}


def sites(model):
    """By layer, the module whose output is the argument of its activation; the last layer has none."""
    named = [(name, own) for name, own in model.named_modules() if isinstance(own, (nn.Conv2d, nn.Linear))]
    norms = {name: own for name, own in model.named_modules() if isinstance(own, nn.BatchNorm2d)}
    found = {}
    for name, own in named[:-1]:
        norm = norms.get(str(int(name) + 1)) if name.isdigit() else None
        found[name] = (own, norm)
    return found


class Truth:
    """Silent on the training set, silent on every batch, gradients exactly 0 at every step."""

    def __init__(self, model, images):
        self.model, self.images, self.looks = model, images, []
        self.sites = sites(model)
        self.restart()

    def restart(self):
        self.largest = {name: None for name in self.sites}
        self.gradient = {name: None for name in self.sites}

    def hear(self, silent=None):
        """Into `silent`; otherwise what is heard in training."""
        def hook_of(name):
            def hook(_module, _inputs, output):
                if silent is None and not self.model.training:
                    return
                into = self.largest if silent is None else silent
                most = output.detach().transpose(0, 1).flatten(1).max(1).values
                into[name] = most if into[name] is None else torch.maximum(into[name], most)
            return hook
        return [(norm or own).register_forward_hook(hook_of(name)) for name, (own, norm) in self.sites.items()]

    def step(self):
        for name, (own, norm) in self.sites.items():
            of = [*own.parameters(), *(norm.parameters() if norm else [])]
            largest = torch.stack([value.grad.abs().flatten(1).max(1).values if value.dim() > 1 else value.grad.abs()
                                   for value in of]).max(0).values
            before = self.gradient[name]
            self.gradient[name] = largest if before is None else torch.maximum(before, largest)

    def look(self, step):
        silent = {name: None for name in self.sites}
        hooks = self.hear(silent)
        self.model.eval()
        with torch.no_grad():
            self.model(self.images)
        self.model.train()
        for hook in hooks:
            hook.remove()
        quiet = lambda values: {name: None if own is None else (own <= 0).tolist() for name, own in values.items()}
        zero = lambda values: {name: None if own is None else (own == 0).tolist() for name, own in values.items()}
        self.looks.append((step, quiet(silent), quiet(self.largest), zero(self.gradient)))
        self.restart()


def train(model, optimizer, images, labels, steps, seed=0, batch=32, each=lambda step: None, amp=False):
    order = torch.Generator().manual_seed(seed)
    for step in range(1, steps + 1):
        part = torch.randint(0, len(images), (batch,), generator=order)
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=amp):
            loss = nn.functional.cross_entropy(model(images[part]), labels[part])
        loss.backward()
        optimizer.step()
        each(step)
