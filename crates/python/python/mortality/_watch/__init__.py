"""A recorder of trainings in PyTorch: `watch`."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Optional, Union

import torch
from torch import nn

from .._answer import Answer
from ._layers import Trace, layers_of, uncovered
from ._look import Look, Watched
from ._probe import inner, is_compiled, run, unseen
from ._report import report
from ._scalars import scalars
from ._seen import Quiet, Silence, Still
from ._tables import save

__all__ = ["Watch", "watch"]


def watch(model: nn.Module, optimizer: Any, every: int = 500, probe: Any = None) -> Watch:
    """Looks on while a model trains.

    In every step: of each unit whether its activation's argument was above 0 anywhere in the batch, and
    of each row and column of a weight whether its gradient was other than exactly 0. Units that were are
    left out until the next look, so that most steps cost next to nothing. Only at looks, every `every`
    steps: the probe, which weights have the same bits as at the last look, and why.

    The training is not changed by a bit. What is not looked at is named in the answer's notes: recurrent
    layers, attention as one module, embeddings, units whose outputs are added to others before the
    activation, and batches of compiled models.

    Args:
        model: The model, or `DataParallel`, `DistributedDataParallel` or a compiled model around it.
        optimizer: The optimizer that trains it; a step of it is a step here.
        every: Steps between two looks.
        probe: A batch that is looked at in evaluation mode: a tensor; a tuple or list whose first part is
            the input; a dictionary of the model's keyword arguments; or a function of the model. Without
            one, silence is known of the training's batches only.

    Returns:
        A `Watch`, to be used as ``with watch(...) as w:``.

    Raises:
        ValueError: ``every`` below 1, an optimizer of another model, a model without layers or without
            activations.
    """
    return Watch(model, optimizer, every, probe)


class Watch:
    """See `watch`."""

    def __init__(self, model: nn.Module, optimizer: Any, every: int = 500, probe: Any = None) -> None:
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise ValueError(f"every: {every!r}: give the number of steps between two looks, 1 or more")
        self.model, self.every, self.probe = inner(model), every, probe
        self.optimizer = _unwrapped(optimizer)
        lazy = [name for name, own in self.model.named_parameters() if nn.parameter.is_lazy(own)]
        if lazy:
            raise ValueError(f"{lazy[0]} has no shape yet: run a batch through the model first")
        layers = layers_of(self.model)
        if not layers:
            raise ValueError("the model has no convolution or linear layer: there is nothing to watch")
        mine = {id(own) for own in self.model.parameters()}
        if not any(id(own) in mine for group in self.optimizer.param_groups for own in group["params"]):
            raise ValueError("the optimizer has none of the model's parameters: is it another model's?")
        self.watched = [Watched(layer) for layer in layers]
        self.notes = [f"{name} is not looked at" for name in uncovered(self.model)]
        self.compiled = is_compiled(model)
        if self.compiled:
            self.notes.append("the model is compiled, so silence is known of the probe only")
        #: Steps of the optimizer so far, and all looks.
        self.step = 0
        self.looks: list[Look] = []
        self._hooks: list[Any] = []
        self._traced = False
        self._probing = False
        self._batches = self._steps = 0
        self._rates: dict[int, float] = {}

    def __enter__(self) -> Watch:
        if self.probe is not None:
            self._first_probe()
        self._hooks = [
            self.optimizer.register_step_pre_hook(self._before_step),
            self.optimizer.register_step_post_hook(self._after_step),
        ]
        if not self.compiled:
            self._hooks.append(self.model.register_forward_pre_hook(self._before_forward))
            if self._traced:
                self._listen()
        self._look()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        _error: Optional[BaseException],
        _traceback: Optional[TracebackType],
    ) -> None:
        for hook in self._hooks:
            hook.remove()
        self._hooks = []
        if kind is None and self._steps:
            self._look()

    def report(self) -> Answer:
        """What is known of the steps between the last two looks, in the form of `mortality.autopsy`'s answer.

        Raises:
            ValueError: The optimizer has made no step yet, as when a GradScaler skips every one.
        """
        return report(self.watched, self._looked(), self.notes)

    def scalars(self) -> dict[str, float]:
        """Numbers for TensorBoard or Weights & Biases: counts and shares by layer, as of the last look."""
        return scalars(self.watched, self._looked())

    def save(
        self, folder: Union[str, os.PathLike[str]], trial: int = 0, replicate: int = 0, **columns: Any
    ) -> None:
        """Writes the recorded tables, and the last two looks' weights as checkpoints.

        ``trials``, ``censuses`` and ``filters`` have the columns of a study's tables, so that
        ``mortality run`` analyses them: CSV, or Parquet where pyarrow is installed. Rows of other trials
        in the folder stay. ``checkpoints-TRIAL/step-*.pt`` is what `mortality.autopsy` reads.

        Args:
            folder: Where to write.
            trial: The number of this training among those in the folder.
            replicate: Its seed: trials that differ in nothing else have different ones.
            **columns: More columns of ``trials``, such as ``learning_rate=0.1``.
        """
        own = {"trial": trial, "replicate": replicate, **columns}
        save(self.watched, self._looked(), os.fspath(folder), own)

    def _looked(self) -> list[Look]:
        """All looks, with one at this moment if there was none since the first."""
        if len(self.looks) < 2 and self._steps:
            self._look()
        if len(self.looks) < 2:
            raise ValueError("the optimizer made no step since the watch began: nothing can be said yet")
        return self.looks

    # What follows is called by PyTorch.

    def _first_probe(self) -> None:
        """Finds the activations on the probe."""
        trace = Trace([own.layer for own in self.watched], self.model)
        with unseen(self.model):
            try:
                with trace:
                    output = run(self.model, self.probe)
            except Exception as error:
                trace.finish(None)
                raise ValueError(f"probe: the model does not take it: {error}") from error
        trace.finish(output)
        self._know_activations()

    def _know_activations(self) -> None:
        self._traced = True
        if not any(own.layer.activation for own in self.watched):
            raise ValueError(
                "the model has no activation after any of its layers (or only some of its own making): "
                "no unit can be silent, so there is nothing to watch"
            )
        for own in self.watched:
            own.refresh()
            if not own.can_be_silent and not own.layer.is_output:
                self.notes.append(f"whether units of {own.layer.name} are silent is not known")

    def _listen(self) -> None:
        for own in self.watched:
            if own.can_be_silent:
                self._hooks.append(own.layer.site.register_forward_hook(self._hear(own)))

    def _hear(self, own: Watched) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            if self._seeing() and isinstance(output, torch.Tensor):
                own.silence.see(output, own.layer.channel)

        return hook

    def _seeing(self) -> bool:
        """Whether a forward pass is one of the training."""
        return not self._probing and self.model.training and torch.is_grad_enabled()

    def _before_forward(self, _module: nn.Module, _inputs: Any) -> None:
        if not self._seeing():
            return
        self._batches += 1
        if not self._traced:
            # The first batch shows the activations; what it says of silence is not counted.
            trace = Trace([own.layer for own in self.watched], self.model)
            trace.__enter__()

            def after(_model: nn.Module, _given: Any, output: Any) -> None:
                hook.remove()
                trace.__exit__(None, None, None)
                trace.finish(output)
                self._know_activations()
                self._listen()

            hook = self.model.register_forward_hook(after, always_call=True)

    def _before_step(self, _optimizer: Any, args: Any, kwargs: Any) -> Any:
        """Looks at the gradients: those that are there, or those of each evaluation of a closure."""
        if not any(map(_is_closure, (*args, *kwargs.values()))):
            self._see_step()
            return None
        return tuple(map(self._seen, args)), {name: self._seen(own) for name, own in kwargs.items()}

    def _seen(self, given: Any) -> Any:
        """A closure whose evaluations are looked at; anything else as it is."""
        if not _is_closure(given):
            return given

        def closure() -> Any:
            loss = given()
            self._see_step()
            return loss

        return closure

    def _after_step(self, _optimizer: Any, _args: Any, _kwargs: Any) -> None:
        self.step += 1
        self._steps += 1
        if self.step % self.every == 0:
            self._look()

    def _see_step(self) -> None:
        heard = Silence.heard(own.silence for own in self.watched)
        Quiet.count([*heard, *Still.heard(still for own in self.watched for still in own.slices)])
        for index, group in enumerate(self.optimizer.param_groups):
            self._rates[index] = max(self._rates.get(index, 0.0), float(group.get("lr", 1.0)))

    @torch.no_grad()
    def _look(self) -> None:
        groups = self.optimizer.param_groups
        decays = {id(own): float(group.get("weight_decay", 0.0)) for group in groups for own in group["params"]}
        rates = {id(own): self._rates.get(index, 0.0) for index, group in enumerate(groups) for own in group["params"]}
        probed = self._probed() if self.probe is not None and self._traced else {}
        layers = {
            own.layer.name: own.look(probed.get(own.layer.name), rates, decays, self._steps)
            for own in self.watched
        }
        state = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        # Weights of the last two looks are kept.
        for older in self.looks[-2:-1]:
            older.state = {}
        told = sorted({float(group.get("lr", 0.0)) for group in groups})
        self.looks.append(Look(self.step, self._batches, told, layers, state))
        self._batches = self._steps = 0
        self._rates = {}

    def _probed(self) -> dict[str, Silence]:
        """Which units are silent on the probe now."""
        found = {own.layer.name: Silence(own.layer.units) for own in self.watched}
        hooks = []
        for own in self.watched:
            if own.can_be_silent:
                silence, channel = found[own.layer.name], own.layer.channel

                def hook(_module: nn.Module, _in: Any, output: Any, s: Any = silence, c: int = channel) -> None:
                    s.see(output, c)

                hooks.append(own.layer.site.register_forward_hook(hook))
        self._probing = True
        try:
            with unseen(self.model):
                run(self.model, self.probe)
        finally:
            self._probing = False
            for hook in hooks:
                hook.remove()
        return found


def _is_closure(given: Any) -> bool:
    # The optimizer itself may come first among the arguments.
    return callable(given) and not isinstance(given, torch.optim.Optimizer)


def _unwrapped(optimizer: Any) -> torch.optim.Optimizer:
    """The optimizer inside wrappers such as those of Accelerate."""
    seen = 0
    while isinstance(getattr(optimizer, "optimizer", None), torch.optim.Optimizer) and seen < 10:
        optimizer, seen = optimizer.optimizer, seen + 1
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise ValueError(f"optimizer: a {type(optimizer).__name__}: give a torch.optim.Optimizer")
    return optimizer
