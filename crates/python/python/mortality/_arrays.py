"""Whatever a framework hands over, as plain arrays. No framework is imported here."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any, Optional

import numpy as np

from ._errors import ReadError, tensor_error

#: Name, type, shape, little-endian row-major numbers.
Plain = tuple[str, str, list[int], bytes]

#: Types that are told apart; all others are refused with their name.
NUMBERS = frozenset(
    ["float64", "float32", "float16", "bool"]
    + [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
)


def flat(tree: Any, file: str, prefix: str = "", above: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The leaves of nested mappings and lists, their names joined by dots, in their order."""
    if id(tree) in above:
        raise tensor_error(file, prefix, "contains itself: give a tree of arrays")
    if isinstance(tree, Mapping):
        branches = [(str(key), branch) for key, branch in tree.items()]
    elif isinstance(tree, (list, tuple)):
        branches = [(str(index), branch) for index, branch in enumerate(tree)]
    else:
        yield prefix, tree
        return
    for key, branch in branches:
        yield from flat(branch, file, f"{prefix}.{key}" if prefix else key, (*above, id(tree)))


def is_array(value: Any) -> bool:
    """Whether it has the attributes of an array or tensor."""
    return hasattr(value, "shape") and hasattr(value, "dtype")


def plain(name: str, value: Any, file: str) -> Plain:
    """An array or tensor of any framework; `file` is for errors.

    PyTorch's tensors are detached and brought to the host, bfloat16 of any framework is taken
    as its bits.
    """
    kind = str(value.dtype).rsplit(".", 1)[-1]
    if hasattr(value, "detach"):
        value = value.detach()
        # A shard or a quantised tensor has no numbers of its own to give.
        if hasattr(value, "full_tensor"):
            value = value.full_tensor()
        value = value.cpu().contiguous()
        if kind == "bfloat16":
            value = _bits_of_tensor(value)
        elif kind not in NUMBERS:
            raise _not_read(file, name, kind)
        value = value.numpy()
    elif hasattr(value, "numpy"):
        value = value.numpy()
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise tensor_error(file, name, f"cannot be made an array: {error}") from None
    if kind == "bfloat16":
        if array.dtype.itemsize != 2:
            raise tensor_error(file, name, f"is bfloat16, but came as {array.dtype}")
        array = array.view(np.uint16)
    elif array.dtype.kind == "O":
        raise tensor_error(file, name, "is an array of objects, not of numbers: give each of its arrays a name")
    elif array.dtype.name not in NUMBERS:
        raise _not_read(file, name, array.dtype)
    else:
        kind = array.dtype.name
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return name, kind, list(array.shape), little.tobytes()


def _not_read(file: str, name: str, kind: Any) -> ReadError:
    return tensor_error(file, name, f"has type {kind}, which is not read: give float64, float32, float16 or bfloat16")


def _bits_of_tensor(tensor: Any) -> Any:
    """A 16-bit tensor as integers, through the framework that made it."""
    framework = sys.modules[str(tensor.dtype).split(".")[0]]
    return tensor.view(framework.int16)


def place(value: Any) -> Optional[tuple[int, tuple[int, ...]]]:
    """Where in memory an array's numbers are, if it tells."""
    if hasattr(value, "data_ptr"):
        return int(value.data_ptr()), tuple(value.shape)
    interface = getattr(value, "__array_interface__", None) if isinstance(value, np.ndarray) else None
    return (interface["data"][0], tuple(value.shape)) if interface else None


def named_arrays(checkpoint: Any, file: str) -> list[tuple[str, Any]]:
    """The arrays of a checkpoint by name.

    A model may stand for its state (`state_dict`); numbers, words and `None` among the arrays, such
    as the step or a configuration, are left out.
    """
    if hasattr(checkpoint, "state_dict") and not isinstance(checkpoint, Mapping):
        checkpoint = checkpoint.state_dict()
    if not isinstance(checkpoint, (Mapping, list, tuple)):
        raise ReadError(f"{file}: is a {type(checkpoint).__name__}: give a dictionary of arrays by name", file)
    found = []
    for name, value in flat(checkpoint, file):
        if is_array(value):
            found.append((name, value))
        elif value is not None and not isinstance(value, (bool, int, float, complex, str, bytes)):
            problem = f"is a {type(value).__name__}: give arrays, or a dictionary of arrays"
            raise tensor_error(file, name, problem)
    return found


def same_memory(one: list[tuple[str, Any]], two: list[tuple[str, Any]]) -> bool:
    """Whether both are views of the same numbers, as `state_dict()` of one model is at any time."""
    places = [[place(value) for _, value in own] for own in (one, two)]
    return bool(places[0]) and None not in places[0] and places[0] == places[1]
