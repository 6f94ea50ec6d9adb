"""`mortality.watch` in PyTorch: python -m unittest discover tests/python -p 'test_watch.py'."""

import copy
import tempfile
import unittest
from pathlib import Path

import torch
from torch import nn

import mortality
from trainings import digits, flat_network, made, network, train

IMAGES, LABELS = digits()
PROBE = IMAGES[:200]


class Reasons(unittest.TestCase):
    """Why weights kept their bits."""

    def because(self, model, optimizer, steps=10, **options):
        with mortality.watch(model, optimizer, every=steps, probe=PROBE, **options) as watch:
            train(model, optimizer, IMAGES, LABELS, steps)
        answer = watch.report()
        return answer, {reason for reason, count in answer["weights"]["because"].items() if count}

    def test_left_out_of_the_optimizer(self):
        model = network()
        answer, because = self.because(model, torch.optim.SGD(list(model.parameters())[2:], 0.1))
        self.assertIn("not_in_optimizer", because)
        self.assertEqual(answer.units("not trained"), {"0": list(range(16))})
        self.assertEqual((answer["answer"]["code"], answer["answer"]["tensors"]), ("not-in-optimizer", ["0.weight"]))

    def test_frozen(self):
        model, optimizer = made(network())
        model[0].requires_grad_(False)
        answer, because = self.because(model, optimizer)
        self.assertIn("frozen", because)
        self.assertEqual(answer.units("not trained"), {"0": list(range(16))})

    def test_a_rate_of_zero(self):
        model, optimizer = made(network(), lambda p: torch.optim.SGD(p, 0.0))
        answer, because = self.because(model, optimizer)
        self.assertEqual(because, {"rate"})
        self.assertEqual(answer["weights"]["unchanged"], answer["weights"]["all"])
        self.assertIn("learning rate is 0", str(answer))
        self.assertEqual(answer["answer"]["code"], "rate-too-small")

    def test_updates_that_round_away(self):
        torch.manual_seed(0)
        model, optimizer = made(network().bfloat16(), lambda p: torch.optim.SGD(p, 1e-6))
        with mortality.watch(model, optimizer, every=10, probe=PROBE.bfloat16()) as watch:
            train(model, optimizer, IMAGES.bfloat16(), LABELS, 10)
        answer = watch.report()
        self.assertGreater(answer["weights"]["because"]["rounding"], answer["weights"]["all"] / 2)
        self.assertGreater(answer["summary"]["stalled"], 0)

    def test_a_dead_unit_and_what_reads_it(self):
        torch.manual_seed(0)
        model, optimizer = made(network())
        with torch.no_grad():
            model[0].weight[3].zero_()
            model[0].bias[3] = -1.0
        answer, because = self.because(model, optimizer)
        self.assertIn(3, answer.units("dead")["0"])
        self.assertIn("no_gradient", because)
        self.assertEqual(answer["answer"]["code"], "dead-units")
        self.assertGreaterEqual(answer["weights"]["reading_dead_units"], 32 * 9)
        self.assertGreaterEqual(answer["weights"]["of_dead_units"], 9)


