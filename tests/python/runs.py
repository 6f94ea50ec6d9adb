"""Runs made of arrays alone, with known truth."""

import numpy as np


def run(dead=(2, 5), units=12, times=4, flax=False, seed=0):
    """Checkpoints of two linear layers in which every weight moves but those of dead units and of their readers."""
    random = np.random.default_rng(seed)
    shapes = {"a.weight": (units, 8), "a.bias": (units,), "b.weight": (4, units), "b.bias": (4,)}
    state = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    found = []
    for _ in range(times):
        found.append({name: value.copy() for name, value in state.items()})
        for name, value in state.items():
            moved = (0.05 * random.normal(size=value.shape)).astype(np.float32)
            if name.startswith("a"):
                moved[list(dead)] = 0
            elif name == "b.weight":
                moved[:, list(dead)] = 0
            state[name] = value + moved
    return [as_flax(own) for own in found] if flax else found


def as_flax(state):
    """The same weights in Flax's names and layout."""
    return {"params": {
        layer: {"kernel": np.ascontiguousarray(state[f"{layer}.weight"].T), "bias": state[f"{layer}.bias"]}
        for layer in ("a", "b")
    }}
