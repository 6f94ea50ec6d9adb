"""Replays a trial in PyTorch: `python replay.py DIR ...`, of `mortality trial ... --save-every K --out DIR`.

Compares every gradient at each saved step, computed from the saved weights (within 1e-4 of the
tensor's largest), the weights after one step of PyTorch's optimizer where the next step is saved
too (of batch norms also what they keep), the loss of the first 20 steps (to 1e-3; later ones drift apart), and the filters that are
dead at the end (listing those whose largest pre-activation is closer to 0 than 1e-5). The network is
the folder's model.py, in train mode for gradients and in eval mode for the dead. Needs torch and safetensors; knows SGD and ReLU.
"""

import csv
import json
import runpy
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn


def saved_steps(folder):
    paths = (folder / "gradients").glob("step-*.safetensors")
    return sorted(int(path.stem.split("-")[1]) for path in paths)


def idle_biases(model):
    """Biases before a batch norm, which takes them away: their gradients are what rounding leaves."""
    norms = nn.BatchNorm1d, nn.BatchNorm2d
    for name, parent in model.named_modules():
        children = list(parent.named_children())
        for (place, module), (_, after) in zip(children, children[1:]):
            if isinstance(after, norms) and not isinstance(module, norms) and hasattr(module, "bias"):
                yield f"{name}.{place}.bias".lstrip(".")


def scales(tensors, idle):
    """By name the largest number of a tensor; of an idle bias also of its weight."""
    largest = {name: tensor.abs().max().item() for name, tensor in tensors.items()}
    for name in idle:
        largest[name] = max(largest[name], largest[name.replace("bias", "weight")])
    return largest


def replay(folder):
    """What does not agree, and the number of comparisons."""
    trial = json.loads((folder / "trial.json").read_text())
    settings = trial["settings"]
    sgd = settings["optimizer"]
    if sgd["kind"] != "sgd":
        sys.exit("replay.py knows SGD only")
    data = load_file(folder / "data.safetensors")
    images, labels = data["training.images"], data["training.labels"]
    with (folder / "batches.csv").open() as file:
        rows = {int(row["step"]): row for row in csv.DictReader(file)}
    model = runpy.run_path(folder / "model.py")["model"]()
    idle = list(idle_biases(model))
    wrong, compared = [], 0

    def load(step):
        model.load_state_dict(load_file(folder / f"checkpoints/step-{step}.safetensors"))

    def backward(step):
        model.train()
        batch = torch.tensor([int(index) for index in rows[step]["images"].split()])
        model.zero_grad()
        loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
        loss.backward()
        if "clip_norm" in settings["schedule"]:
            nn.utils.clip_grad_norm_(model.parameters(), settings["schedule"]["clip_norm"])
        return loss.item()

    def optimizer(step):
        return torch.optim.SGD(
            model.parameters(),
            lr=float(rows[step]["learning_rate"]),
            momentum=sgd["momentum"],
            weight_decay=sgd["weight_decay"],
            nesterov=sgd["nesterov"],
        )

    def check(what, found, expected, scale, tolerance):
        nonlocal compared
        compared += 1
        error = (found - expected).abs().max().item()
        if not error <= tolerance * scale:
            wrong.append(f"{what}: off by {error:.3g}, of {scale:.3g}")

    for step in saved_steps(folder):
        load(step)
        backward(step)
        gradients = load_file(folder / f"gradients/step-{step}.safetensors")
        scale = scales(gradients, idle)
        for name, ours in gradients.items():
            theirs = model.get_parameter(name).grad
            check(f"gradient of {name} at {step}", theirs, ours, scale[name], 1e-4)
        after = folder / f"checkpoints/step-{step + 1}.safetensors"
        if after.exists():
            own = optimizer(step)
            moments = folder / f"moments/step-{step}.first.safetensors"
            if moments.exists() and step > 0:
                for name, moment in load_file(moments).items():
                    own.state[model.get_parameter(name)]["momentum_buffer"] = moment.clone()
            own.step()
            theirs, ours = model.state_dict(), load_file(after)
            scale = scales(ours, idle)
            for name in ours:
                # As f64, since the number of batches is a whole number.
                check(f"{name} after {step}", theirs[name].double(), ours[name].double(), scale[name], 1e-5)

    load(0)
    own = optimizer(0)
    for step in range(min(20, len(rows))):
        loss, ours = backward(step), float(rows[step]["loss"])
        for group in own.param_groups:
            group["lr"] = float(rows[step]["learning_rate"])
        own.step()
        check(f"loss at {step}", torch.tensor(loss), torch.tensor(ours), max(abs(ours), 1), 1e-3)

    load(trial["steps"])
    model.eval()
    record = json.loads((folder / "record.json").read_text())
    theirs, near, weighted = [], [], []

    def look(_, inputs):
        largest = inputs[0].amax(0)
        if type(weighted[-1]).__name__ == "Local2d":
            # Its filters are units: position by position, then by channel.
            largest = largest.permute(1, 2, 0).flatten()
        else:
            largest = largest.amax(dim=list(range(1, largest.dim()))) if largest.dim() > 1 else largest
        theirs.append((largest <= 0).tolist())
        near.extend(f"{x:.2e}" for x in largest.tolist() if abs(x) < 1e-5)

    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.register_forward_pre_hook(look)
        elif type(module).__name__ in ("Conv2d", "Linear", "Local2d"):
            module.register_forward_pre_hook(lambda module, _: weighted.append(module))
    with torch.no_grad():
        model(images)
    ours = [bool(row["dead_at_end"]) for row in record["filters"]]
    flat = [dead for layer in theirs for dead in layer]
    compared += len(flat)
    if flat != ours and not near:
        wrong.append(f"dead at the end: {sum(flat)} in PyTorch, {sum(ours)} here")
    rate = settings["schedule"]["learning_rate"]
    verdict = "agrees" if not wrong else "DIFFERS"
    print(
        f"{folder}: {verdict} in {compared} comparisons; learning rate {rate}, "
        f"{sum(ours)} of {len(ours)} filters dead at the end"
        + (f"; largest pre-activations near 0: {', '.join(near)}" if near else "")
    )
    for line in wrong:
        print("  " + line)
    return not wrong


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    torch.set_num_threads(1)
    results = [replay(Path(folder)) for folder in sys.argv[1:]]
    sys.exit(0 if all(results) else 1)
