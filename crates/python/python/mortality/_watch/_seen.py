"""What is looked at in every step: which units spoke, and which got a gradient.

A unit that spoke once need not be looked at again before the next look. So each of these keeps the
units that were still quiet when it last sorted them out, after 1, 2, 4, 8, .. times, and reads only
those. A step's cost is the number of calls, so that what is read is gathered in as few as there can be.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Optional

import torch


class Quiet:
    """Which of some units were quiet at every time."""

    def __init__(self, units: int) -> None:
        self.units = units
        self.restart()

    def restart(self) -> None:
        """Begins again, with all units."""
        self.times = 0
        #: Whether no unit is left to look at.
        self.settled = False
        self._open: Optional[torch.Tensor] = None
        #: The largest that was seen of the open units since they were sorted out.
        self._largest: Optional[torch.Tensor] = None

    def select(self, values: torch.Tensor, axis: int) -> torch.Tensor:
        """The part of `values` that belongs to units not yet known to be loud; all of it is no copy."""
        if self._open is None:
            return values
        if self._open.device != values.device:
            self._open = self._open.to(values.device)
        return values.index_select(axis, self._open)

    def counted(self) -> None:
        """One more time has been seen."""
        self.times += 1
        if self.times & (self.times - 1) == 0:
            self._sort_out()

    def _loud(self, largest: torch.Tensor) -> torch.Tensor:
        """Which of the open units were loud, by the largest that was seen."""
        raise NotImplementedError

    def _sort_out(self) -> None:
        if self._largest is None:
            return
        still = (~self._loud(self._largest)).nonzero().flatten()
        self._open = still if self._open is None else self._open.to(still.device)[still]
        self._largest = None
        self.settled = self._open.numel() == 0

    def quiet(self) -> Optional[torch.Tensor]:
        """The units that were never loud, as booleans on the host; ``None`` if never looked at."""
        if self.times == 0:
            return None
        self._sort_out()
        found = torch.zeros(self.units, dtype=torch.bool)
        found[slice(None) if self._open is None else self._open.cpu()] = True
        return found


class Silence(Quiet):
    """Units whose argument of the activation was at most 0 at every place of every batch."""

    def __init__(self, units: int) -> None:
        super().__init__(units)
        # The replicas of `DataParallel` run in threads.
        self._one = Lock()

    def see(self, output: torch.Tensor, channel: int) -> None:
        """One forward pass; `channel` is the units' axis, from the end."""
        if self.settled:
            return
        axis = output.dim() + channel
        if axis < 0 or output.shape[axis] != self.units:
            return
        others = [own for own in range(output.dim()) if own != axis]
        with self._one:
            values = self.select(output.detach(), axis)
            most = values.amax(others) if others else values
            if self._largest is not None:
                most = torch.maximum(self._largest.to(most.device), most)
            self._largest = most
            self.counted()

    def _loud(self, largest: torch.Tensor) -> torch.Tensor:
        # NaN is no silence.
        return ~(largest <= 0)


class Still(Quiet):
    """Slices of a parameter along an axis whose gradients were exactly 0 at every step."""

    def __init__(self, parameter: torch.nn.Parameter, axis: int) -> None:
        super().__init__(parameter.shape[axis])
        self.parameter, self.axis = parameter, axis

    def _loud(self, largest: torch.Tensor) -> torch.Tensor:
        return (largest != 0).transpose(0, self.axis).flatten(1).any(1) if largest.dim() > 1 else largest != 0

    @staticmethod
    def see_all(slices: Iterable[Still]) -> None:
        """One step of all of them. A parameter without a gradient was quiet."""
        seen, parts = [], []
        for own in slices:
            gradient = own.parameter.grad
            if own.settled or gradient is None:
                own.times += 1
            elif own._open is None:
                # A whole gradient is not copied: it is sorted out at once.
                own._largest = gradient.detach()
                own._sort_out()
                own.times += 1
            else:
                seen.append(own)
                parts.append(own.select(gradient, own.axis))
        if not seen:
            return
        torch._foreach_abs_(parts)
        held = [(own._largest, part) for own, part in zip(seen, parts) if own._largest is not None]
        if held:
            torch._foreach_maximum_([largest for largest, _ in held], [part for _, part in held])
        for own, part in zip(seen, parts):
            if own._largest is None:
                own._largest = part
            own.counted()
