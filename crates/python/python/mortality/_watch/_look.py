"""What is known at a look: of every unit since the look before, and of every weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import torch

from ._layers import RECTIFIERS, SOFT, Layer
from ._seen import Silence, Still

#: Why a weight kept its bits, the first that holds.
REASONS = (
    "frozen",  # requires_grad is False
    "not_in_optimizer",
    "no_step",  # the optimizer made none since the last look
    "rate",  # the learning rate was 0 at every step
    "no_gradient",  # of its row or column the gradient was 0 at every step
    "no_gradient_now",  # the gradient of this step is 0
    "rounding",  # the gradient of this step is not 0, the update rounded away
)


@dataclass
class Seen:
    """A layer since the last look, by unit."""

    #: Silent on every batch; ``None`` where no unit alone decides its activation, or none was seen.
    silent: Optional[list[bool]]
    #: Silent on the probe now.
    silent_on_probe: Optional[list[bool]]
    #: Every gradient of its parameters exactly 0 at every step.
    no_gradient: list[bool]
    #: The same of the weights alone, whatever the bias got.
    no_weight_gradient: list[bool]
    #: All of its parameters have the bits they had.
    kept: list[bool]
    #: A parameter is NaN or infinite.
    diverged: list[bool]
    #: Whether anything of it is in the optimizer and trained.
    trained: bool
    #: Weights of the layer, and those that kept their bits, by reason.
    weights: int
    because: dict[str, int]
    #: Of the weights that kept their bits, those of each unit.
    kept_weights: list[int]
    #: Names of parameters that kept all of their bits.
    kept_parameters: list[str]
    decay: float


@dataclass
class Look:
    """All layers at a step."""

    step: int
    batches: int
    rates: list[float]
    layers: dict[str, Seen]
    state: dict[str, Any] = field(repr=False, default_factory=dict)


class Watched:
    """A layer, its parameters and what is accumulated of them."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.silence = Silence(layer.units)
        self.rows: dict[str, Still] = {}
        self.columns: dict[str, Still] = {}
        self.before: dict[str, torch.Tensor] = {}
        self.refresh()

    def refresh(self) -> None:
        """Takes parameters up again, once it is known which norm belongs to the layer."""
        self.parameters = self.layer.parameters()
        for name, value in self.parameters.items():
            axis = self.layer.unit_axis(value) or 0
            self.rows.setdefault(name, Still(value, axis))
            if value.dim() > 1 and value.shape[1 - axis] > 1:
                self.columns.setdefault(name, Still(value, 1 - axis))
        #: All whose gradients are looked at in every step.
        self.slices = [*self.rows.values(), *self.columns.values()]
        self.before = {name: value.detach().clone() for name, value in self.parameters.items()}

    @property
    def can_be_silent(self) -> bool:
        """Whether silence is defined and decided by each unit alone."""
        activation = self.layer.activation
        return self.layer.site is not None and (activation in RECTIFIERS or activation in SOFT)

    @property
    def can_die(self) -> bool:
        """Whether silence is death: no gradient passes a rectifier that puts out 0."""
        return self.can_be_silent and self.layer.activation in RECTIFIERS

    def look(
        self,
        probe: Optional[Silence],
        rates: Mapping[int, float],
        decays: Mapping[int, float],
        steps: int,
    ) -> Seen:
        """What was accumulated, and begins again.

        `rates` is the largest learning rate in force since the last look of each parameter in the
        optimizer, by id.
        """
        units = self.layer.units
        quiet, weight_quiet = torch.ones(units, dtype=torch.bool), torch.ones(units, dtype=torch.bool)
        kept, finite = torch.ones(units, dtype=torch.bool), torch.ones(units, dtype=torch.bool)
        because, whole = dict.fromkeys(REASONS, 0), []
        kept_weights, weights = torch.zeros(units, dtype=torch.long), 0
        trained = [id(own) in rates and own.requires_grad for own in self.parameters.values()]
        for name, value in self.parameters.items():
            rows, columns = self.rows[name].quiet(), self.columns.get(name)
            rows = torch.ones(units, dtype=torch.bool) if rows is None else rows
            quiet &= rows
            now, before = value.detach(), self.before[name]
            axis = self.rows[name].axis
            others = [own for own in range(now.dim()) if own != axis]
            same = _same_bits(now, before)
            if bool(same.all()):
                whole.append(name)
            kept &= (same.all(others) if others else same).cpu()
            fine = now.isfinite()
            finite &= (fine.all(others) if others else fine).cpu()
            if value.dim() > 1:
                weight_quiet &= rows
                weights += value.numel()
                kept_weights += same.sum(others).cpu()
                spread = [1] * now.dim()
                spread[axis] = units
                still = rows.view(spread).to(now.device).expand_as(now)
                other = columns.quiet() if columns else None
                if columns is not None and other is not None:
                    spread = [1] * now.dim()
                    spread[columns.axis] = -1
                    still = still | other.view(spread).to(now.device)
                self._reasons(because, value, same, still, rates.get(id(value)), steps)
            self.before[name] = now.clone()
        seen = Seen(
            silent=_listed(self.silence.quiet() if self.can_be_silent else None),
            silent_on_probe=_listed(probe.quiet() if probe is not None and self.can_be_silent else None),
            no_gradient=quiet.tolist(),
            no_weight_gradient=weight_quiet.tolist(),
            kept=kept.tolist(),
            diverged=(~finite).tolist(),
            trained=any(trained),
            weights=weights,
            because=because,
            kept_weights=kept_weights.tolist(),
            kept_parameters=whole,
            decay=max((decays.get(id(own), 0.0) for own in self.parameters.values()), default=0.0),
        )
        for own in (self.silence, *self.slices):
            own.restart()
        return seen

    @staticmethod
    def _reasons(
        because: dict[str, int],
        value: torch.nn.Parameter,
        same: torch.Tensor,
        still: torch.Tensor,
        rate: Optional[float],
        steps: int,
    ) -> None:
        """Counts the weights that kept their bits by the first reason that holds."""
        count = int(same.sum())
        whole = (
            "frozen"
            if not value.requires_grad
            else "not_in_optimizer"
            if rate is None
            else "no_step"
            if steps == 0
            else "rate"
            if rate == 0
            else None
        )
        if whole is not None:
            because[whole] += count
            return
        nothing = int((same & still).sum())
        because["no_gradient"] += nothing
        rest = same & ~still
        rounded = torch.zeros_like(rest)
        if value.grad is not None:
            rounded = rest & (value.grad.detach() != 0)
        because["rounding"] += int(rounded.sum())
        because["no_gradient_now"] += count - nothing - int(rounded.sum())


def _listed(found: Optional[torch.Tensor]) -> Optional[list[bool]]:
    return None if found is None else found.tolist()


def _same_bits(one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
    """Elementwise, whether both have the same bits: 0 and -0 differ, a NaN equals itself."""
    bits = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[one.element_size()]
    return one.contiguous().view(bits) == two.contiguous().view(bits)
