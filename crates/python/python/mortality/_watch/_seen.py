"""What is looked at in every step: which units spoke, and which got a gradient.

A unit that spoke once need not be looked at again before the next look. So each of these keeps the
units that were still quiet when it last sorted them out, after 1, 4, 16, 64, .. times, and reads only
those. Where numbers are few, a call costs more than they do: small gradients and activations
are read whole, and all are counted together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

import torch

#: Gradients of at most so many numbers are read whole, which is cheaper than to pick their quiet slices.
SMALL_GRADIENT = 1 << 14
#: The same of activations, which are read once.
SMALL_ACTIVATION = 1 << 16

#: What keeps the largest that was seen of what is read, and what is read now: a tensor of its own. Several
#: that read the same keep it together.
Heard = tuple[list["Quiet"], torch.Tensor]


class Quiet:
    """Which of some units were quiet at every time."""

    def __init__(self, units: int) -> None:
        self.units = units
        #: Whether less than all is read where some units are known to be loud.
        self.narrows = True
        self.restart()

    def restart(self) -> None:
        """Begins again, with all units."""
        self.times = 0
        #: Whether no unit is left to look at.
        self.settled = False
        self._open: Optional[torch.Tensor] = None
        self._largest: Optional[torch.Tensor] = None

    def select(self, values: torch.Tensor, axis: int) -> torch.Tensor:
        """The part of `values` that is read; all of it is no copy."""
        if self._open is None:
            return values
        if self._open.device != values.device:
            self._open = self._open.to(values.device)
        return values.index_select(axis, self._open)

    @staticmethod
    def count(seen: list[Heard]) -> None:
        """One more time of each."""
        held = [(together[0]._largest, new) for together, new in seen if together[0]._largest is not None]
        if held:
            torch._foreach_maximum_([largest for largest, _ in held], [new for _, new in held])
        for together, new in seen:
            for own in together:
                if own._largest is None:
                    own._largest = new
                own.times += 1
                # At powers of 4.
                if own.times & (own.times - 1) == 0 and own.times.bit_length() % 2:
                    own._sort_out()

    def _loud(self, largest: torch.Tensor) -> torch.Tensor:
        """Which of the units that are read were loud, by the largest that was seen."""
        raise NotImplementedError

    def _sort_out(self) -> None:
        if self._largest is None:
            return
        loud = self._loud(self._largest)
        self.settled = bool(loud.all())
        if self.settled or self.narrows:
            still = (~loud).nonzero().flatten()
            self._open = still if self._open is None else self._open.to(still.device)[still]
            self._largest = None

    def quiet(self) -> Optional[torch.Tensor]:
        """The units that were never loud, as booleans on the host; ``None`` if never looked at."""
        if self.times == 0:
            return None
        self.narrows = True
        self._sort_out()
        found = torch.zeros(self.units, dtype=torch.bool)
        found[slice(None) if self._open is None else self._open.cpu()] = True
        return found


class Silence(Quiet):
    """Units whose argument of the activation was at most 0 at every place of every batch."""

    def restart(self) -> None:
        super().restart()
        self._device: Optional[torch.device] = None
        #: Of each batch that is not counted yet. `DataParallel`'s replicas append from threads.
        self._heard: list[torch.Tensor] = []

    def see(self, output: torch.Tensor, channel: int) -> None:
        """One forward pass; `channel` is the units' axis, from the end."""
        if self.settled:
            return
        axis = output.dim() + channel
        if axis < 0 or output.shape[axis] != self.units:
            return
        if self._device is None:
            self._device = output.device
            self.narrows = output.numel() > SMALL_ACTIVATION
        most = _largest(self.select(output.detach(), axis), axis)
        self._heard.append(most if most.device == self._device else most.to(self._device))

    @staticmethod
    def heard(silences: Iterable[Silence]) -> list[Heard]:
        """What was heard in the batches since the last call."""
        found: list[Heard] = []
        for own in silences:
            if own._heard:
                heard, own._heard = own._heard, []
                found.append(([own], heard[0] if len(heard) == 1 else torch.stack(heard).amax(0)))
        return found

    def quiet(self) -> Optional[torch.Tensor]:
        self.count(self.heard([self]))
        return super().quiet()

    def _loud(self, largest: torch.Tensor) -> torch.Tensor:
        # NaN is no silence.
        return ~(largest <= 0)


def _largest(values: torch.Tensor, axis: int) -> torch.Tensor:
    """Along an axis, the largest of all others, in memory of its own."""
    if values.dim() == 1:
        return values.clone()
    if axis > 0:
        # One reduction of all axes is up to nine times slower where channels have few places.
        values, axis = values.amax(0), axis - 1
    others = [own for own in range(values.dim()) if own != axis]
    return values.amax(others) if others else values


class Still(Quiet):
    """Slices of a parameter along an axis whose gradients were exactly 0 at every step."""

    def __init__(self, parameter: torch.nn.Parameter, axis: int) -> None:
        super().__init__(parameter.shape[axis])
        self.parameter, self.axis = parameter, axis

    @staticmethod
    def heard(slices: Iterable[Still]) -> list[Heard]:
        """What is heard in a step. A parameter without a gradient was quiet."""
        seen: list[list[Quiet]] = []
        parts = []
        #: Rows and columns of one gradient, where both read all of it.
        whole: dict[int, list[Quiet]] = {}
        for own in slices:
            gradient = own.parameter.grad
            if own.settled or gradient is None:
                own.times += 1
                continue
            if gradient.requires_grad:
                gradient = gradient.detach()
            if own.times == 0:
                own.narrows = gradient.numel() > SMALL_GRADIENT
            if own.narrows and own._open is None:
                # A large gradient is never copied: it is sorted out at once.
                own._largest = gradient
                own._sort_out()
                own.times += 1
            elif own._open is None and id(gradient) in whole:
                whole[id(gradient)].append(own)
            else:
                seen.append([own])
                parts.append(own.select(gradient, own.axis))
                if own._open is None:
                    whole[id(gradient)] = seen[-1]
        return list(zip(seen, torch._foreach_abs(parts))) if parts else []

    def _loud(self, largest: torch.Tensor) -> torch.Tensor:
        return (largest != 0).transpose(0, self.axis).flatten(1).any(1) if largest.dim() > 1 else largest != 0
