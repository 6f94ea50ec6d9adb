"""PyTorch's own objects handed to `mortality.autopsy`."""

import unittest

import numpy as np
import torch
from torch import nn

import mortality
from runs import run
from trainings import digits, network, train

STEPS = [0, 100, 200, 300]


def tensors(dtype=torch.float32):
    return [{name: torch.from_numpy(value).to(dtype) for name, value in state.items()} for state in run()]


class Tensors(unittest.TestCase):
    def test_tensors_of_every_kind(self):
        whole = mortality.autopsy(run(), steps=STEPS)
        self.assertEqual(mortality.autopsy(tensors(), steps=STEPS), whole)
        self.assertEqual(mortality.autopsy(tensors(torch.float64), steps=STEPS).units("dead"), {"a": [2, 5]})
        short = mortality.autopsy(tensors(torch.bfloat16), steps=STEPS)
        self.assertEqual(short.units("dead").get("a"), [2, 5])
        strided = [{name: nn.Parameter(value.t().contiguous().t()) for name, value in state.items()} for state in tensors()]
        self.assertEqual(mortality.autopsy(strided, steps=STEPS), whole)

    def test_states_of_a_training_with_its_optimizer(self):
        torch.manual_seed(1)
        images, labels = digits()
        model = network()
        optimizer = torch.optim.SGD(model.parameters(), 0.3, momentum=0.9)
        states, kept = [], []

        def keep(step):
            if step % 100 == 0:
                states.append({name: value.clone() for name, value in model.state_dict().items()})
                kept.append(copied(optimizer.state_dict()))

        train(model, optimizer, images, labels, 400, each=keep)
        answer = mortality.autopsy(states, steps=[100, 200, 300, 400], optimizer=kept)
        self.assertEqual(answer["summary"]["units"], 80)
        self.assertEqual([layer["read_by"] for layer in answer["layers"]], ["2", "5", "9", None])

    def test_a_state_that_was_not_copied(self):
        model = network()
        with self.assertRaisesRegex(mortality.ReadError, "same memory"):
            mortality.autopsy([model.state_dict(), model.state_dict()])

    def test_types_without_numbers(self):
        states = tensors()
        states[0]["a.weight"] = states[0]["a.weight"].to(torch.float8_e4m3fn)
        with self.assertRaises(mortality.ReadError) as caught:
            mortality.autopsy(states)
        self.assertEqual((caught.exception.file, caught.exception.tensor), ("checkpoint 0", "a.weight"))
        self.assertIn("float8", str(caught.exception))


def copied(state):
    moments = {index: {key: torch.clone(value) if isinstance(value, torch.Tensor) else value for key, value in own.items()}
               for index, own in state["state"].items()}
    return {"state": moments, "param_groups": state["param_groups"]}


if __name__ == "__main__":
    unittest.main()
