"""Writes the files beside it, as PyTorch and NumPy do. Needs torch, numpy and safetensors."""

import argparse
import collections
import os
import pathlib
import pickle

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3)
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(3):
    optimizer.zero_grad()
    model(torch.randn(4, 1, 4, 4)).sum().backward()
    optimizer.step()
model[0].weight.data.fill_(0.25)
# Strides that are not row-major, integer counters, a NumPy scalar.
model = model.to(memory_format=torch.channels_last)
torch.save(
    {
        "epoch": 3,
        "best": np.float64(0.5),
        "model_state_dict": {f"module.{name}": value for name, value in model.state_dict().items()},
        "optimizer": optimizer.state_dict(),
    },
    f"{here}/adam.pt",
)
torch.save(model.state_dict(), f"{here}/bare.pth")
# A whole module: loading it would execute code.
torch.save(model, f"{here}/module.pt")


class Averages(collections.OrderedDict):
    """A subclass of a dictionary, as trainers have."""


class Trainer:
    """Refers to what refers to it."""

    def __init__(self, model):
        self.model = model
        self.callbacks = [self]


half = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).half()
half[0].weight.data.copy_(torch.arange(6.0).reshape(3, 2))
average = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
# Everything that a trainer adds: none of it is ever made.
torch.save(
    {
        "args": argparse.Namespace(lr=0.1, out=pathlib.Path("runs/1")),
        "iteration": torch.tensor(70),
        "history": Averages(loss=np.array([0.5, 0.25])),
        "trainer": Trainer(None),
        "model": half,
        "ema": average,
        "scaler": {"scale": 65536.0, "growth_factor": 2.0, "_growth_tracker": 5},
    },
    f"{here}/trainer.pt",
)
torch.jit.script(nn.Sequential(nn.Linear(2, 1))).save(f"{here}/scripted.pt")
state = {
    "fc.weight": torch.arange(4.0).reshape(2, 2).T,
    "fc.bias": torch.ones(2, dtype=torch.bfloat16),
}
torch.save(state, f"{here}/legacy.pt", _use_new_zipfile_serialization=False)
with open(f"{here}/embedded.p", "wb") as file:
    pickle.dump({"net_dict": state, "iteration": 40}, file, protocol=2)
arrays = {"conv": {"w": np.arange(6, dtype="f4").reshape(2, 3).T, "b": np.ones(3, "f2")}}
for protocol in (2, 5):
    with open(f"{here}/arrays-{protocol}.pkl", "wb") as file:
        pickle.dump({"params": arrays, "step": np.int64(9)}, file, protocol=protocol)
np.save(f"{here}/objects.npy", arrays, allow_pickle=True)
torch.save([nn.Parameter(torch.ones(2, 1, 3, 3)), nn.Parameter(torch.zeros(2))], f"{here}/list.pt")
np.savez_compressed(
    f"{here}/compressed.npz",
    **{
        "conv/kernel": np.arange(18, dtype="f4").reshape(3, 3, 1, 2),
        "conv/bias": np.zeros(2, "f4"),
        "t": np.arange(6, dtype="f4").reshape(2, 3).T,
    },
)
save_file(
    {
        "b": torch.ones(3, 2, dtype=torch.bfloat16),
        "a": torch.arange(4.0).reshape(2, 2),
        "n": torch.tensor(3),
    },
    f"{here}/small.safetensors",
)
