"""The networks of autopsy_runs.py, and what their activations read."""

from torch import nn

WEIGHTS = (nn.Linear, nn.modules.conv._ConvNd)
OVER_CHANNELS = (nn.GroupNorm, nn.LayerNorm)
NORMS = (nn.BatchNorm2d, *OVER_CHANNELS)


class Net(nn.Sequential):
    """Layers by name; an activation follows every layer but the last, or the norm behind it."""

    def __init__(self, layers, activation=nn.ReLU, norm_first=True):
        super().__init__()
        hidden = [name for name, layer in layers if isinstance(layer, WEIGHTS)][:-1]
        due = None
        for (name, layer), (_, following) in zip(layers, [*layers[1:], (None, None)]):
            self.add_module(name, layer)
            due = name if name in hidden else due
            if due and not (norm_first and isinstance(following, NORMS)):
                self.add_module(f"act_{due}", activation())
                due = None


class Block(nn.Module):
    """A residual block with norms, as ResNet's."""

    def __init__(self, units):
        super().__init__()
        self.conv1 = nn.Conv2d(units, units, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(units)
        self.act_1 = nn.ReLU()
        self.conv2 = nn.Conv2d(units, units, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(units)
        self.act_2 = nn.ReLU()

    def forward(self, x):
        y = self.act_1(self.bn1(self.conv1(x)))
        return self.act_2(x + self.bn2(self.conv2(y)))


def watch(net):
    """What goes into the activation behind each layer, filled at every forward pass; and the names
    of the norms between the two."""
    pre, norms, last = {}, {}, [None]

    def weight(name):
        def hook(*_):
            last[0] = name

        return hook

    def norm(name):
        def hook(*_):
            norms.setdefault(last[0], name)

        return hook

    def activation(_, inputs):
        # A norm behind the activation is none of the layer's.
        norms.setdefault(last[0], None)
        pre[last[0]] = inputs[0].detach()

    for name, module in net.named_modules():
        if isinstance(module, WEIGHTS):
            module.register_forward_hook(weight(name))
        elif isinstance(module, NORMS):
            module.register_forward_hook(norm(name))
        elif name.rsplit(".", 1)[-1].startswith("act_"):
            module.register_forward_pre_hook(activation)
    return pre, norms


def cnn():
    return [
        ("conv1", nn.Conv2d(1, 16, 3, padding=1)),
        ("conv2", nn.Conv2d(16, 32, 3, padding=1)),
        ("pool", nn.MaxPool2d(2)),
        ("conv3", nn.Conv2d(32, 32, 3, padding=1)),
        ("mean", nn.AdaptiveAvgPool2d(1)),
        ("flat", nn.Flatten()),
        ("fc", nn.Linear(32, 10)),
    ]


def norm_cnn():
    return [
        ("conv1", nn.Conv2d(1, 16, 3, padding=1)),
        ("bn1", nn.BatchNorm2d(16)),
        ("conv2", nn.Conv2d(16, 32, 3, padding=1)),
        ("bn2", nn.BatchNorm2d(32)),
        ("pool", nn.MaxPool2d(2)),
        ("flat", nn.Flatten()),
        ("fc", nn.Linear(512, 10)),
    ]


def separable():
    return [
        ("conv1", nn.Conv2d(1, 24, 3, padding=1)),
        ("conv2", nn.Conv2d(24, 24, 3, padding=1, groups=24)),
        ("conv3", nn.Conv2d(24, 32, 1)),
        ("mean", nn.AdaptiveAvgPool2d(1)),
        ("flat", nn.Flatten()),
        ("fc", nn.Linear(32, 10)),
    ]


def mlp(dropout=0.0):
    layers = [
        ("flat", nn.Flatten()),
        ("fc1", nn.Linear(64, 96)),
        ("fc2", nn.Linear(96, 64)),
        ("fc3", nn.Linear(64, 48)),
        ("fc4", nn.Linear(48, 10)),
    ]
    if dropout:
        layers.insert(2, ("drop1", nn.Dropout(dropout)))
        layers.insert(4, ("drop2", nn.Dropout(dropout)))
    return layers


def strided():
    return [
        ("conv1", nn.Conv2d(1, 20, 3, stride=2, padding=1)),
        ("conv2", nn.Conv2d(20, 40, 3, padding=1)),
        ("flat", nn.Flatten()),
        ("fc1", nn.Linear(640, 50)),
        ("fc2", nn.Linear(50, 10)),
    ]


def small(norm=None, wrap=lambda layer: layer):
    """Two convolutions and two linear layers; a norm behind each hidden one."""
    layers = [
        ("conv1", nn.Conv2d(1, 16, 3, padding=1)),
        ("conv2", nn.Conv2d(16, 32, 3, padding=1)),
        ("pool", nn.MaxPool2d(2)),
        ("flat", nn.Flatten()),
        ("fc1", nn.Linear(512, 48)),
        ("fc2", nn.Linear(48, 10)),
    ]
    layers = [(name, wrap(layer) if isinstance(layer, WEIGHTS) else layer) for name, layer in layers]
    if norm:
        layers.insert(2, ("norm2", norm(32)))
        layers.insert(1, ("norm1", norm(16)))
    return layers


def layer_norms():
    layers = mlp()
    for name, units in [("fc3", 48), ("fc2", 64), ("fc1", 96)]:
        place = [own for own, _ in layers].index(name)
        layers.insert(place + 1, (name.replace("fc", "norm"), nn.LayerNorm(units)))
    return layers


def residual():
    return [
        ("conv", nn.Conv2d(1, 24, 3, padding=1)),
        ("layer1", Block(24)),
        ("layer2", Block(24)),
        ("mean", nn.AdaptiveAvgPool2d(1)),
        ("flat", nn.Flatten()),
        ("fc", nn.Linear(24, 10)),
    ]


def groups(units):
    return nn.GroupNorm(4, units)


def spread(net, deviation):
    """Draws the shifts in front of activations with this deviation, so that some units are silent."""
    modules = dict(net.named_modules())
    norms = [module for module in modules.values() if isinstance(module, NORMS)]
    layers = [module for module in modules.values() if isinstance(module, WEIGHTS)][:-1]
    for module in norms or layers:
        # What a norm puts out has deviation 1.
        nn.init.normal_(module.bias, std=deviation * (1.5 if norms else 1))
