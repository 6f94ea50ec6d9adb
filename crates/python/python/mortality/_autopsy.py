"""`autopsy` and `prune`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional, Union

from . import _mortality
from ._answer import Answer
from ._arrays import Plain, named_arrays, plain, same_memory
from ._errors import ReadError
from ._optimizer import Optimizer
from ._optimizer import optimizer as optimizer_state

Path = Union[str, "os.PathLike[str]"]


class Parts(NamedTuple):
    """A checkpoint as the native part takes it."""

    arrays: list[Plain]
    optimizer: Optional[Optimizer]


def autopsy(
    checkpoints: Union[Path, Iterable[Path], Iterable[Any]],
    steps: Union[None, float, Sequence[int]] = None,
    optimizer: Any = None,
    **options: Any,
) -> Answer:
    """Says why the weights of a run stopped changing.

    Args:
        checkpoints: A folder of checkpoints; a list of files; or a list of two or more dictionaries of
            arrays in the order of time, whatever loaded them: NumPy, JAX, PyTorch, TensorFlow. Nested
            dictionaries are joined by dots. A generator is read one at a time, so that two checkpoints
            are in memory.
        steps: Optimizer steps between two checkpoints; or the step of each of them, in the order given.
        optimizer: For arrays, the ``state_dict()`` of the optimizer at each checkpoint (a list), or at
            the last one. Files bring theirs along.
        **options: The switches of ``mortality autopsy --help``, such as ``layout="tensorflow"``,
            ``keep_order=True`` or ``input_range=(0, 1)``.

    Returns:
        An `Answer`: a dictionary, the same as ``mortality autopsy --json``, that prints as the report.

    Raises:
        ReadError: A file or an array that cannot be read or compared, with ``file`` and ``tensor``.
        ValueError: An option that does not exist or has no such value.
        TypeError: Something that is neither paths nor arrays.
    """
    if isinstance(steps, (int, float)) and not isinstance(steps, bool):
        options["steps_between"], steps = steps, None
    paths = _paths(checkpoints)
    if paths is not None and optimizer is not None:
        raise TypeError("optimizer: files bring their optimizer's state along; it is for arrays")
    if paths is None:
        return _of_arrays(checkpoints, steps, optimizer, _switches(options))
    numbers = None if steps is None else _numbers(steps, len(paths), "files")
    answer, text = _mortality.autopsy_files(paths, numbers, _switches(options))
    return Answer(json.loads(answer), text)


def prune(
    checkpoint: Path, using: Union[Path, Iterable[Path]], out: Path, dead: Optional[Path] = None, **options: Any
) -> dict[str, Any]:
    """Removes dead units from a checkpoint, together with what reads them.

    Args:
        checkpoint: The file to prune: the last of those that show its units dead.
        using: Two or more checkpoints of the run, or a folder of them.
        out: Where to write what is left, as safetensors.
        dead: Where to write the dead units by layer, as JSON; where nothing can be removed safely they are
            written to ``dead.json`` beside ``out``.
        **options: The switches of ``mortality prune --help``, such as ``chain=("conv1", "conv2", "fc")``.

    Returns:
        What ``mortality prune --json`` prints: units before and after of each layer, bytes, notes.

    Raises:
        ReadError: As `autopsy`, or a network of which it is not known who reads whom.
    """
    paths = _paths(using)
    if paths is None:
        raise TypeError("using: give files, or a folder of them")
    dead = None if dead is None else os.fspath(dead)
    words = _switches(options)
    return dict(json.loads(_mortality.prune(os.fspath(checkpoint), paths, os.fspath(out), dead, words)))


def _paths(given: Any) -> Optional[list[str]]:
    """The paths, if that is what is given."""
    if isinstance(given, (str, os.PathLike)):
        return [os.fspath(given)]
    if not isinstance(given, Sequence) or not given:
        return None
    kinds = {isinstance(item, (str, os.PathLike)) for item in given}
    if kinds == {True, False}:
        raise TypeError("checkpoints: are paths and other things: give either")
    return [os.fspath(item) for item in given] if kinds == {True} else None


def _of_arrays(checkpoints: Any, steps: Any, optimizer: Any, switches: list[str]) -> Answer:
    if isinstance(checkpoints, Mapping) or not isinstance(checkpoints, Iterable):
        kind = type(checkpoints).__name__
        raise TypeError(f"checkpoints: a {kind}: give a list of dictionaries of arrays, one for each time")
    numbers = None if steps is None else [int(step) for step in steps]
    known = len(checkpoints) if isinstance(checkpoints, Sequence) else numbers and len(numbers)
    if not known:
        checkpoints = list(checkpoints)
        known = len(checkpoints)
    if known < 2:
        raise ReadError(f"{known} checkpoints: two or more are needed to see what changes")
    if numbers is not None:
        numbers = _numbers(numbers, known, "checkpoints")
    states = optimizer if isinstance(optimizer, (list, tuple)) else [None] * (known - 1) + [optimizer]
    if len(states) != known:
        raise ValueError(f"optimizer: {len(states)} states for {known} checkpoints: give one for each")
    labels = [f"checkpoint {index}" for index in range(known)]
    handed = _parts(checkpoints, labels, states)
    answer, text = _mortality.autopsy_arrays(handed, labels, numbers, switches)
    return Answer(json.loads(answer), text)


def _parts(checkpoints: Iterable[Any], labels: list[str], states: Sequence[Any]) -> Iterator[Parts]:
    before: list[tuple[str, Any]] = []
    for checkpoint, label, state in zip(checkpoints, labels, states):
        arrays = named_arrays(checkpoint, label)
        if same_memory(before, arrays):
            raise ReadError(
                f"{label}: is the same memory as the one before, so both are what the network is now: keep "
                "a copy at each time (copy.deepcopy, or value.clone() of each tensor)",
                label,
            )
        held = None if state is None else optimizer_state(state, arrays, label)
        yield Parts([plain(name, value, label) for name, value in arrays], held)
        before = arrays
    raise ReadError(f"fewer checkpoints than steps: {len(labels)} were announced")


def _numbers(steps: Any, count: int, what: str) -> list[int]:
    numbers = [int(step) for step in steps]
    if len(numbers) != count:
        raise ValueError(f"steps: {len(numbers)} numbers for {count} {what}: give one for each")
    if any(step < 0 for step in numbers) or any(b <= a for a, b in zip(numbers, numbers[1:])):
        raise ValueError("steps: every checkpoint's step is larger than the one before")
    return numbers


def _switches(options: dict[str, Any]) -> list[str]:
    """Python's options as the words of the command line."""
    words = []
    for name, value in options.items():
        if value is None or value is False:
            continue
        switch = "--" + name.replace("_", "-")
        if value is True:
            words.append(switch)
        elif isinstance(value, (list, tuple)):
            words.append(f"{switch}={','.join(map(str, value))}")
        else:
            words.append(f"{switch}={value}")
    return words
