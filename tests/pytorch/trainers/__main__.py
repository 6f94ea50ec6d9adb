"""Small runs by real trainers, saved as each saves by default, and what `mortality autopsy` answers to the first call.

    python tests/pytorch/trainers FOLDER [NAME..]

trains each of RUNS in FOLDER/<name> unless it is there, writes the truth that the trainer itself measured to
FOLDER/<name>/truth.json, and prints a table: the trainer, the calls, what was answered, whether it is right. Right is:
exit code 0; the code expected; as many steps between the files as were made, or none claimed; every unit that was
silent on all training data through the last two intervals called dead, or told that the weights cannot tell; and no
other. A format that is refused has to be refused with lines of Python that hand its arrays over: they are run, and
their answer is held against the truth.

MORTALITY is the program, `mortality` if not given. Every trainer needs its own packages, beside torch, numpy and, for
what is refused, the wheel of crates/python; a trainer that is not installed is said and passed over.
"""

import glob
import importlib.util
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROGRAM = os.environ.get("MORTALITY", "mortality")


@dataclass
class Run:
    """A run: the function that trains, what a user would type after `mortality autopsy`, and what lines that hand
    arrays over call the paths they take."""

    trainer: str
    function: str
    calls: list
    paths: str = ""


RUNS = {
    "lightning-best": Run("Lightning, `{epoch}-{val_loss:.2f}` and last", "on_torch.lightning_best", ["lightning_logs", "lightning_logs/version_0/checkpoints", "lightning_logs/*/checkpoints/*.ckpt"]),
    "lightning-frozen": Run("Lightning, names by default, a layer frozen", "on_torch.lightning_frozen", ["lightning_logs", "lightning_logs/version_0"]),
    "fabric": Run("Lightning Fabric", "on_torch.fabric", ["checkpoints"]),
    "timm": Run("timm `CheckpointSaver`, averages", "on_torch.timm", ["output", "output/train/*"]),
    "ultralytics": Run("ultralytics, `save_period=1`", "on_torch.ultralytics", ["runs", "runs/classify/train", "runs/classify/train/weights", "runs/classify/train/weights/*.pt"]),
    "mmengine": Run("mmengine `Runner`", "on_torch.mmengine", ["work_dirs", "work_dirs/digits", "work_dirs/digits/*.pth"]),
    "ignite": Run("Ignite `Checkpoint`", "on_torch.ignite", ["checkpoints", "checkpoints/*.pt"]),
    "skorch": Run("skorch `Checkpoint`", "on_torch.skorch", ["exp1", "exp1/params_*"]),
    "fastai": Run("fastai `SaveModelCallback`", "on_torch.fastai", ["models", "models/*.pth"]),
    "stable-baselines3": Run("stable-baselines3 `CheckpointCallback`", "on_torch.stable_baselines3", ["logs", "logs/*.zip"]),
    "transformers": Run("transformers `Trainer`", "hugging_face.transformers", ["test_trainer", "test_trainer/checkpoint-*", "test_trainer/*/model.safetensors"]),
    "transformers-lr-0": Run("transformers, rate 0", "hugging_face.transformers_lr_0", ["test_trainer"]),
    "transformers-bf16": Run("transformers, weights in bfloat16", "hugging_face.transformers_bf16", ["test_trainer"]),
    "peft": Run("PEFT LoRA", "hugging_face.peft", ["test_trainer", "test_trainer/checkpoint-*"]),
    "accelerate": Run("accelerate `save_state`", "hugging_face.accelerate", ["run", "run/checkpoints", "run/checkpoints/*"]),
    "diffusers": Run("diffusers' scripts, averages", "hugging_face.diffusers", ["sd-model-finetuned", "sd-model-finetuned/checkpoint-*/unet"]),
    "sentence-transformers": Run("sentence-transformers", "hugging_face.sentence_transformers", ["models/digits", "models/digits/checkpoint-*"]),
    "keras": Run("Keras `fit`, `.keras`", "keras_and_jax.keras_whole", ["checkpoints", "checkpoints/*.keras"]),
    "keras-weights": Run("Keras `fit`, `.weights.h5`", "keras_and_jax.keras_weights", ["checkpoints"]),
    "keras-h5": Run("Keras `fit`, `.h5`", "keras_and_jax.keras_h5", ["."]),
    "tensorflow": Run("`tf.train.CheckpointManager`", "keras_and_jax.tensorflow", ["tf_ckpts"], "tf_ckpts/*.index"),
    "flax-checkpoints": Run("Flax `save_checkpoint`", "keras_and_jax.flax_checkpoints", ["ckpts", "ckpts/*"], "ckpts/*"),
    "flax-bytes": Run("Flax `to_bytes`", "keras_and_jax.flax_bytes", [".", "*.msgpack"], "*.msgpack"),
    "orbax": Run("Orbax `CheckpointManager`", "keras_and_jax.orbax", ["checkpoints", "checkpoints/*"], "checkpoints/*/default"),
}


def train(name, folder):
    """Runs a trainer in a process of its own; whether its truth is there."""
    if not (folder / "truth.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, __file__, "--train", RUNS[name].function, "truth.json"]
        with (folder.parent / f"{name}.log").open("w") as log:
            subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=False)
    return (folder / "truth.json").exists()


