"""The code of an answer: `crates/autopsy/ANSWERS.md`, as far as a watch can tell."""

from __future__ import annotations

from typing import Any

Layers = list[dict[str, Any]]


def codes(layers: Layers, summary: dict[str, int], weights: dict[str, Any]) -> list[str]:
    """What happened, the first of the published list first."""
    because, all_weights = weights["because"], max(weights["all"], 1)
    still = [layer for layer in layers if _all(layer, ("dead", "cut off or dead", "starved"))]
    trained = [layer for layer in layers if not _all(layer, ("not trained",))]
    hidden = [layer for layer in trained if not layer["is_output"]]
    rate = because["rate"] > all_weights / 2
    found = {
        "diverged": summary["diverged"] > 0,
        "no-gradient": bool(trained) and len(still) == len(trained),
        "not-in-optimizer": because["not_in_optimizer"] > 0,
        "rate-too-small": rate,
        "rounds-away": because["rounding"] > all_weights / 2,
        "only-last-learns": bool(hidden) and all(layer in still for layer in hidden),
        "layer-without-gradient": bool(still),
        "collapsed": any(_all(layer, ("dead",)) for layer in hidden),
        "dead-units": summary["dead"] > 0,
        "frozen-base": because["frozen"] > 0,
        "learns": summary["learning"] > 0,
    }
    return [code for code, holds in found.items() if holds] or ["cannot-tell"]


def finding(code: str, sentence: str, advice: str, layers: Layers) -> dict[str, Any]:
    """A finding in the form of `autopsy::answer::Finding`."""
    verdicts = {
        "diverged": ("diverged",),
        "no-gradient": ("dead", "cut off or dead", "starved"),
        "not-in-optimizer": ("not trained",),
        "frozen-base": ("not trained",),
        "only-last-learns": ("dead", "cut off or dead", "starved"),
        "layer-without-gradient": ("dead", "cut off or dead", "starved"),
        "collapsed": ("dead",),
        "dead-units": ("dead",),
    }.get(code, ())
    about = [layer for layer in layers if code == "dead-units" or (verdicts and _all(layer, verdicts))]
    units = {
        layer["name"]: [unit["unit"] for unit in layer["units"] if unit["verdict"] in verdicts] for layer in about
    }
    units = {name: own for name, own in units.items() if own}
    return {
        "code": code,
        "sentence": sentence,
        "evidence": [],
        "tensors": [f"{name}.weight" for name in units],
        "rows": {},
        "units": units,
        "inputs": {},
        "count": sum(map(len, units.values())),
        "of": "units",
        "do": advice,
    }


def _all(layer: dict[str, Any], verdicts: tuple[str, ...]) -> bool:
    return all(unit["verdict"] in verdicts for unit in layer["units"])
