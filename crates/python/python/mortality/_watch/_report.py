"""The answer of a watch, in the form of `mortality autopsy --json`."""

from __future__ import annotations

from typing import Any

from .._answer import Answer
from ._codes import codes, finding
from ._look import REASONS, Look, Watched
from ._verdict import VERDICTS, history, judge, motion, since

SCHEMA = 2

WORDS = {
    "frozen": "do not require a gradient",
    "not_in_optimizer": "are not in the optimizer",
    "no_step": "were offered no step",
    "rate": "had a learning rate of 0",
    "no_gradient": "had gradients of exactly 0 at every step (their unit is dead or cut off, or what they read is 0)",
    "no_gradient_now": "have no gradient at this step",
    "rounding": "have a gradient whose updates round away",
}


def report(watched: list[Watched], looks: list[Look], notes: list[str]) -> Answer:
    """What was seen between the last two looks."""
    last = len(looks) - 1
    layers = []
    for own in watched:
        seen = looks[-1].layers[own.layer.name]
        units = []
        for unit in range(own.layer.units):
            verdicts = history(own, looks, unit)
            judged = judge(own, looks, last, unit)
            dead = verdicts.index("dead") if "dead" in verdicts else len(verdicts)
            units.append({
                "unit": unit,
                "verdict": judged.verdict,
                "since": since(verdicts, looks),
                "motion": motion(seen, unit),
                "evidence": judged.evidence,
                "revived": "learning" in verdicts[dead:],
                "zero_in": None,
                "faded": False,
            })
        readers = own.layer.readers
        layers.append({
            "name": own.layer.name,
            "kind": own.layer.kind,
            "read_by": readers[0] if len(readers) == 1 else None,
            "is_output": own.layer.is_output,
            "units": units,
        })
    answer: dict[str, Any] = {
        "schema": SCHEMA,
        "further": [],
        "no_reference": None,
        "files": [{"path": f"step {look.step}", "number": look.step, "repeats": None} for look in looks],
        "steps": [
            {"count": float(after.step - before.step), "source": "optimizer"}
            for before, after in zip(looks, looks[1:])
        ],
        "layers": layers,
        "summary": _summary(layers),
        "weights": _weights(watched, looks[-1], layers),
        "tensors": _tensors(watched, looks[-1]),
        "decay": [],
        "notes": notes,
        "watched": {"from": looks[-2].step, "to": looks[-1].step, "batches": looks[-1].batches},
    }
    found = codes(layers, answer["summary"], answer["weights"])
    advice = _what_to_do(answer["summary"], answer["weights"], looks[-1])
    headline = finding(found[0], _headline(answer, looks), advice, layers)
    answer["answer"] = {**headline, "also": found[1:]}
    return Answer(answer, _text(answer))


def _tensors(watched: list[Watched], look: Look) -> list[dict[str, Any]]:
    """The layers' parameters since the last look."""
    found = []
    for own in watched:
        kept = look.layers[own.layer.name].kept_parameters
        for name, value in own.parameters.items():
            state = "still" if name in kept else "learns"
            found.append({"name": name, "shape": list(value.shape), "state": state})
    return found


def _summary(layers: list[dict[str, Any]]) -> dict[str, int]:
    units = [unit for layer in layers if not layer["is_output"] for unit in layer["units"]]
    summary = {"units": len(units)}
    for verdict, key in VERDICTS.items():
        summary[key] = sum(unit["verdict"] == verdict for unit in units)
    summary["revived"] = sum(unit["revived"] for unit in units)
    return summary


def _weights(watched: list[Watched], look: Look, layers: list[dict[str, Any]]) -> dict[str, Any]:
    seen = [look.layers[own.layer.name] for own in watched]
    because = {reason: sum(own.because[reason] for own in seen) for reason in REASONS}
    quiet = dead = 0
    for own, layer in zip(seen, layers):
        for unit, kept in zip(layer["units"], own.kept_weights):
            quiet += kept if own.no_gradient[unit["unit"]] and own.trained else 0
            dead += kept if unit["verdict"] == "dead" else 0
    return {
        "all": sum(own.weights for own in seen),
        "unchanged": sum(sum(own.kept_weights) for own in seen),
        "of_dead_units": dead,
        "reading_dead_units": max(0, because["no_gradient"] - quiet),
        "not_trained": because["frozen"] + because["not_in_optimizer"],
        "because": because,
    }


