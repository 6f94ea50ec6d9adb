"""Golden values of one function of one number, from PyTorch: python pointwise.py hardswish

Prints rows of x, y and dy/dx in float64, to be pasted into the tests of the op. The argument is
what stands after torch.nn.functional, with further arguments of the function if it needs them:
python pointwise.py gelu approximate=tanh
"""

import sys

import torch

POINTS = [-12.0, -6.5, -3.0, -1.5, -0.75, -0.1, 0.0, 0.2, 1.0, 2.5, 3.0, 8.0]


def literal(number):
    """As Rust writes it: digits after the point in groups of three."""
    text = repr(number)
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    groups = [fraction[start : start + 3] for start in range(0, len(fraction), 3)]
    return f"{whole}.{'_'.join(groups) or '0'}" + (f"e{int(exponent)}" if exponent else "")


name, *settings = sys.argv[1:]
settings = dict(setting.split("=") for setting in settings)
x = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
y = getattr(torch.nn.functional, name)(x, **settings)
y.sum().backward()
for row in zip(x.tolist(), y.tolist(), x.grad.tolist()):
    print(f"        [{', '.join(map(literal, row))}],")