def train_here(function, truth):
    """What such a process does."""
    import numpy as np

    np.random.seed(0)
    if importlib.util.find_spec("torch"):
        import torch

        torch.manual_seed(0)
        torch.set_num_threads(1)
    module, function = function.split(".")
    done = getattr(importlib.import_module(module), function)()
    Path(truth).write_text(json.dumps(done.json(), indent=1))


def ask(folder, call):
    """The answer, or the error, to a call in the run's folder."""
    # The shell's doing, and what a person has in the folder is not the truth.
    given = sorted(glob.glob(call, root_dir=folder)) if "*" in call else [call]
    done = subprocess.run([PROGRAM, "autopsy", *given, "--json"], cwd=folder, capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip()


def hand_over(folder, refusal, paths):
    """The answer to what the lines of a refusal hand over, run as they are."""
    lines = re.findall(r"^  (.*)", refusal, re.M)
    if not lines or not paths:
        return refusal
    given = sorted(glob.glob(paths, root_dir=folder), key=lambda path: [int(own) for own in re.findall(r"\d+", path)])
    given = [str(folder / path.removesuffix(".index")) for path in given]
    modules = [own for own in ("flax", "orbax.checkpoint", "tensorflow as tf", "mortality", "json") if own.split(".")[0].split()[-1] in " ".join(lines) + " json"]
    program = "\n".join([*(f"import {own}" for own in modules), f"paths = prefixes = {given}", *lines[:-1], f"print(json.dumps({lines[-1]}))"])
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else f"{program}\n{done.stderr[-600:]}"


def layer_of(name, truth):
    """A layer of the answer under its name in the truth: files may have a prefix more or less."""
    return next((own for own in truth if f"/{name}".replace(".", "/").endswith(f"/{own}".replace(".", "/"))), name)


def wrong(answer, truth):
    """What is not right about an answer, in words."""
    problems = []
    if answer["answer"]["code"] != truth["code"]:
        problems.append(f"{truth['code']} was expected")
    made = [b - a for a, b in zip(truth["steps"], truth["steps"][1:])]
    for own, steps in zip(answer["steps"], made):
        least = own["source"] == "decay"
        if own["count"] is not None and own["count"] != steps and not (least and own["count"] > steps):
            problems.append(f"{own['count']:.0f} steps by {own['source']}, and {steps} were made")
            break
    if made and len(answer["files"]) != len(truth["steps"]):
        problems.append(f"{len(answer['files'])} files, and {len(truth['steps'])} were saved")
    lacking = {name for name, own in truth["dead"].items() if own}
    for layer in answer["layers"]:
        name = layer_of(layer["name"], truth["dead"])
        lacking.discard(name)
        units = {}
        for unit in layer["units"]:
            units.setdefault(unit["verdict"], set()).add(unit["unit"])
        dead = set(truth["dead"].get(name, []))
        false = units.get("dead", set()) - set(truth["no_gradient_at_last"].get(name, []))
        missed = dead.intersection(units.get("learning", set()) | units.get("stalled", set()))
        problems += [f"{name}: dead and not told {sorted(missed)}"] * bool(missed)
        problems += [f"{name}: called dead and alive {sorted(false)}"] * bool(false and not layer["is_output"])
    for name in truth["not_trained"]:
        frozen = [own for own in answer["layers"] if layer_of(own["name"], [name]) == name]
        if not all(unit["verdict"] == "not trained" for own in frozen for unit in own["units"]):
            problems.append(f"{name}: frozen and not told")
    return problems + [f"no layer {name}" for name in sorted(lacking)]


def told(answer):
    """Code and units of an answer."""
    given = answer["answer"]
    units = "; ".join(f"{layer}: {' '.join(map(str, own))}" for layer, own in given["units"].items())
    return f"`{given['code']}` {units}".strip()


def judged(folder, call, paths, truth):
    """What was answered to a call, and whether it is right."""
    answer, handed = ask(folder, call), ""
    if isinstance(answer, str):
        answer, handed = hand_over(folder, answer, paths), "refused; by the lines of Python: "
    if isinstance(answer, str):
        return " ".join(answer.split()), "no"
    problems = wrong(answer, truth)
    return handed + told(answer), "no: " + "; ".join(problems) if problems else "yes"


def main():
    if sys.argv[1:2] == ["--train"]:
        return train_here(*sys.argv[2:])
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    root, names = Path(sys.argv[1]).resolve(), sys.argv[2:] or list(RUNS)
    right = trained = 0
    print("| trainer | `mortality autopsy ..` | answer | right |\n|---|---|---|---|")
    for name in names:
        run, folder = RUNS[name], root / name
        if not train(name, folder):
            print(f"{run.trainer} did not train: {root / name}.log", file=sys.stderr)
            continue
        truth = json.loads((folder / "truth.json").read_text())
        answers = {}
        for call in run.calls:
            answers.setdefault(judged(folder, call, run.paths, truth), []).append(f"`{call}`")
        for (given, verdict), calls in answers.items():
            print(f"| {run.trainer} | {', '.join(calls)} | {given} | {verdict} |", flush=True)
        right, trained = right + all(verdict == "yes" for _, verdict in answers), trained + 1
    print(f"\n{right} of {trained} right.")


if __name__ == "__main__":
    main()
