"""Data, networks and truth that the runs of trainers share."""

import csv
import gzip
from pathlib import Path

import numpy as np

DIGITS = Path(__file__).parents[3] / "crates/cnn/src/data/digits.csv.gz"


def digits(count=512):
    """Images of 1 x 8 x 8 from 0 to 1, and their labels."""
    with gzip.open(DIGITS, "rt") as lines:
        rows = np.array([[float(cell) for cell in row] for row in csv.reader(lines)][:count])
    return (rows[:, :64] / 16).reshape(-1, 1, 8, 8).astype(np.float32), rows[:, 64].astype(np.int64)


def tensors():
    """The digits as tensors of PyTorch."""
    import torch

    images, labels = digits()
    return torch.from_numpy(images), torch.from_numpy(labels)


def loader(size=32):
    """Batches of the digits, 16 in an epoch."""
    import torch

    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*tensors()), batch_size=size, shuffle=True)


def network(norm=False):
    """Two convolutions and two linear layers in PyTorch, by attribute."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(1, 12, 3, padding=1), nn.Conv2d(12, 16, 3, padding=1)
            self.bn1 = nn.BatchNorm2d(12) if norm else nn.Identity()
            self.fc1, self.fc2 = nn.Linear(256, 32), nn.Linear(32, 10)

        def forward(self, x):
            x = F.relu(self.bn1(self.conv1(x)))
            x = F.max_pool2d(F.relu(self.conv2(x)), 2)
            return self.fc2(F.relu(self.fc1(torch.flatten(x, 1))))

    return Net()


#: Units that are killed before the first step, by layer of `network`.
KILLED = {"conv1": [2, 7], "conv2": [5], "fc1": [0, 11, 30]}


def kill(model, units=None, bias=-30.0):
    """Gives units a bias that no input outweighs."""
    import torch

    with torch.no_grad():
        for name, own in (units or KILLED).items():
            model.get_submodule(name).bias[own] = bias


class Truth:
    """What the files of a run are to show, filled in while it trains."""

    def __init__(self, code, model=None, inputs=None, layers=KILLED):
        self.code, self.inputs, self.layers = code, inputs, list(layers)
        self.steps, self.not_trained = [], []
        #: By interval: units that no batch made speak, which got no gradient; at its end: those that nothing does.
        self.mute, self.silent, self.since, self.now = [], [], {}, {}
        self.looks = False
        if model is not None:
            self.listen(model)

    def listen(self, model):
        """Hears every batch that a model of PyTorch is shown."""
        self.model = model
        for name in self.layers:
            def hook(module, _given, output, name=name):
                # A row of a linear layer's output is an image or a token, and its last axis counts units.
                rows = output.detach().transpose(0, 1).flatten(1) if output.dim() == 4 else output.detach().flatten(0, -2).T
                if module.training or self.looks:
                    self.heard({name: (rows.max(1).values <= 0).nonzero().flatten().tolist()})
            model.get_submodule(name).register_forward_hook(hook)

    def heard(self, silent):
        """Silent units, by layer, of a batch that is trained on, or at a look of all data."""
        into = self.now if self.looks else self.since
        for name, units in silent.items():
            into[name] = into.get(name, set(units)) & set(units)

    def look(self, step, show=None):
        """At a save: shows a model of PyTorch all training data."""
        import torch

        training = self.model.training
        self.looks = True
        with torch.no_grad():
            show() if show else self.model.eval()(self.inputs)
        self.model.train(training)
        self.saved(step)

    def saved(self, step):
        """A file was saved at this step: an interval ends."""
        self.steps.append(int(step))
        self.mute.append(self.since)
        self.silent.append(self.now)
        self.looks, self.since, self.now = False, {}, {}

    def json(self):
        """The code; the optimizer's step at each file; by layer the units that got no gradient in the last two
        intervals (dead, those of them that are silent on all training data at the end), and in the last one alone."""
        units = {"dead": {}, "no_gradient": {}, "no_gradient_at_last": {}}
        for name in self.layers:
            before, last = (own.get(name, set()) for own in self.mute[-2:])
            silent = set(self.silent[-1].get(name, last))
            units["dead"][name] = sorted(before & last & silent)
            units["no_gradient"][name] = sorted(before & last)
            units["no_gradient_at_last"][name] = sorted(last)
        return {"code": self.code, "steps": self.steps, "not_trained": self.not_trained, **units}
