"""Golden values for the tests of the optimizers: python optimizers.py writes optimizers.safetensors.

Twenty steps of PyTorch in float64 on given gradients, a weight of 6 elements and a bias of 2; the
learning rate falls to a tenth after step 15, and some gradients are 0, as a dead filter's are.
"""

import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
STEPS, RATE = 20, 0.05
start = torch.randn(8)
gradients = torch.randn(STEPS, 8) * torch.logspace(-4, 1, 8)
gradients[7:, 2] = 0
gradients[:, 5] = 0
tensors = {"start": start, "gradients": gradients}

CASES = {
    "sgd": (torch.optim.SGD, {}),
    "sgd_decay": (torch.optim.SGD, {"weight_decay": 0.1}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9, "weight_decay": 0.01}),
    "nesterov": (torch.optim.SGD, {"momentum": 0.8, "nesterov": True}),
    "adam": (torch.optim.Adam, {}),
    "adam_decay": (torch.optim.Adam, {"betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    "adamw": (torch.optim.AdamW, {"weight_decay": 0.2}),
    "adamw_weights_only": (torch.optim.AdamW, {"weight_decay": 0.2, "eps": 1e-6}),
    "momentum_weights_only": (torch.optim.SGD, {"momentum": 0.9, "weight_decay": 0.1}),
}

for name, (kind, settings) in CASES.items():
    weight, bias = (part.clone().requires_grad_() for part in (start[:6], start[6:]))
    groups = [{"params": [weight]}, {"params": [bias]}]
    if name.endswith("weights_only"):
        groups[1]["weight_decay"] = 0.0
    optimizer = kind(groups, lr=RATE, **settings)
    path = []
    for step in range(STEPS):
        if step == 15:
            for group in optimizer.param_groups:
                group["lr"] = RATE / 10
        weight.grad, bias.grad = gradients[step, :6].clone(), gradients[step, 6:].clone()
        optimizer.step()
        path.append(torch.cat([weight.detach(), bias.detach()]))
    tensors[name] = torch.stack(path)

path = pathlib.Path(__file__).parent / "optimizers.safetensors"
save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
print(f"{len(tensors)} tensors, {path.stat().st_size} bytes, PyTorch {torch.__version__}")
