"""The state of an optimizer, as PyTorch's `state_dict()` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

from ._arrays import Plain, is_array, plain
from ._errors import ReadError, tensor_error

#: Keys of a first moment: SGD and RMSprop, Adam and its like; and of a second.
FIRST_MOMENTS = ("momentum_buffer", "exp_avg")
SECOND_MOMENTS = ("exp_avg_sq", "square_avg")


class Group(NamedTuple):
    """Parameters that share settings."""

    parameters: list[int]
    names: Optional[list[str]]
    rate: Optional[float]
    initial_rate: Optional[float]
    momentum: Optional[float]
    dampening: float
    beta1: Optional[float]
    weight_decay: float
    decoupled: bool


class Entry(NamedTuple):
    """The state of one parameter."""

    index: int
    first_moment: Optional[Plain]
    second_moment: Optional[Plain]
    step: Optional[float]
    shape: list[int]


class Optimizer(NamedTuple):
    """Groups, and the state of each parameter."""

    groups: list[Group]
    entries: list[Entry]


def optimizer(state: Any, arrays: list[tuple[str, Any]], file: str) -> Optimizer:
    """The state of the optimizer of a checkpoint with these arrays."""
    if not isinstance(state, Mapping) and hasattr(state, "state_dict"):
        state = state.state_dict()
    if not isinstance(state, Mapping) or not {"state", "param_groups"} <= set(state):
        raise ReadError(f"{file}: optimizer: is no optimizer's state: give optimizer.state_dict()", file)
    groups = [_group(group, file) for group in state["param_groups"]]
    known = [index for group in groups for index in group.parameters]
    shapes = {tuple(value.shape) for _, value in arrays}
    entries = []
    for index, entry in state["state"].items():
        name = f"optimizer state {index}"
        if index not in known:
            raise tensor_error(file, name, "is in none of the optimizer's groups: the state is damaged")
        tensors = {key: value for key, value in entry.items() if is_array(value) and len(value.shape) > 0}
        shape = next((list(value.shape) for value in tensors.values()), [])
        whole = [tuple(tensors[key].shape) for key in FIRST_MOMENTS if key in tensors]
        if whole and whole[0] not in shapes:
            problem = f"has shape {list(whole[0])}, which no array has: is it another model's optimizer?"
            raise tensor_error(file, name, problem)
        moments = [
            next((plain(key, tensors[key], file) for key in keys if key in tensors), None)
            for keys in (FIRST_MOMENTS, SECOND_MOMENTS)
        ]
        entries.append(Entry(int(index), moments[0], moments[1], _number(entry.get("step")), shape))
    if len(known) > len(arrays):
        problem = f"has {len(known)} parameters, the checkpoint {len(arrays)} arrays: is it another model's?"
        raise ReadError(f"{file}: optimizer: {problem}", file)
    return Optimizer(groups, entries)


def _group(group: Any, file: str) -> Group:
    betas, names = group.get("betas"), group.get("param_names")
    try:
        parameters = [int(index) for index in group["params"]]
    except (KeyError, TypeError, ValueError):
        problem = "a group holds no indices of parameters: give optimizer.state_dict()"
        raise ReadError(f"{file}: optimizer: {problem}", file) from None
    return Group(
        parameters=parameters,
        names=None if names is None else [str(name) for name in names],
        rate=_number(group.get("lr")),
        initial_rate=_number(group.get("initial_lr")),
        momentum=_number(group.get("momentum")),
        dampening=_number(group.get("dampening")) or 0.0,
        beta1=_number(betas[0]) if betas else None,
        weight_decay=_number(group.get("weight_decay")) or 0.0,
        decoupled=group.get("decoupled_weight_decay") is True,
    )


def _number(value: Any) -> Optional[float]:
    return None if value is None else float(value)
