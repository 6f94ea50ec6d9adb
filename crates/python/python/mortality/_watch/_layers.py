"""The layers that are watched, and which activation each of them feeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
NORMS = (nn.modules.batchnorm._NormBase, nn.GroupNorm, nn.LayerNorm)
#: Modules with weights whose units are not looked at.
UNCOVERED = (nn.RNNBase, nn.RNNCellBase, nn.Embedding, nn.EmbeddingBag, nn.MultiheadAttention, nn.Bilinear)

#: Functions that are 0, with derivative 0, wherever their argument is at most 0.
RECTIFIERS = frozenset(["relu", "relu_", "relu6", "clamp_min", "clamp_min_", "clamp", "threshold", "threshold_"])
#: Functions that are near 0, or small, wherever their argument is at most 0: silent, yet not dead.
SOFT = frozenset(
    "leaky_relu leaky_relu_ prelu rrelu rrelu_ elu elu_ celu selu gelu silu mish hardswish softplus".split()
)
OTHERS = frozenset("tanh tanh_ sigmoid sigmoid_ hardtanh hardsigmoid softsign logsigmoid glu".split())
#: What keeps the sign of each channel's largest value.
SIGN_KEPT = frozenset("max_pool1d max_pool2d max_pool3d adaptive_max_pool2d boolean_dispatch".split())
#: What mixes several layers' outputs, so that no unit alone decides what follows.
MIXES = frozenset("add add_ __add__ __iadd__ __radd__ sub mul mul_ __mul__ cat stack where matmul".split())


@dataclass
class Layer:
    """A convolution or linear layer."""

    name: str
    module: nn.Module
    kind: str
    units: int
    inputs: int
    #: Where its units are: the axis of its output, counted from the end.
    channel: int
    activation: Optional[str] = None
    #: The module whose output is the activation's argument; ``None`` where no one unit decides it.
    site: Optional[nn.Module] = None
    #: The norm between layer and activation.
    norm: Optional[nn.Module] = None
    readers: list[str] = field(default_factory=list)
    is_output: bool = False
    ran: bool = False

    def unit_axis(self, parameter: torch.Tensor) -> Optional[int]:
        """The axis of one of its parameters that counts units."""
        transposed = isinstance(self.module, TRANSPOSED) and parameter.dim() > 1
        axis = 1 if transposed and getattr(self.module, "groups", 1) == 1 else 0
        return axis if parameter.dim() > axis and parameter.shape[axis] == self.units else None

    def parameters(self) -> dict[str, torch.nn.Parameter]:
        """Its own, and its norm's, by name in the model."""
        found = {f"{self.name}.{name}": value for name, value in self.module.named_parameters()}
        if self.norm is not None:
            for name, value in self.norm.named_parameters(recurse=False):
                found[f"{self.name} norm.{name}"] = value
        return {name: value for name, value in found.items() if self.unit_axis(value) is not None}


def layers_of(model: nn.Module) -> list[Layer]:
    """All convolutions and linear layers, in the order in which they were built."""
    found = []
    for name, module in model.named_modules():
        if isinstance(module, (*CONVOLUTIONS, *TRANSPOSED)):
            spatial = len(module.kernel_size)
            kind = "transposed convolution" if isinstance(module, TRANSPOSED) else "convolution"
            inputs = module.in_channels if kind != "convolution" else module.in_channels // module.groups
            found.append(Layer(name, module, kind, module.out_channels, inputs, -1 - spatial))
        elif isinstance(module, nn.Linear):
            found.append(Layer(name, module, "linear", module.out_features, module.in_features, -1))
    return found


def uncovered(model: nn.Module) -> list[str]:
    """Names of modules with weights that are not looked at."""
    return [name for name, module in model.named_modules() if isinstance(module, UNCOVERED)]


@dataclass
class _Mark:
    """Which layer a tensor comes from, and through which module if no other unit has a say in it."""

    layer: Layer
    site: Optional[nn.Module]
    norm: Optional[nn.Module] = None
    activated: bool = False


class Trace(TorchFunctionMode):
    """Follows the outputs of layers through one forward pass, to the activations that they feed."""

    def __init__(self, layers: list[Layer], model: nn.Module) -> None:
        super().__init__()
        self._marks: dict[int, _Mark] = {}
        # A tensor that is gone could lend its id to another.
        self._alive: list[torch.Tensor] = []
        by_module = {id(layer.module): layer for layer in layers}
        self._hooks = []
        for module in model.modules():
            layer = by_module.get(id(module))
            if layer is not None:
                self._hooks.append(module.register_forward_pre_hook(self._reading(layer)))
                self._hooks.append(module.register_forward_hook(self._made(layer)))
            elif isinstance(module, NORMS):
                self._hooks.append(module.register_forward_hook(self._normed))

    def finish(self, output: Any) -> None:
        """Takes the hooks away and marks what makes the model's output."""
        for hook in self._hooks:
            hook.remove()
        for tensor in tensors_in(output):
            mark = self._marks.get(id(tensor))
            if mark is not None and not mark.layer.readers:
                mark.layer.is_output = True
        self._marks.clear()
        self._alive.clear()

    def _mark(self, tensor: Any, mark: _Mark) -> None:
        if isinstance(tensor, torch.Tensor):
            self._marks[id(tensor)] = mark
            self._alive.append(tensor)

    def _of(self, tensors: Any) -> Optional[_Mark]:
        found = [self._marks[id(own)] for own in tensors_in(tensors) if id(own) in self._marks]
        return found[0] if len({id(mark.layer) for mark in found}) == 1 else None

    def _reading(self, reader: Layer) -> Any:
        def hook(_module: nn.Module, inputs: Any) -> None:
            mark = self._of(inputs)
            if mark is not None and reader.name not in mark.layer.readers:
                mark.layer.readers.append(reader.name)

        return hook

    def _made(self, layer: Layer) -> Any:
        def hook(module: nn.Module, _inputs: Any, output: Any) -> None:
            layer.ran = True
            self._mark(output, _Mark(layer, module))

        return hook

    def _normed(self, module: nn.Module, inputs: Any, output: Any) -> None:
        mark = self._of(inputs)
        if mark is not None and not mark.activated:
            self._mark(output, _Mark(mark.layer, module if mark.site else None, module))

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        mark = self._of(args)
        out = func(*args, **(kwargs or {}))
        if mark is None or not isinstance(out, torch.Tensor) or name.startswith("__get"):
            return out
        activation = name in RECTIFIERS or name in SOFT or name in OTHERS
        if activation and not mark.activated:
            mark.layer.activation = name.rstrip("_")
            mark.layer.site, mark.layer.norm = mark.site, mark.norm
            self._mark(out, _Mark(mark.layer, None, mark.norm, activated=True))
        else:
            site = mark.site if name in SIGN_KEPT else None
            mixes = name in MIXES and len(tensors_in(args)) > 1
            if not mixes:
                self._mark(out, _Mark(mark.layer, site, mark.norm, mark.activated))
            elif id(out) in self._marks:
                del self._marks[id(out)]
        return out


def tensors_in(value: Any) -> list[torch.Tensor]:
    """The tensors in nested containers and in outputs with fields."""
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    elif hasattr(value, "__dataclass_fields__"):
        value = list(vars(value).values())
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in tensors_in(item)]
    return []
