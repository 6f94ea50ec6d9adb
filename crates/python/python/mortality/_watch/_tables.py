"""The recorded tables, in the schema of a study's, and checkpoints."""

from __future__ import annotations

import csv
import importlib.util
import math
import os
from typing import Any, Optional

import torch

from ._look import Look, Watched

Row = dict[str, Any]


def save(watched: list[Watched], looks: list[Look], folder: str, trial: Row) -> None:
    """Writes ``trials``, ``censuses``, ``filters`` and the checkpoints that are held."""
    os.makedirs(folder, exist_ok=True)
    hidden = [own for own in watched if own.can_be_silent and not own.layer.is_output]
    outcome = _outcome(hidden, looks, len(looks) - 1)
    tables = {
        "trials": [{**trial, "outcome": outcome, "steps": looks[-1].step, "framework": "PyTorch"}],
        "censuses": _censuses(hidden, looks, trial["trial"]),
        "filters": _filters(hidden, looks, trial["trial"]),
    }
    for name, rows in tables.items():
        _write(os.path.join(folder, name), rows, trial["trial"])
    weights = os.path.join(folder, f"checkpoints-{trial['trial']}")
    os.makedirs(weights, exist_ok=True)
    for look in looks:
        if look.state:
            path = os.path.join(weights, f"step-{look.step:08}.pt")
            torch.save({"step": look.step, "model": look.state}, path + ".part")
            os.replace(path + ".part", path)


def _counts(own: Watched, looks: list[Look], place: int) -> tuple[list[bool], list[bool]]:
    """Which units are silent at a look, and which of them dead."""
    seen = looks[place].layers[own.layer.name]
    known = seen.silent_on_probe if seen.silent_on_probe is not None else seen.silent
    silent = known if known is not None else [False] * own.layer.units
    if own.can_die:
        return silent, silent
    return silent, [quiet and still for quiet, still in zip(silent, seen.no_gradient)]


def _outcome(hidden: list[Watched], looks: list[Look], place: int) -> str:
    layers = looks[place].layers
    if any(any(seen.diverged) for seen in layers.values()):
        return "diverged"
    return "collapsed" if any(all(_counts(own, looks, place)[1]) for own in hidden) else "working"


def _censuses(hidden: list[Watched], looks: list[Look], trial: int) -> list[Row]:
    rows = []
    for place, look in enumerate(looks):
        outcome = _outcome(hidden, looks, place)
        for index, own in enumerate(hidden):
            seen = look.layers[own.layer.name]
            if seen.silent_on_probe is None and seen.silent is None:
                # Without a probe nothing is known before the first batch.
                continue
            silent, dead = _counts(own, looks, place)
            counted = outcome != "diverged"
            rows.append({
                "trial": trial, "step": look.step, "layer": index, "outcome": outcome, "filters": own.layer.units,
                "silent": sum(silent) if counted else 0, "dead": sum(dead) if counted else 0,
                "name": own.layer.name, "unchanged": sum(seen.kept_weights), "parameters": seen.weights,
            })
    return rows


def _filters(hidden: list[Watched], looks: list[Look], trial: int) -> list[Row]:
    rows = []
    for index, own in enumerate(hidden):
        states = [_counts(own, looks, place) for place in range(len(looks))]
        known = [place for place, look in enumerate(looks) if _known(look, own)]
        for unit in range(own.layer.units):
            dead = [states[place][1][unit] for place in known]
            silent = [states[place][0][unit] for place in known]
            rows.append({
                "trial": trial, "layer": index, "filter": unit, "born_dead": dead[0], "ever_dead": any(dead),
                "dead_at_end": dead[-1], "silent_at_end": silent[-1],
                "revivals": sum(a and not b for a, b in zip(dead, dead[1:])),
            })
    return rows


def _known(look: Look, own: Watched) -> bool:
    seen = look.layers[own.layer.name]
    return seen.silent_on_probe is not None or seen.silent is not None


def _write(path: str, rows: list[Row], trial: int) -> None:
    """Writes a table anew, with the rows of other trials that are there."""
    parquet = importlib.util.find_spec("pyarrow") is not None and not os.path.exists(path + ".csv")
    kept = [row for row in _read(path, parquet) if int(row["trial"]) != trial]
    rows = sorted([*kept, *rows], key=lambda row: int(row["trial"]))
    columns = list(dict.fromkeys(name for row in rows for name in row))
    ending = ".parquet" if parquet else ".csv"
    if parquet:
        from pyarrow import Table
        from pyarrow import parquet as files

        whole = [{name: row.get(name) for name in columns} for row in rows]
        files.write_table(Table.from_pylist(whole), path + ending + ".part")
    else:
        with open(path + ending + ".part", "w", newline="", encoding="utf-8") as file:
            lines = [[_cell(row.get(name)) for name in columns] for row in rows]
            csv.writer(file, lineterminator="\n").writerows([columns, *lines])
    os.replace(path + ending + ".part", path + ending)


def _read(path: str, parquet: bool) -> list[Row]:
    if parquet:
        if not os.path.exists(path + ".parquet"):
            return []
        from pyarrow import parquet as files

        return list(files.read_table(path + ".parquet").to_pylist())
    if not os.path.exists(path + ".csv"):
        return []
    with open(path + ".csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _cell(value: Any) -> Optional[Any]:
    if isinstance(value, bool):
        return str(value).lower()
    return None if isinstance(value, float) and math.isnan(value) else value
