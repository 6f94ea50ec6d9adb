"""What `mortality.watch` costs: python tests/python/cost.py [RUNS]. One thread, by turns."""

import statistics
import sys
import time

import torch
from torch import nn

import mortality
from trainings import network

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 10


class Block(nn.Module):
    """ResNet's basic block (He et al., 2016)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.short = None
        if stride != 1 or inputs != outputs:
            self.short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.short is None else self.short(x)))


def resnet18():
    layers, inputs = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()], 64
    for outputs, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        layers += [Block(inputs, outputs, stride), Block(outputs, outputs, 1)]
        inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def seconds(build, shape, steps, every, watched):
    """Processor and wall time of some steps and their share of the looks, of which the last is made on leaving."""
    torch.manual_seed(0)
    model = build()
    optimizer = torch.optim.SGD(model.parameters(), 0.05, momentum=0.9)
    images, labels = torch.rand(shape), torch.randint(0, 10, (shape[0],))
    watch = mortality.watch(model, optimizer, every=every, probe=images)
    if watched:
        watch.__enter__()
    begun = clocks()
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    stepped = clocks()
    if watched:
        watch.__exit__(None, None, None)
    share = steps / every if steps < every else 0
    return [b - a + share * (c - b) for a, b, c in zip(begun, stepped, clocks())]


def clocks():
    return time.process_time(), time.perf_counter()


def main():
    cases = [
        ("small CNN, 32 images of 8x8", network, (32, 1, 8, 8), 300, 100),
        ("small CNN, 32 images of 28x28", network, (32, 1, 28, 28), 30, 100),
        ("ResNet-18, 16 images of 32x32", resnet18, (16, 3, 32, 32), 8, 100),
    ]
    for name, build, shape, steps, every in cases:
        seconds(build, shape, max(steps // 5, 2), every, False)
        taken = [[seconds(build, shape, steps, every, watched) for watched in (False, True)] for _ in range(RUNS)]
        for clock, kind in enumerate(("processor", "wall")):
            alone, watched = (1000 / steps * statistics.median(own[place][clock] for own in taken) for place in (0, 1))
            print(f"{name}, every {every}, {kind}: {alone:.2f} ms a step, watched {watched:.2f} ms, "
                  f"{100 * (watched / alone - 1):+.1f}% (medians of {RUNS})", flush=True)


if __name__ == "__main__":
    main()