def _percent(part: int, whole: int) -> str:
    share = 100 * part / max(whole, 1)
    return "less than 1%" if 0 < share < 1 else f"{share:.0f}%"


def _headline(answer: dict[str, Any], looks: list[Look]) -> str:
    summary = answer["summary"]
    units, dead = summary["units"], summary["dead"]
    steps = f"{looks[-1].step - looks[-2].step} steps from {looks[-2].step} to {looks[-1].step}"
    if summary["diverged"]:
        said = [f"The training diverged: weights of {summary['diverged']} of {units} units are NaN or infinite."]
    elif dead:
        said = [
            f"{dead} of {units} units ({_percent(dead, units)}) are dead, as was seen at each of the {steps}: "
            "silent on every batch, and every gradient exactly 0."
        ]
    else:
        said = [f"No unit is dead: none of {units} was silent and without a gradient at each of the {steps}."]
    others = [f"{summary[key]} {verdict}" for verdict, key in VERDICTS.items() if verdict not in ("dead", "learning")]
    others = [own for own in others if not own.startswith("0 ")]
    if others:
        said.append(f"Besides, {', '.join(others)}.")
    said.append(f"{summary['learning']} learn.")
    return " ".join(said)


def _text(answer: dict[str, Any]) -> str:
    weights, paragraphs = answer["weights"], [answer["answer"]["sentence"]]
    if weights["unchanged"]:
        because = [f"{count} {WORDS[reason]}" for reason, count in weights["because"].items() if count]
        paragraphs.append(
            f"{weights['unchanged']} of {weights['all']} weights ({_percent(weights['unchanged'], weights['all'])}) "
            f"kept their bits since the last look: {'; '.join(because) or 'biases and norms aside'}."
        )
    paragraphs.append(f"What to do: {answer['answer']['do']}.")
    lines = [_wrapped(paragraph) + "\n" for paragraph in paragraphs]
    lines.append(_table(answer["layers"]))
    lines.extend(_wrapped(f"Note: {note}.") for note in answer["notes"])
    return "\n".join(lines) + "\n"


def _what_to_do(summary: dict[str, int], weights: dict[str, Any], look: Look) -> str:
    because, advice = weights["because"], []
    if summary["diverged"]:
        return "go back to the last checkpoint before that and lower the learning rate"
    if because["not_in_optimizer"]:
        advice.append("give the parameters that are not in the optimizer to it, if they were meant to learn")
    if because["rate"]:
        advice.append("see why the learning rate is 0: a schedule that has ended, or warms up")
    if because["rounding"] > weights["all"] / 10:
        rates = ", ".join(f"{rate:g}" for rate in look.rates)
        advice.append(
            f"where updates round away (learning rate {rates}), keep the weights in float32 or raise the rate"
        )
    if summary["dead"] == summary["units"]:
        advice.append("start again with a lower learning rate: no unit is left")
    elif summary["dead"]:
        advice.append("dead units can be pruned; they change no output on what was seen")
    if summary["cut_off_or_dead"]:
        advice.append("look at the layers behind units that are cut off: no gradient comes through them")
    return ". Also, ".join(advice) or "nothing that was seen asks for it"


def _table(layers: list[dict[str, Any]]) -> str:
    there = {unit["verdict"] for layer in layers for unit in layer["units"]} | {"learning"}
    verdicts = [verdict for verdict in VERDICTS if verdict in there]
    rows = [["layer", "units", *verdicts]]
    for layer in layers:
        counts = [sum(unit["verdict"] == verdict for unit in layer["units"]) for verdict in verdicts]
        name = layer["name"] + (" (output)" if layer["is_output"] else "")
        rows.append([name, str(len(layer["units"])), *(str(count or "-") for count in counts)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for first, *rest in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:]))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def _wrapped(text: str) -> str:
    from textwrap import fill

    return fill(text, 80, break_long_words=False, break_on_hyphens=False)