class Trainings(unittest.TestCase):
    """Ways to train."""

    def test_closures(self):
        torch.manual_seed(0)
        model = network()
        optimizer = torch.optim.LBFGS(model.parameters(), max_iter=3)

        def closure():
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(PROBE), LABELS[:200])
            loss.backward()
            return loss

        with mortality.watch(model, optimizer, every=2, probe=PROBE) as watch:
            for _ in range(4):
                optimizer.step(closure)
        self.assertGreater(watch.report()["summary"]["learning"], 40)
        self.assertEqual(watch.step, 4)

    def test_every_evaluation_of_a_closure_is_seen(self):
        class Twice(torch.optim.SGD):
            def step(self, closure):
                closure()
                return super().step(closure)

        model = network()
        optimizer, losses = Twice(model.parameters(), 0.1), []

        def closure():
            optimizer.zero_grad()
            losses.append(nn.functional.cross_entropy(model(PROBE), LABELS[:200]) * (len(losses) % 2 == 0))
            losses[-1].backward()
            return losses[-1]

        with mortality.watch(model, optimizer, every=2, probe=PROBE) as watch:
            for _ in range(2):
                optimizer.step(closure)
        none = [sum(seen.no_gradient) for seen in watch.looks[-1].layers.values()]
        self.assertLess(sum(none), 10, none)

    def test_accumulation_and_a_scaler(self):
        torch.manual_seed(0)
        model, optimizer = made(network())
        scaler = torch.amp.GradScaler("cpu")
        with mortality.watch(model, optimizer, every=3, probe=PROBE) as watch:
            for step in range(12):
                with torch.autocast("cpu", torch.bfloat16):
                    loss = nn.functional.cross_entropy(model(PROBE), LABELS[:200])
                scaler.scale(loss).backward()
                if step % 2:
                    scaler.step(optimizer)
                    scaler.update()
                    optimizer.zero_grad()
        self.assertEqual(watch.step, 6)
        self.assertEqual(watch.looks[-1].batches, 6)
        self.assertGreater(watch.report()["summary"]["learning"], 40)

    def test_a_scaler_that_skips_every_step(self):
        model, optimizer = made(network())
        scaler = torch.amp.GradScaler("cpu")
        with mortality.watch(model, optimizer, every=3, probe=PROBE) as watch:
            for _ in range(3):
                loss = model(PROBE).sum() * float("inf")
                scaler.scale(loss).backward()
                scaler.step(optimizer)
                scaler.update()
                optimizer.zero_grad()
        with self.assertRaisesRegex(ValueError, "no step"):
            watch.report()

    def test_wrappers(self):
        torch.manual_seed(0)
        model, optimizer = made(nn.DataParallel(network()))
        with mortality.watch(model, optimizer, every=5, probe=PROBE) as watch:
            train(model, optimizer, IMAGES, LABELS, 10)
        self.assertEqual([layer["name"] for layer in watch.report()["layers"]], ["0", "2", "5", "9"])

    def test_a_module_used_twice_and_validation_between(self):
        class Twice(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.again, self.last = nn.Linear(64, 32), nn.Linear(32, 32), nn.Linear(32, 10)

            def forward(self, x):
                x = self.first(x.flatten(1)).relu()
                return self.last(self.again(self.again(x).relu()).relu())

        torch.manual_seed(0)
        model, optimizer = made(Twice())
        with mortality.watch(model, optimizer, every=5) as watch:
            for _ in range(2):
                train(model, optimizer, IMAGES, LABELS, 5)
                model.eval()
                model(IMAGES)
                model.train()
        self.assertEqual([look.batches for look in watch.looks], [0, 5, 5])
        answer = watch.report()
        self.assertEqual([layer["is_output"] for layer in answer["layers"]], [False, False, True])
        self.assertGreater(answer["summary"]["learning"], 40)

    def test_residual_branches_are_not_guessed(self):
        class Residual(nn.Module):
            def __init__(self):
                super().__init__()
                self.stem, self.branch = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
                self.last = nn.Linear(8, 10)

            def forward(self, x):
                x = torch.relu(self.stem(x))
                return self.last(torch.relu(x + self.branch(x)).mean((2, 3)))

        model, optimizer = made(Residual())
        with mortality.watch(model, optimizer, every=5, probe=PROBE) as watch:
            train(model, optimizer, IMAGES, LABELS, 5)
        self.assertIn("whether units of branch are silent is not known", watch.report()["notes"])

    def test_names_what_is_not_looked_at(self):
        class Words(nn.Module):
            def __init__(self):
                super().__init__()
                self.words, self.gate = nn.Embedding(17, 8), nn.GRU(8, 8)
                self.hidden, self.last = nn.Linear(8, 8), nn.Linear(8, 10)

            def forward(self, x):
                x, _ = self.gate(self.words((x.flatten(1) * 16).long().clamp(0, 16)))
                return self.last(nn.functional.gelu(self.hidden(x.mean(1))))

        model, optimizer = made(Words())
        with mortality.watch(model, optimizer, every=5, probe=PROBE) as watch:
            train(model, optimizer, IMAGES, LABELS, 5)
        self.assertEqual(watch.report()["notes"], ["words is not looked at", "gate is not looked at"])


class Saved(unittest.TestCase):
    def test_tables_and_checkpoints(self):
        torch.manual_seed(1)
        with tempfile.TemporaryDirectory() as folder:
            for trial, rate in enumerate((0.1, 0.9)):
                model, optimizer = made(network(), lambda p: torch.optim.SGD(p, rate))
                with mortality.watch(model, optimizer, every=50, probe=IMAGES) as watch:
                    train(model, optimizer, IMAGES, LABELS, 150)
                watch.save(folder, trial=trial, learning_rate=rate)
                watch.save(folder, trial=trial, learning_rate=rate)
            names = sorted(path.stem for path in Path(folder).iterdir())
            self.assertEqual(names, ["censuses", "checkpoints-0", "checkpoints-1", "filters", "trials"])
            table = (Path(folder) / "trials.csv")
            if table.exists():
                self.assertEqual(len(table.read_text().splitlines()), 3)
            answer = mortality.autopsy(Path(folder) / "checkpoints-1")
            self.assertEqual([own["number"] for own in answer["files"]], [100, 150])
            scalars = watch.scalars()
            self.assertEqual(scalars["mortality/units"], 80)
            self.assertTrue(all(isinstance(value, float) for value in scalars.values()))


class Refused(unittest.TestCase):
    def test_clear_errors(self):
        model, optimizer = made(network())
        other = copy.deepcopy(model)
        linear = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
        for words, call in [
            ("every: 0", lambda: mortality.watch(model, optimizer, every=0)),
            ("every: 1.5", lambda: mortality.watch(model, optimizer, every=1.5)),
            ("another model's", lambda: mortality.watch(other, optimizer)),
            ("torch.optim.Optimizer", lambda: mortality.watch(model, "adam")),
            ("no convolution or linear", lambda: mortality.watch(nn.LayerNorm(3), torch.optim.SGD(nn.LayerNorm(3).parameters()))),
            ("run a batch", lambda: mortality.watch(nn.LazyLinear(3), optimizer)),
            ("no activation", lambda: mortality.watch(*made(linear), probe=PROBE).__enter__()),
            ("probe: the model does not take it", lambda: mortality.watch(model, optimizer, probe=PROBE[:, 0, 0]).__enter__()),
            ("no step", lambda: mortality.watch(model, optimizer).report()),
        ]:
            with self.subTest(words), self.assertRaises(ValueError) as caught:
                call()
            self.assertIn(words, str(caught.exception))
        self.assertFalse(any(own._forward_hooks for own in model.modules()))

    def test_flat_networks_have_their_activations_found(self):
        model, optimizer = made(flat_network())
        with mortality.watch(model, optimizer, every=2) as watch:
            train(model, optimizer, IMAGES, LABELS, 4)
        found = {own.layer.name: own.layer.activation for own in watch.watched}
        self.assertEqual(found, {"conv": "relu", "fc1": "relu", "fc2": None})


if __name__ == "__main__":
    unittest.main()
