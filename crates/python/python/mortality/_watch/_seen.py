"""What is looked at in every step: which units spoke, and which got a gradient.

A unit that spoke once need not be looked at again before the next look. So each of these keeps the
units that were still quiet when it last counted, after 1, 2, 4, 8, .. batches, and reads only those.
"""

from __future__ import annotations

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
        self._open: Optional[torch.Tensor] = None
        self._loud: Optional[torch.Tensor] = None
        self._none_left = False

    def select(self, values: torch.Tensor, axis: int) -> torch.Tensor:
        """The part of `values` that belongs to units not yet known to be loud."""
        if self._open is None:
            return values
        self._open = self._open.to(values.device)
        return values.index_select(axis, self._open)

    @property
    def settled(self) -> bool:
        """Whether no unit is left to look at."""
        return self._none_left

    def skip(self) -> None:
        """Counts a time at which all were quiet or nobody was left."""
        self.times += 1

    def add(self, loud: torch.Tensor) -> None:
        """One more time: which of the selected units were loud."""
        self._loud = loud if self._loud is None else self._loud.to(loud.device) | loud
        self.times += 1
        if self.times & (self.times - 1) == 0:
            self._narrow()

    def _narrow(self) -> None:
        if self._loud is None:
            return
        still = (~self._loud).nonzero().flatten()
        self._open = still if self._open is None else self._open.to(still.device)[still]
        self._loud = None
        self._none_left = self._open.numel() == 0

    def quiet(self) -> Optional[torch.Tensor]:
        """The units that were never loud, as booleans on the host; ``None`` if never looked at."""
        if self.times == 0:
            return None
        self._narrow()
        found = torch.zeros(self.units, dtype=torch.bool)
        if self._open is None:
            found[:] = True
        else:
            found[self._open.cpu()] = True
        return found


class Silence(Quiet):
    """Units whose argument of the activation was at most 0 at every place of every batch."""

    def see(self, output: torch.Tensor, channel: int) -> None:
        """One forward pass; `channel` is the units' axis, from the end."""
        if self.settled:
            return self.skip()
        axis = output.dim() + channel
        if axis < 0 or output.shape[axis] != self.units:
            return None
        values = self.select(output.detach(), axis)
        others = [own for own in range(values.dim()) if own != axis]
        # NaN is no silence.
        return self.add(~(values.amax(others) <= 0) if others else ~(values <= 0))


class Still(Quiet):
    """Slices of a parameter along an axis whose gradients were exactly 0 at every step."""

    def __init__(self, units: int, axis: int) -> None:
        super().__init__(units)
        self.axis = axis

    def see(self, gradient: Optional[torch.Tensor]) -> None:
        """One step."""
        if self.settled or gradient is None:
            return self.skip()
        values = self.select(gradient.detach(), self.axis)
        loud = values != 0
        others = [own for own in range(values.dim()) if own != self.axis]
        return self.add(loud.any(others) if others else loud)
