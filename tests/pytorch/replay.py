"""Replays a trial in PyTorch: `python replay.py DIR ...`, of `mortality trial ... --save-every K --out DIR`.

Compares every gradient at each saved step, computed from the saved weights (within 1e-4 of the
tensor's largest), the weights after one step of PyTorch's optimizer where the next step is saved
too (of batch norms also what they keep; of weights kept in bf16 the bits, but where the exact
number is in the middle of two), the loss of the first 20 steps (to 1e-3; later ones drift apart),
and the filters that are dead at the end (listing those whose largest pre-activation is closer to 0
than 1e-5). A step at which a ReLU of the batch has a pre-activation so near 0 that its sign is a
matter of rounding (2e-6 of the layer's largest) is listed, and not compared; nor is one at which
filters are silenced or start afresh, or one of a later task, whose order is not saved. The network is the
folder's model.py, in train mode for gradients and in eval mode for the dead. Needs torch and
safetensors; knows SGD and ReLU.
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


def gains_of(model, scale):
    """Of each layer with weights, what brings its gradients other than 0 to this root mean square."""
    norms = nn.BatchNorm1d, nn.BatchNorm2d
    for module in model.modules():
        if hasattr(module, "bias") and not isinstance(module, norms):
            gradient = module.weight.grad.double()
            gradient = gradient[gradient != 0]
            yield module, (scale / gradient.square().mean().sqrt()).item() if len(gradient) else 1.0


def scales(tensors, idle):
    """By name the largest number of a tensor; of an idle bias also of its weight."""
    largest = {name: tensor.abs().max().item() for name, tensor in tensors.items()}
    for name in idle:
        largest[name] = max(largest[name], largest[name.replace("bias", "weight")])
    return largest


def limits(settings, steps_per_epoch, steps):
    """Steps right after which filters are silenced or start afresh, so that their batch meets other
    weights than are saved; and the step from which on pixels or classes are in an order that is not
    saved."""
    own = settings.get("intervention") or {}
    touched = {own["step"]} if own.get("step") is not None else set()
    if own.get("every_epochs"):
        touched.update(range(0, steps + 1, own["every_epochs"] * steps_per_epoch))
    tasks = settings["schedule"].get("tasks") or {}
    phase = tasks.get("epochs") or settings["schedule"].get("permuted_every") or 0
    return touched, phase * steps_per_epoch or steps + 1


def replay(folder):
    """What does not agree, and the number of comparisons."""
    trial = json.loads((folder / "trial.json").read_text())
    settings = trial["settings"]
    sgd = settings["optimizer"]
    if sgd["kind"] != "sgd":
        sys.exit("replay.py knows SGD only")
    if settings.get("images", {}).get("shift"):
        sys.exit("replay.py does not know by how much each image of a batch was shifted")
    data = load_file(folder / "data.safetensors")
    images, labels = data["training.images"], data["training.labels"]
    with (folder / "batches.csv").open() as file:
        rows = {int(row["step"]): row for row in csv.DictReader(file)}
    model = runpy.run_path(folder / "model.py")["model"]()
    idle = list(idle_biases(model))
    weights = settings.get("weights", {})
    rounded = weights.get("precision", "f32") == "bf16"
    if weights.get("rounding") == "stochastic":
        sys.exit("replay.py knows no rounding at random")
    wrong, compared = [], 0

    def load(step):
        model.load_state_dict(load_file(folder / f"checkpoints/step-{step}.safetensors"))

    margins, ties, gains = [], [], []

    def margin(_, inputs):
        distance = inputs[0].detach().abs()
        distance = distance[distance > 0]
        if len(distance) > 0:
            margins.append((distance.min() / distance.max()).item())

    watching = [module.register_forward_pre_hook(margin) for module in model.modules() if isinstance(module, nn.ReLU)]

    def backward(step):
        model.train()
        margins.clear()
        batch = torch.tensor([int(index) for index in rows[step]["images"].split()])
        model.zero_grad()
        loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
        loss.backward()
        if "gradient_scale" in settings["schedule"]:
            if step == 0:
                gains[:] = gains_of(model, settings["schedule"]["gradient_scale"])
            for module, gain in gains:
                module.weight.grad *= gain
                module.bias.grad *= gain
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

    def keep():
        """Rounds the weights as the trial keeps them."""
        for weight in model.parameters():
            weight.data = weight.data.to(torch.bfloat16).float()

    def check_rounded(what, exact, ours, scale):
        """The same bf16, but where the exact f32 is within 1e-5 of the middle of the two."""
        nonlocal compared
        compared += 1
        other = exact.to(torch.bfloat16).float()
        off = ((exact - (ours + other) / 2).abs() > 1e-5 * scale) & (ours != other)
        if off.any() or (ours != ours.to(torch.bfloat16).float()).any():
            wrong.append(f"{what}: {off.sum().item()} of {off.numel()} are another bf16")

    def check(what, found, expected, scale, tolerance):
        nonlocal compared
        compared += 1
        error = (found - expected).abs().max().item()
        if not error <= tolerance * scale:
            wrong.append(f"{what}: off by {error:.3g}, of {scale:.3g}")

    record = json.loads((folder / "record.json").read_text())
    touched, known = limits(settings, record["trial"]["steps_per_epoch"], trial["steps"])
    for step in saved_steps(folder):
        if step in touched or step >= known:
            continue
        load(step)
        backward(step)
        found = len(wrong)
        gradients = load_file(folder / f"gradients/step-{step}.safetensors")
        scale = scales(gradients, idle)
        for name, ours in gradients.items():
            theirs = model.get_parameter(name).grad
            check(f"gradient of {name} at {step}", theirs, ours, scale[name], 1e-4)
        after = folder / f"checkpoints/step-{step + 1}.safetensors"
        if after.exists():
            own = optimizer(step)
            masters = folder / "masters"
            if masters.exists():
                saved = load_file(masters / f"step-{step}.safetensors")
                model.load_state_dict(saved, strict=False)
            moments = folder / f"moments/step-{step}.first.safetensors"
            if moments.exists() and step > 0:
                for name, moment in load_file(moments).items():
                    own.state[model.get_parameter(name)]["momentum_buffer"] = moment.clone()
            own.step()
            theirs, ours = model.state_dict(), load_file(after)
            scale = scales(ours, idle)
            for name in ours:
                if rounded and name in dict(model.named_parameters()):
                    check_rounded(f"{name} after {step}", theirs[name], ours[name], scale[name])
                    continue
                # As f64, since the number of batches is a whole number.
                check(f"{name} after {step}", theirs[name].double(), ours[name].double(), scale[name], 1e-5)
        if len(wrong) > found and min(margins, default=1) < 2e-6:
            ties.append(str(step))
            del wrong[found:]

    load(0)
    own = optimizer(0)
    # With masters the weights of the first steps are other ones than those that are computed with.
    for step in range(min(20, len(rows)) if not weights.get("masters") else 0):
        if step in touched:
            break
        loss, ours = backward(step), float(rows[step]["loss"])
        for group in own.param_groups:
            group["lr"] = float(rows[step]["learning_rate"])
        own.step()
        if rounded:
            keep()
        check(f"loss at {step}", torch.tensor(loss), torch.tensor(ours), max(abs(ours), 1), 1e-3)

    load(trial["steps"])
    model.eval()
    for hook in watching:
        hook.remove()
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
    if known <= trial["steps"]:
        # The last task's images are not those of the folder.
        theirs, record["filters"] = [], []
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
        + (f"; left out for a sign that rounding decides: step {', '.join(ties)}" if ties else "")
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
