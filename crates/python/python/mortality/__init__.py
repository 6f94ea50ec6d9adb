"""Why did these weights stop changing?

>>> import mortality
>>> answer = mortality.autopsy("runs/7")          # a folder of checkpoints
>>> print(answer)                                 # the verdict, then a table, worst layers first
>>> answer.units("dead")                          # {"features.5": [3, 17]}

`autopsy` reads checkpoints of any framework, or takes arrays that the framework loaded; `watch` looks
on while PyTorch trains and knows what checkpoints only suggest; `prune` removes dead units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._answer import Answer
from ._autopsy import autopsy, prune
from ._errors import ReadError
from ._mortality import VERSION as __version__

if TYPE_CHECKING:
    from ._watch import Watch, watch

__all__ = ["Answer", "ReadError", "Watch", "__version__", "autopsy", "prune", "watch"]


def __getattr__(name: str) -> Any:
    # Only who watches a training needs PyTorch.
    if name in ("watch", "Watch"):
        from . import _watch

        return getattr(_watch, name)
    raise AttributeError(f"module 'mortality' has no attribute '{name}'")
