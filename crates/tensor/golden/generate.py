"""Golden values for the tests of the ops, from PyTorch: python generate.py writes ops.safetensors.

All in float64. Activations are stored as (N, H, W, C), convolution weights as (Kh, Kw, Cin, Cout),
linear weights as (in, out).
"""

import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
tensors = {}


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def hwio(w):
    return w.permute(2, 3, 1, 0)


def same(x):
    return x


def case(name, function, operands, layout_out=same):
    """operands: name -> (value in PyTorch's layout, the layout in which it is stored)."""
    leaves = {key: value.clone().requires_grad_() for key, (value, _) in operands.items()}
    output = function(**leaves)
    grad_output = torch.randn_like(output)
    output.backward(grad_output)
    for key, (_, layout) in operands.items():
        tensors[f"{name}.{key}"] = layout(leaves[key].detach())
        tensors[f"{name}.grad_{key}"] = layout(leaves[key].grad)
    tensors[f"{name}.output"] = layout_out(output.detach())
    tensors[f"{name}.grad_output"] = layout_out(grad_output)


def images(channels=3, height=6, width=5, batch=2):
    return torch.randn(batch, channels, height, width), nhwc


for name, size, stride, padding in [
    ("same", (3, 3), 1, 1),
    ("valid", (2, 3), 1, 0),
    ("strided", (3, 2), 2, 1),
    ("wide", (5, 5), 3, 2),
]:
    case(
        f"conv2d_{name}",
        lambda input, weight: F.conv2d(input, weight, stride=stride, padding=padding),
        {"input": images(), "weight": (torch.randn(4, 3, *size), hwio)},
        nhwc,
    )

for name, stride, padding, pool in [("plain", 2, 1, None), ("pooled", 1, 1, 2)]:

    def block(input, weight, bias):
        output = F.relu(F.conv2d(input, weight, bias, stride=stride, padding=padding))
        return output if pool is None else F.max_pool2d(output, pool)

    operands = {
        "input": images(height=7),
        "weight": (torch.randn(4, 3, 3, 3), hwio),
        "bias": (torch.randn(4), same),
    }
    case(f"conv_block_{name}", block, operands, nhwc)

case("bias", lambda input, bias: input + bias[:, None, None], {"input": images(), "bias": (torch.randn(3), same)}, nhwc)
case(
    "linear",
    lambda input, weight: F.linear(input, weight),
    {"input": (torch.randn(4, 5), same), "weight": (torch.randn(3, 5), lambda w: w.T)},
)
# Whole numbers from a small range, so that windows have ties.
tied = torch.randint(-2, 3, (2, 3, 6, 5)).double()
case("max_pool", lambda input: F.max_pool2d(input, 2), {"input": images()}, nhwc)
case("max_pool_overlapping", lambda input: F.max_pool2d(input, 3, 2), {"input": images()}, nhwc)
case("max_pool_tied", lambda input: F.max_pool2d(input, 3, 1), {"input": (tied, nhwc)}, nhwc)
case("average_pool", lambda input: F.avg_pool2d(input, 2), {"input": images()}, nhwc)
case("average_pool_overlapping", lambda input: F.avg_pool2d(input, 3, 2), {"input": images()}, nhwc)
case("global_average_pool", lambda input: input.mean((2, 3)), {"input": images()})
case("flatten", lambda input: input.permute(0, 2, 3, 1).flatten(1), {"input": images()})
case("add", lambda first, second: first + second, {"first": images(), "second": images()}, nhwc)
case("relu", lambda input: F.relu(input), {"input": (tied, nhwc)}, nhwc)
case("leaky_relu", lambda input: F.leaky_relu(input, 0.1), {"input": (tied, nhwc)}, nhwc)
case("prelu", F.prelu, {"input": images(), "weight": (torch.rand(3), same)}, nhwc)
case("prelu_shared", F.prelu, {"input": images(), "weight": (torch.rand(1), same)}, nhwc)

labels = torch.tensor([3, 0, 4, 1, 1, 2])
case("softmax_cross_entropy", lambda logits: F.cross_entropy(logits, labels), {"logits": (3 * torch.randn(6, 5), same)})
tensors["softmax_cross_entropy.labels"] = labels.double()
case("mean_squared_error", F.mse_loss, {"input": (torch.randn(4, 3), same), "target": (torch.randn(4, 3), same)})

# After everything else, so that the draws of the cases above stay what they were.
spread = 3 * torch.randn(2, 3, 6, 5)
# The slopes that RReLU drew: what it made of each number that is not positive.
torch.manual_seed(1)
drawn = F.rrelu(spread, 1 / 8, 1 / 3, training=True)
slope = torch.where(spread > 0, torch.tensor(0.25), drawn / spread)
torch.manual_seed(1)
case("rrelu", lambda input: F.rrelu(input, 1 / 8, 1 / 3, training=True), {"input": (spread, nhwc)}, nhwc)
tensors["rrelu.slope"] = nhwc(slope)

# Not affine on purpose: values far from mean 0 and variance 1.
for name, values, layout in [
    ("images", 3 + 2 * torch.randn(4, 3, 5, 6), nhwc),
    ("features", 3 + 2 * torch.randn(7, 5), same),
]:
    filters = values.shape[1]
    mean, variance = torch.randn(filters), torch.rand(filters) + 0.5
    for training in [True, False]:
        running = mean.clone(), variance.clone()
        mode = f"batch_norm_{name}_{'train' if training else 'eval'}"
        case(
            mode,
            lambda input, weight, bias: F.batch_norm(input, *running, weight, bias, training),
            {"input": (values, layout), "weight": (torch.randn(filters), same), "bias": (torch.randn(filters), same)},
            layout,
        )
        for key, before, after in zip(["mean", "variance"], [mean, variance], running):
            tensors[f"{mode}.running_{key}"] = before.clone()
            tensors[f"{mode}.running_{key}_after"] = after.clone()

for name, size, stride, padding in [("same", (3, 3), 1, 1), ("strided", (3, 2), 2, 1)]:
    height, width = [(length + 2 * padding - kernel) // stride + 1 for length, kernel in zip((6, 5), size)]

    def local(input, weight, bias):
        windows = F.unfold(input, size, stride=stride, padding=padding)
        output = torch.einsum("nkp,pok->nop", windows, weight.flatten(2))
        return output.unflatten(2, (height, width)) + bias.permute(2, 0, 1)

    operands = {
        "input": images(),
        "weight": (torch.randn(height * width, 4, 3, *size), lambda w: w.permute(0, 3, 4, 2, 1).unflatten(0, (height, width))),
        "bias": (torch.randn(height, width, 4), same),
    }
    case(f"local2d_{name}", local, operands, nhwc)

path = pathlib.Path(__file__).parent / "ops.safetensors"
save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
print(f"{len(tensors)} tensors, {path.stat().st_size} bytes, PyTorch {torch.__version__}")
