"""A watched training is the same, and what is said of it is true."""

import contextlib
import unittest
from unittest import mock

import torch
from torch import nn

import mortality
from mortality._watch import _seen
from trainings import RUNS, Truth, digits, made, network, train

IMAGES, LABELS = digits()
PROBE = IMAGES[:200]


class Unchanged(unittest.TestCase):
    """A watched training makes the same steps, to the bit."""

    def trained(self, watched, probe, amp):
        torch.manual_seed(5)
        model, optimizer = made(network(norm=True, dropout=0.3))
        watch = mortality.watch(model, optimizer, every=7, probe=probe)
        if watched:
            watch.__enter__()
        train(model, optimizer, IMAGES, LABELS, 40, amp=amp)
        if watched:
            watch.__exit__(None, None, None)
            watch.report()
        return model.state_dict(), torch.rand(3), [module.training for module in model.modules()]

    def test_dropout_batch_norm_and_mixed_precision(self):
        for amp in (False, True):
            alone = self.trained(False, None, amp)
            for probe in (None, PROBE):
                state, random, modes = self.trained(True, probe, amp)
                for name, value in alone[0].items():
                    self.assertTrue(torch.equal(value, state[name]), name)
                self.assertTrue(torch.equal(alone[1], random))
                self.assertEqual(alone[2], modes)

    def test_accumulation_in_place_and_a_graph_of_gradients(self):
        def state(watched):
            torch.manual_seed(3)
            model, optimizer = made(nn.DataParallel(network(act=lambda: nn.ReLU(inplace=True))))
            watch = mortality.watch(model, optimizer, every=5, probe=PROBE)
            with watch if watched else contextlib.nullcontext():
                for turn, part in enumerate(torch.arange(240).split(8)):
                    loss = nn.functional.cross_entropy(model(IMAGES[part]), LABELS[part])
                    loss.backward(create_graph=turn == 3)
                    if turn % 2:
                        optimizer.step()
                        optimizer.zero_grad()
            return model.state_dict()

        alone, watched = state(False), state(True)
        self.assertTrue(all(torch.equal(value, watched[name]) for name, value in alone.items()))

    def test_hooks_are_gone_afterwards(self):
        model, optimizer = made(network())
        with mortality.watch(model, optimizer, probe=PROBE):
            train(model, optimizer, IMAGES, LABELS, 2)
        self.assertFalse(any(own._forward_hooks or own._forward_pre_hooks for own in model.modules()))
        self.assertFalse(optimizer._optimizer_step_pre_hooks or optimizer._optimizer_step_post_hooks)


class Truthful(unittest.TestCase):
    """Its calls equal what plain hooks record."""

    def test_five_runs_and_one_whose_units_cannot_die(self):
        self.assertGreater(sum(map(self.dead_units_of, RUNS)), 50)

    def test_what_is_too_large_to_be_read_whole(self):
        with mock.patch.multiple(_seen, SMALL_GRADIENT=0, SMALL_ACTIVATION=0):
            self.assertGreater(self.dead_units_of("sgd") + self.dead_units_of("flatten"), 10)

    def dead_units_of(self, name):
        """Dead units at all looks of a run, each of which is compared with the truth."""
        build, make = RUNS[name]
        torch.manual_seed(1)
        model = build()
        optimizer = make(model.parameters())
        truth = Truth(model, IMAGES)
        watch = mortality.watch(model, optimizer, every=50, probe=IMAGES)
        answers = []

        def each(step):
            truth.step()
            if step % 50 == 0:
                truth.look(step)
                answers.append(watch.report())

        truth.look(0)
        hooks = truth.hear()
        with watch:
            train(model, optimizer, IMAGES, LABELS, 300, each=each)
        for hook in hooks:
            hook.remove()
        self.assertEqual(len(answers), 6)
        looks = zip(truth.looks, truth.looks[1:], answers)
        return sum(self.compare(before, now, answer, name) for before, now, answer in looks)

    def compare(self, before, now, answer, run):
        step, silent, throughout, gradient = now
        count = 0
        for layer in answer["layers"]:
            name = layer["name"]
            if layer["is_output"]:
                self.assertNotIn(name, silent)
                continue
            for unit in layer["units"]:
                index, verdict = unit["unit"], unit["verdict"]
                none = gradient[name][index]
                dead = none and silent[name][index] and before[1][name][index] and throughout[name][index]
                place = f"{run} {name} {index} at {step}: {unit}"
                self.assertEqual(verdict == "dead", dead, place)
                self.assertEqual(verdict in ("dead", "cut off or dead"), none, place)
                count += dead
        return count


if __name__ == "__main__":
    unittest.main()
