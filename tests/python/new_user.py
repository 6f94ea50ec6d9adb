"""A small network in NumPy alone that is trained at too high a rate, so that units die."""

import json
import os

import numpy as np

random = np.random.default_rng(0)
labels = random.integers(0, 4, 1000)
inputs = random.random((4, 20))[labels] + 0.3 * random.random((1000, 20))
w1, b1 = random.normal(size=(24, 20)) * 0.3, np.zeros(24)
w2, b2 = random.normal(size=(4, 24)) * 0.3, np.zeros(4)
spoke = np.zeros(24, bool)
os.makedirs("run", exist_ok=True)
for step in range(2001):
    if step % 400 == 0:
        kept = {"fc1.weight": w1, "fc1.bias": b1, "fc2.weight": w2, "fc2.bias": b2}
        np.savez(f"run/step-{step}.npz", **{name: value.astype(np.float32) for name, value in kept.items()})
    if step == 1200:
        spoke[:] = False
    batch = random.integers(0, 1000, 32)
    x, y = inputs[batch], labels[batch]
    z = x @ w1.T + b1
    spoke |= (z > 0).any(0)
    h = np.maximum(z, 0)
    logits = h @ w2.T + b2
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[np.arange(32), y] -= 1
    gz = (p @ w2) * (z > 0)
    rate = 0.5 / 32
    w2, b2 = w2 - rate * p.T @ h, b2 - rate * p.sum(0)
    w1, b1 = w1 - rate * gz.T @ x, b1 - rate * gz.sum(0)
right = (np.maximum(inputs @ w1.T + b1, 0) @ w2.T + b2).argmax(1) == labels
with open("truth.json", "w") as file:
    json.dump([int(unit) for unit in np.flatnonzero(~spoke)], file)
print(f"right: {right.mean():.2f}; silent on every batch of the last 800 steps: {(~spoke).sum()} of 24 units")
