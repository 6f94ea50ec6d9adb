"""A forward pass that leaves no trace: the probe."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn


def inner(model: nn.Module) -> nn.Module:
    """The model inside `DataParallel`, `DistributedDataParallel` and `torch.compile`."""
    while True:
        if hasattr(model, "_orig_mod"):
            model = model._orig_mod
        elif type(model).__name__ in ("DataParallel", "DistributedDataParallel", "FullyShardedDataParallel"):
            model = model.module
        else:
            return model


def is_compiled(model: nn.Module) -> bool:
    """Whether forward passes run compiled code, which does not call hooks."""
    return any(
        hasattr(own, "_orig_mod") or getattr(own, "_compiled_call_impl", None) is not None for own in model.modules()
    )


def run(model: nn.Module, probe: Any) -> Any:
    """The model's output of a probe: a tensor, a batch whose first part is the input, keywords, or a function."""
    if callable(probe) and not isinstance(probe, torch.Tensor):
        return probe(model)
    if isinstance(probe, Mapping):
        return model(**probe)
    return model(probe[0] if isinstance(probe, (list, tuple)) else probe)


@contextmanager
def unseen(model: nn.Module) -> Iterator[None]:
    """In evaluation mode and without gradients; after it modes, buffers and random states are as before."""
    modules = list(model.modules())
    modes = [module.training for module in modules]
    buffers = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
    restore = _random_states()
    try:
        for module in modules:
            module.training = False
        with torch.no_grad(), torch.autocast("cpu", enabled=False):
            yield
    finally:
        for module, mode in zip(modules, modes):
            module.training = mode
        with torch.no_grad():
            for buffer, before in buffers:
                buffer.copy_(before)
        restore()


def _random_states() -> Callable[[], None]:
    words, host = random.getstate(), torch.get_rng_state()
    devices = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    numpy = sys.modules.get("numpy")
    numbers = numpy.random.get_state() if numpy else None

    def restore() -> None:
        random.setstate(words)
        torch.set_rng_state(host)
        if devices is not None:
            torch.cuda.set_rng_state_all(devices)
        if numpy and numbers is not None:
            numpy.random.set_state(numbers)

    return restore
