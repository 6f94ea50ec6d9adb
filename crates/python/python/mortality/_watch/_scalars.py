"""Numbers to log."""

from __future__ import annotations

from ._look import Look, Watched
from ._verdict import VERDICTS, judge


def scalars(watched: list[Watched], looks: list[Look]) -> dict[str, float]:
    """Counts and shares by layer between the last two looks, all under ``mortality/``."""
    last, found = len(looks) - 1, {}
    totals = dict.fromkeys(VERDICTS, 0)
    units = weights = kept = 0
    for own in watched:
        name, seen = own.layer.name, looks[-1].layers[own.layer.name]
        verdicts = [judge(own, looks, last, unit).verdict for unit in range(own.layer.units)]
        found[f"mortality/{name}/dead"] = float(verdicts.count("dead"))
        found[f"mortality/{name}/no_gradient"] = float(sum(seen.no_gradient))
        if seen.silent_on_probe is not None:
            found[f"mortality/{name}/silent_on_probe"] = float(sum(seen.silent_on_probe))
        found[f"mortality/{name}/unchanged_share"] = sum(seen.kept_weights) / max(seen.weights, 1)
        weights, kept = weights + seen.weights, kept + sum(seen.kept_weights)
        if not own.layer.is_output:
            units += own.layer.units
            for verdict in verdicts:
                totals[verdict] += 1
    for verdict, key in VERDICTS.items():
        found[f"mortality/{key}"] = float(totals[verdict])
    found["mortality/units"] = float(units)
    found["mortality/dead_share"] = totals["dead"] / max(units, 1)
    found["mortality/unchanged_share"] = kept / max(weights, 1)
    return found
