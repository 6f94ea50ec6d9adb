"""Golden values for the tests of schedules and clipping: python schedules.py writes schedules.csv.

Learning rates of 20 updates, 5 an epoch, by PyTorch's schedulers, and the norm of gradients of
growing length before and after clip_grad_norm_, in float64.
"""

import pathlib

import torch
from torch.optim import lr_scheduler

torch.set_default_dtype(torch.float64)
STEPS, EPOCH, RATE = 20, 5, 0.3


def rates(make, every):
    """The rate of each update by a scheduler that is stepped every so many of them."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE)
    scheduler, found = make(optimizer), []
    for step in range(STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if (step + 1) % every == 0:
            scheduler.step()
    return found


def clipped(step):
    """Gradients (1, .., 9) times a growing length, their norm, and the first after clipping to 2."""
    parameter = torch.zeros(9, requires_grad=True)
    parameter.grad = torch.arange(1.0, 10.0) * 0.02 * step
    norm = torch.nn.utils.clip_grad_norm_([parameter], 2.0)
    return norm.item(), parameter.grad[0].item()


columns = {
    "step": rates(lambda own: lr_scheduler.StepLR(own, 2, 0.1), EPOCH),
    "cosine": rates(lambda own: lr_scheduler.CosineAnnealingLR(own, STEPS), 1),
    "warmup": rates(lambda own: lr_scheduler.LinearLR(own, 1 / 7, 1.0, 6), 1),
    "norm": [clipped(step)[0] for step in range(STEPS)],
    "clipped": [clipped(step)[1] for step in range(STEPS)],
}
rows = [",".join(columns)] + [",".join(map(repr, row)) for row in zip(*columns.values())]
(pathlib.Path(__file__).parent / "schedules.csv").write_text("\n".join(rows) + "\n")
