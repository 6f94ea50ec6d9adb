"""Golden values for weights kept in bf16: python rounding.py writes rounding.safetensors.

`values` in float32 (around every kind of tie, subnormals, infinities, NaN, the largest numbers), and
`rounded`, what PyTorch's `to(torch.bfloat16)` makes of them.
"""

import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(0)
# Upper halves: 0, subnormals, the smallest normal ones, around 1, the largest, infinity, NaN.
upper = torch.tensor([0x0000, 0x0001, 0x0002, 0x007F, 0x0080, 0x3F7F, 0x3F80, 0x3F81, 0x3FFF, 0x7F7E, 0x7F7F, 0x7F80, 0x7FC0])
upper = torch.cat([upper, torch.randint(0, 0x7F80, (200,))])
# Lower halves on either side of each decision.
lower = torch.tensor([0x0000, 0x0001, 0x7FFF, 0x8000, 0x8001, 0xFFFF])
bits = (upper[:, None] * 0x10000 + lower).flatten()
bits = torch.cat([bits, bits - 0x80000000]).to(torch.int32)
values = bits.view(torch.float32)

path = pathlib.Path(__file__).parent / "rounding.safetensors"
save_file({"values": values, "rounded": values.to(torch.bfloat16)}, path)
print(f"{len(values)} values, {path.stat().st_size} bytes, PyTorch {torch.__version__}")
