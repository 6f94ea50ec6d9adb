"""Trains small networks in PyTorch and writes their tables: `python foreign_tables.py OUT [RATE ...]`.

Results from elsewhere as `mortality` reads them: .csv, and .parquet if pyarrow is there. Needs torch.
"""

import csv
import gzip
import importlib.util
import sys
from pathlib import Path

import torch
from torch import nn

DIGITS = Path(__file__).parents[2] / "crates/cnn/src/data/digits.csv.gz"
SEEDS, EPOCHS, BATCH, MOMENTUM, SPREAD = 6, 10, 32, 0.9, 0.01
CENSUSES = (0, 1, 2, 5, 10, 20, 45, 90, 180, 270, 360)


def digits(seed):
    """Images and labels to train on and held out, split by seed."""
    rows = torch.tensor([[float(number) for number in row] for row in csv.reader(gzip.open(DIGITS, "rt"))])
    rows = rows[torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))]
    images, labels = rows[:, :64].reshape(-1, 1, 8, 8) / 16, rows[:, 64].long()
    return images[360:], labels[360:], images[:360], labels[:360]


def network(seed):
    torch.manual_seed(seed)
    first, second, third = (nn.Conv2d(*channels, 3, padding=1) for channels in ((1, 16), (16, 32), (32, 32)))
    for convolution in (first, second, third):
        nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
        nn.init.zeros_(convolution.bias)
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10)]
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2), third, nn.ReLU(), *head)


@torch.no_grad()
def census(layers, images, labels):
    """Outcome, loss and accuracy on the training set, and the largest pre-activation of each unit, layer by layer."""
    largest = []
    keep = lambda _module, _inputs, output: largest.append(output.amax(dim=0).flatten(1))
    hooks = [layer.register_forward_hook(keep) for layer in layers if isinstance(layer, nn.Conv2d)]
    logits, _ = layers(images), [hook.remove() for hook in hooks]
    loss = nn.functional.cross_entropy(logits, labels)
    finite = loss.isfinite() and all(weights.isfinite().all() for weights in layers.parameters())
    spread = (logits.amax(dim=0) - logits.amin(dim=0)).max()
    outcome = "working" if finite and spread >= SPREAD else "collapsed" if finite else "diverged"
    return outcome, loss.item() if finite else None, (logits.argmax(dim=1) == labels).float().mean().item(), largest


def train(trial, rate, seed, tables):
    images, labels, held_out, held_out_labels = digits(seed)
    layers = network(seed)
    optimizer = torch.optim.SGD(layers.parameters(), rate, MOMENTUM)
    batches = [batch for _ in range(EPOCHS) for batch in torch.randperm(len(images)).split(BATCH)]
    silent = {}  # step -> one row of booleans a layer: for ReLU silent is dead
    for step in range(len(batches) + 1):
        if step in CENSUSES or step == len(batches):
            outcome, loss, accuracy, largest = census(layers, images, labels)
            if outcome == "diverged":
                break
            silent[step] = [(units <= 0).all(dim=1).tolist() for units in largest]
            for layer, units in enumerate(largest):
                tables["censuses"].append({
                    "trial": trial, "step": step, "layer": layer, "outcome": outcome, "filters": len(units),
                    "silent": sum(silent[step][layer]), "dead": sum(silent[step][layer]), "units": units.numel(),
                    "silent_units": int((units <= 0).sum()), "train_loss": loss})
        if step < len(batches):
            optimizer.zero_grad()
            nn.functional.cross_entropy(layers(images[batches[step]]), labels[batches[step]]).backward()
            optimizer.step()
    _, _, held_out_accuracy, _ = census(layers, held_out, held_out_labels)
    tables["trials"].append({
        "trial": trial, "replicate": seed, "learning_rate": rate, "outcome": outcome, "steps": step,
        "train_accuracy": accuracy, "held_out_accuracy": held_out_accuracy, "framework": "PyTorch"})
    for layer, index in ((layer, index) for layer, filters in enumerate(silent[0]) for index in range(len(filters))):
        states = [filters[layer][index] for filters in silent.values()]
        revivals = sum(before and not after for before, after in zip(states, states[1:]))
        tables["filters"].append({
            "trial": trial, "layer": layer, "filter": index, "born_dead": states[0], "ever_dead": any(states),
            "dead_at_end": states[-1], "silent_at_end": states[-1], "revivals": revivals})


def main(out, *rates):
    out.mkdir(parents=True, exist_ok=True)
    tables = {"trials": [], "censuses": [], "filters": []}
    for trial, (rate, seed) in enumerate((rate, seed) for rate in rates for seed in range(SEEDS)):
        train(trial, rate, seed, tables)
    for name, rows in tables.items():
        lines = [[str(v).lower() if isinstance(v, bool) else v for v in row.values()] for row in rows]
        with open(out / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([rows[0], *lines])
        if importlib.util.find_spec("pyarrow"):
            from pyarrow import Table, parquet
            parquet.write_table(Table.from_pylist(rows), out / f"{name}.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(float, sys.argv[2:] or ("0.03", "0.3")))
