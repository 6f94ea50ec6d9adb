"""Loads the checkpoints of trials into PyTorch by their own model.py: python models.py MORTALITY FOLDER

MORTALITY is the program; trials are written below FOLDER, with networks that have every layer word
between them (what the program names where a word is none of its own). Of each network it is
checked that `load_state_dict(strict=True)` takes every checkpoint, that the loss of the first batch
and its gradient (within 1e-4 of the tensor's largest) agree, and how many held-out images are right
at the end. Needs torch and safetensors.
"""

import csv
import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy

from replay import idle_biases, scales

NETWORKS = {
    "pools": ["conv 8 3x5 stride 2 padding 1", "leaky_relu 0.01", "average_pool 2", "conv 6 1x1", "flatten", "linear 10"],
    "flat": ["conv 8 3x3", "relu", "max_pool 3 stride 2", "flatten", "linear 24", "prelu", "linear 10"],
    "residual": ["conv 8 3x3", "prelu", {"residual": ["conv 8 3x3", "relu", "conv 8 3x3"]}, "relu", "global_average_pool", "linear 10"],
    "local": ["conv 8 3x3", "relu", "max_pool 2", "local 6 3x3", "relu", "local 4 3x2 stride 2 padding 1", "batch_norm", "relu", "flatten", "linear 10"],
    "norms": ["conv 8 3x3", "batch_norm", "relu", "flatten", "linear 24", "batch_norm", "relu", "linear 10"],
    "rrelu": ["conv 8 3x3", "rrelu 0.125 0.25", "global_average_pool", "linear 10"],
}


def trial(program, layers, folder):
    # A table of TOML is one of JSON but for this.
    layers = json.dumps(layers).replace('"residual":', "residual =")
    settings = ["schedule.epochs=3", "schedule.annealed_epochs=1", "schedule.learning_rate=0.1", f"architecture={layers}"]
    settings = [part for setting in settings for part in ("--set", setting)]
    command = [program, "trial", "learning-rate", "0", "--save-every", "45", *settings, "--out", folder]
    return subprocess.run(command, capture_output=True, text=True)


def words(program):
    """How the texts of layers begin, as the program says it."""
    said = trial(program, ["?"], "nowhere").stderr
    listed = re.search(r"it begins with (.*?) \(", said, re.DOTALL)
    if not listed:
        sys.exit(f"the program does not say which layers there are: {said}")
    return re.split(r",\s+|\s+or\s+", listed.group(1))


def check(folder, random):
    """Says how far PyTorch is from the trial in this folder, and fails if it is too far."""
    model = runpy.run_path(folder / "model.py")["model"]
    checkpoints = list((folder / "checkpoints").glob("*.safetensors"))
    for path in checkpoints:
        model(path)
    data = load_file(folder / "data.safetensors")
    with (folder / "batches.csv").open() as lines:
        first = next(csv.DictReader(lines))
    batch = torch.tensor([int(index) for index in first["images"].split()])
    network = model(folder / "checkpoints/step-0.safetensors")
    loss = cross_entropy(network(data["training.images"][batch]), data["training.labels"][batch])
    loss.backward()
    worst = 0.0
    gradients = load_file(folder / "gradients/step-0.safetensors")
    scale = scales(gradients, idle_biases(network))
    for name, ours in gradients.items():
        error = (network.get_parameter(name).grad - ours).abs().max().item()
        worst = max(worst, error / max(scale[name], 1e-8))
    steps = json.loads((folder / "trial.json").read_text())["steps"]
    network = model(folder / f"checkpoints/step-{steps}.safetensors").eval()
    right = (network(data["held_out.images"]).argmax(1) == data["held_out.labels"]).float().mean().item()
    expected = json.loads((folder / "record.json").read_text())["trial"]["held_out_accuracy"]
    off = abs(loss.item() - float(first["loss"]))
    print(f"{folder.name}: {len(checkpoints)} checkpoints; loss off by {off:.1e}, gradient by {worst:.1e}; {right:.4f} right")
    # A slope that is drawn for each unit is another one in PyTorch's training.
    if not random and (off > 1e-5 or worst > 1e-4):
        sys.exit(f"{folder}: PyTorch computes something else")
    if abs(right - expected) > 0.003:
        sys.exit(f"{folder}: {right} of the held-out images right, and {expected} there")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, out = sys.argv[1], Path(sys.argv[2])
    torch.set_num_threads(1)
    networks = dict(NETWORKS)
    there = json.dumps(list(networks.values()))
    for word in words(program):
        if not re.search(rf'"{word}[ "]', there):
            networks[word] = ["conv 8 3x3", word, "global_average_pool", "linear 10"]
    for name, layers in networks.items():
        done = trial(program, layers, out / name)
        if done.returncode:
            sys.exit(f"{name}: {done.stderr}\nIf this is a word with settings, give it a network in NETWORKS.")
        check(out / name, random="rrelu" in name)


if __name__ == "__main__":
    main()
