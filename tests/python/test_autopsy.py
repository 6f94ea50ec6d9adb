"""`mortality.autopsy` and `prune` with NumPy alone: python -m unittest discover tests/python -p 'test_autopsy.py'."""

import contextlib
import io
import json
import pickle
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

import mortality
from runs import run

STEPS = [0, 100, 200, 300]


def save(folder, states):
    for step, state in zip(STEPS, states):
        np.savez(Path(folder) / f"step-{step}.npz", **state)


class Arrays(unittest.TestCase):
    def test_arrays_give_the_answer(self):
        answer = mortality.autopsy(run(), steps=STEPS)
        self.assertEqual(answer.units("dead"), {"a": [2, 5]})
        self.assertEqual(answer["summary"]["dead"], 2)
        self.assertIn("2 of 12 units", str(answer))
        self.assertEqual(repr(answer), str(answer))
        self.assertIn("<table>", answer._repr_html_())
        again = pickle.loads(pickle.dumps(answer))
        self.assertEqual((again, str(again)), (answer, str(answer)))

    def test_layouts_of_other_frameworks(self):
        answer = mortality.autopsy(run(flax=True), steps=100)
        self.assertEqual(answer.units("dead"), {"a": [2, 5]})

    def test_a_generator_is_read_one_at_a_time(self):
        alive = []

        def load():
            for index, state in enumerate(run()):
                alive.append(index)
                yield state

        self.assertEqual(mortality.autopsy(load(), steps=STEPS).units("dead"), {"a": [2, 5]})
        self.assertEqual(alive, [0, 1, 2, 3])

    def test_every_order_and_byte_order_is_the_same(self):
        turned = [
            {name: np.asfortranarray(value).astype(">f4") for name, value in state.items()} for state in run()
        ]
        self.assertEqual(mortality.autopsy(turned, steps=STEPS), mortality.autopsy(run(), steps=STEPS))

    def test_what_is_no_array_is_left_out(self):
        states = [{"model": state, "epoch": 3, "loss": 0.5, "config": {"name": "x"}, "none": None} for state in run()]
        self.assertEqual(mortality.autopsy(states, steps=STEPS).units("dead"), {"a": [2, 5]})

    def test_momentum_of_the_optimizer(self):
        states, groups = run(), [{"params": [0, 1, 2, 3], "momentum": 0.9, "weight_decay": 0.0, "dampening": 0}]
        moved = [{name: after[name] - before[name] for name in after} for before, after in zip(states, states[1:])]
        moments = [{name: np.zeros_like(value) for name, value in states[0].items()}, *moved]
        kept = [
            {"state": {i: {"momentum_buffer": value} for i, value in enumerate(own.values())}, "param_groups": groups}
            for own in moments
        ]
        answer = mortality.autopsy(states, steps=STEPS, optimizer=kept)
        self.assertEqual(answer.units("dead"), {"a": [2, 5]})
        self.assertFalse([note for note in answer["notes"] if "optimizer" in note], answer["notes"])


class Files(unittest.TestCase):
    def test_files_and_arrays_give_one_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            save(folder, run())
            answer = mortality.autopsy(folder)
            listed = [Path(folder) / f"step-{step}.npz" for step in STEPS]
            self.assertEqual(mortality.autopsy(listed, steps=STEPS)["layers"], answer["layers"])
            self.assertEqual(mortality.autopsy(run(), steps=STEPS)["layers"], answer["layers"])
            command = [sys.executable, "-m", "mortality", "autopsy", folder]
            told = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
            self.assertEqual(json.loads(told.stdout), answer)
            told = subprocess.run(command, capture_output=True, text=True, check=True)
            self.assertEqual(told.stdout.strip(), str(answer).strip())
            told = subprocess.run([*command, "--fail-on", "0.1"], capture_output=True)
            self.assertEqual(told.returncode, 1)

    def test_pruning(self):
        with tempfile.TemporaryDirectory() as folder:
            save(folder, run())
            out = Path(folder) / "less.safetensors"
            pruned = mortality.prune(Path(folder) / "step-300.npz", folder, out, steps_between=100)
            self.assertEqual([(l["name"], l["before"], l["after"]) for l in pruned["layers"]][0], ("a", 12, 10))
            self.assertGreater(out.stat().st_size, 0)


