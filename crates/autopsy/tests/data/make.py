"""Writes the files beside it, as PyTorch and NumPy do. Needs torch and numpy."""

import os

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
torch.save({"w": torch.zeros(2, 2)}, f"{here}/legacy.pt", _use_new_zipfile_serialization=False)
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
