"""What became of a unit, as it was seen: no inference from weights."""

from __future__ import annotations

from typing import NamedTuple, Optional

from ._look import Look, Seen, Watched

#: As `autopsy::verdict::Verdict`, the worst first, with the keys of the summary.
VERDICTS = {
    "diverged": "diverged",
    "dead": "dead",
    "perhaps dead": "perhaps_dead",
    "cut off or dead": "cut_off_or_dead",
    "starved": "starved",
    "not trained": "not_trained",
    "stalled": "stalled",
    "learning": "learning",
}


class Judged(NamedTuple):
    """A verdict and what was seen."""

    verdict: str
    evidence: list[str]


def silent_throughout(seen: Seen, before: Seen, unit: int) -> Optional[bool]:
    """Silent on every batch between two looks, and on the probe at both; ``None`` if not known."""
    known = [own[unit] for own in (seen.silent, seen.silent_on_probe, before.silent_on_probe) if own is not None]
    return all(known) if known else None


def judge(own: Watched, looks: list[Look], place: int, unit: int) -> Judged:
    """The verdict on a unit at one of the looks but the first, on the steps since the look before."""
    look, before = looks[place], looks[place - 1]
    seen, earlier = look.layers[own.layer.name], before.layers[own.layer.name]
    steps = f"{look.step - before.step} steps since step {before.step}"
    if seen.diverged[unit]:
        return Judged("diverged", ["a weight is NaN or infinite"])
    if not seen.trained:
        frozen = seen.because["frozen"] > 0
        return Judged("not trained", ["requires_grad is False" if frozen else "it is not in the optimizer"])
    silent = silent_throughout(seen, earlier, unit)
    if seen.no_gradient[unit]:
        none = f"every gradient was exactly 0 at all {steps}"
        if silent:
            return Judged("dead", [none, _silent_on(seen, look)])
        if silent is None:
            return Judged("cut off or dead", [none, "whether it is silent is not known"])
        return Judged("cut off or dead", [none, "it is not silent: it is cut off"])
    if seen.no_weight_gradient[unit] and seen.weights:
        return Judged("starved", [f"its weights' gradients were exactly 0 at all {steps}, its bias's were not"])
    if seen.kept[unit]:
        why = "the learning rate was 0" if seen.because["rate"] else "its updates rounded away"
        return Judged("stalled", [f"every weight kept its bits for {steps}: {why}"])
    if seen.silent_on_probe and seen.silent_on_probe[unit] and own.can_die:
        return Judged("perhaps dead", ["it is silent on the probe now, and had a gradient since the last look"])
    return Judged("learning", [])


def _silent_on(seen: Seen, look: Look) -> str:
    parts = []
    if seen.silent is not None:
        parts.append(f"all {look.batches} batches")
    if seen.silent_on_probe is not None:
        parts.append("the probe before and after")
    return "silent on " + " and on ".join(parts)


def motion(seen: Seen, unit: int) -> str:
    """What moved it, in the words of `autopsy::motion::Motion`."""
    if seen.diverged[unit]:
        return "diverged"
    if seen.kept[unit]:
        return "frozen"
    if seen.no_gradient[unit]:
        return "decaying" if seen.decay > 0 else "coasting"
    return "learning"


def history(own: Watched, looks: list[Look], unit: int) -> list[str]:
    """The verdicts at all looks but the first."""
    return [judge(own, looks, place, unit).verdict for place in range(1, len(looks))]


def since(verdicts: list[str], looks: list[Look]) -> Optional[list[Optional[int]]]:
    """The looks between which the last verdict began; ``None`` for a unit that learns."""
    last = verdicts[-1]
    if last == "learning":
        return None
    start = len(verdicts)
    while start > 1 and verdicts[start - 2] == last:
        start -= 1
    # An interval that begins at a look shows the state from that look on.
    return [looks[start - 2].step if start > 1 else None, looks[start - 1].step]