class Refused(unittest.TestCase):
    def refused(self, states, words, tensor=None, file=None, **options):
        with self.assertRaises(mortality.ReadError) as caught:
            mortality.autopsy(states, **options)
        error = caught.exception
        self.assertIn(words, str(error))
        self.assertEqual((error.tensor, error.file), (tensor, file), str(error))

    def test_arrays_of_objects(self):
        states = run()
        states[2]["a.weight"] = np.array([np.zeros(3), None], dtype=object)
        self.refused(states, "array of objects", "a.weight", "checkpoint 2")

    def test_unlike_shapes(self):
        states = run()
        states[1]["b.bias"] = np.zeros(5, np.float32)
        self.refused(states, "[5]", "b.bias", "checkpoint 1")
        states = run()
        del states[3]["b.bias"]
        self.refused(states, "is missing", "b.bias", "checkpoint 3")

    def test_types_that_are_no_weights(self):
        states = run()
        states[0]["a.weight"] = states[0]["a.weight"].astype(np.complex64)
        self.refused(states, "complex64", "a.weight", "checkpoint 0")
        states[0]["a.weight"] = object()
        self.refused(states, "is a object", "a.weight", "checkpoint 0")

    def test_no_weights_and_too_few(self):
        self.refused([{"step": np.int64(3)}, {}], "floating-point", file="checkpoint 0")
        self.refused(run()[:1], "two or more")
        self.refused([3, 4], "is a int: give a dictionary", file="checkpoint 0")

    def test_one_model_at_two_times_that_was_not_copied(self):
        state = run()[0]
        self.refused([state, dict(state)], "same memory", file="checkpoint 1")

    def test_a_tree_that_contains_itself(self):
        state = dict(run()[0])
        state["again"] = state
        self.refused([state, state], "contains itself", "again", "checkpoint 0")

    def test_an_optimizer_of_another_model(self):
        other = {"state": {0: {"exp_avg": np.zeros((3, 3), np.float32)}}, "param_groups": [{"params": [0]}]}
        self.refused(run(), "another model's", "optimizer state 0", "checkpoint 3", optimizer=other)
        many = {"state": {}, "param_groups": [{"params": list(range(9))}]}
        self.refused(run(), "9 parameters", file="checkpoint 3", optimizer=many)
        self.refused(run(), "no optimizer's state", file="checkpoint 3", optimizer={"lr": 1})

    def test_files_that_are_not_there_or_damaged(self):
        self.refused("/nowhere", "cannot read", file="/nowhere")
        with tempfile.TemporaryDirectory() as folder:
            save(folder, run())
            path = Path(folder) / "step-100.npz"
            path.write_bytes(path.read_bytes()[:-80])
            with self.assertRaises(mortality.ReadError) as caught:
                mortality.autopsy(folder)
            self.assertEqual(caught.exception.file, str(path))

    def test_questions_that_have_no_meaning(self):
        for error, words, call in [
            (ValueError, "3 numbers for 4 checkpoints", lambda: mortality.autopsy(run(), steps=[0, 1, 2])),
            (ValueError, "larger than the one before", lambda: mortality.autopsy(run(), steps=[0, 2, 1, 3])),
            (ValueError, "--layot", lambda: mortality.autopsy(run(), layot="x")),
            (ValueError, "steps", lambda: mortality.autopsy(run(), steps=0)),
            (TypeError, "paths and other things", lambda: mortality.autopsy(["a.npz", {}])),
            (TypeError, "list of dictionaries", lambda: mortality.autopsy(run()[0])),
            (TypeError, "list of dictionaries", lambda: mortality.autopsy(3)),
            (TypeError, "bring their optimizer", lambda: mortality.autopsy("a", optimizer={})),
            (ValueError, "2 states for 4", lambda: mortality.autopsy(run(), optimizer=[None, None])),
        ]:
            with self.subTest(words), self.assertRaises(error) as caught:
                call()
            self.assertIn(words, str(caught.exception))

    def test_an_exception_of_the_users_own_is_passed_on(self):
        def load():
            yield run()[0]
            raise KeyError("mine")

        with self.assertRaisesRegex(KeyError, "mine"):
            mortality.autopsy(load(), steps=[0, 1])


class Package(unittest.TestCase):
    def test_torch_is_not_imported(self):
        code = "import sys, mortality; sys.exit('torch' in sys.modules)"
        self.assertEqual(subprocess.run([sys.executable, "-c", code]).returncode, 0)

    def test_every_public_name_is_documented(self):
        for name in ("autopsy", "prune", "Answer", "ReadError"):
            self.assertGreater(len(getattr(mortality, name).__doc__), 40, name)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            print(mortality.autopsy(run(), steps=STEPS))
        self.assertIn("What to do", out.getvalue())


if __name__ == "__main__":
    unittest.main()
