"""Trainers around PyTorch. Each function trains in the current folder, saves as its trainer does by default, and
returns the truth."""

import argparse
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from common import Truth, kill, loader, network, tensors


def lightning(filename=None, frozen=(), **checkpoint):
    import lightning as L
    from lightning.pytorch.callbacks import Callback, ModelCheckpoint

    truth = Truth("dead-units")

    class Digits(L.LightningModule):
        def __init__(self):
            super().__init__()
            self.save_hyperparameters({"rate": 0.05, "path": Path("digits")})
            self.model = network()

        def training_step(self, batch, _):
            return cross_entropy(self.model(batch[0]), batch[1])

        def validation_step(self, batch, _):
            self.log("val_loss", cross_entropy(self.model(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.05, momentum=0.9)

    class Look(Callback):
        def on_train_epoch_end(self, trainer, _):
            truth.look(trainer.global_step)

    module = Digits()
    kill(module.model)
    for name in frozen:
        module.model.get_submodule(name).requires_grad_(False)
    truth.inputs = tensors()[0]
    truth.listen(module.model)
    saving = ModelCheckpoint(filename=filename, save_top_k=-1, **checkpoint)
    quiet = {"enable_progress_bar": False, "enable_model_summary": False, "accelerator": "cpu"}
    L.Trainer(max_epochs=5, callbacks=[Look(), saving], **quiet).fit(module, loader(), loader(512))
    return truth


def lightning_best():
    return lightning("{epoch}-{val_loss:.2f}", monitor="val_loss", save_last=True)


def lightning_frozen():
    truth = lightning(frozen=["conv2"])
    truth.code, truth.not_trained = "not-in-optimizer", ["conv2"]
    return truth


def plain_epochs(model, optimizer, epochs, save):
    """The loop that scripts with a saver of a library's write themselves."""
    steps = 0
    for epoch in range(epochs):
        for images, labels in loader():
            optimizer.zero_grad()
            cross_entropy(model(images), labels).backward()
            optimizer.step()
            steps += 1
        save(epoch, steps)


def fabric():
    from lightning.fabric import Fabric

    fabric = Fabric(accelerator="cpu")
    model = network(norm=True)
    kill(model, {"conv2": [5], "fc1": [0, 11, 30]})
    truth = Truth("dead-units", model, tensors()[0], ["conv2", "fc1"])
    wrapped, optimizer = fabric.setup(model, torch.optim.Adam(model.parameters(), 0.003))

    def save(epoch, steps):
        fabric.save(f"checkpoints/epoch-{epoch:02d}.ckpt", {"model": wrapped, "optimizer": optimizer, "epoch": epoch})
        truth.look(steps)

    plain_epochs(wrapped, optimizer, 5, save)
    return truth


def timm():
    """What timm's train.py does at the end of an epoch."""
    import timm
    from timm.optim import create_optimizer_v2
    from timm.utils import CheckpointSaver, ModelEmaV2

    model = timm.create_model("test_vit3", num_classes=10, in_chans=1, img_size=8, patch_size=4, act_layer=nn.ReLU)
    dead = {f"blocks.{block}.mlp.fc1": [3, 40] for block in (0, 2)}
    kill(model, dead)
    truth = Truth("dead-units", model, tensors()[0], [f"blocks.{block}.mlp.fc1" for block in range(len(model.blocks))])
    optimizer = create_optimizer_v2(model, "momentum", lr=0.05)
    average = ModelEmaV2(model, decay=0.9)
    folder = Path("output/train/20240131-120000-test_vit3-8")
    folder.mkdir(parents=True)
    given = argparse.Namespace(model="test_vit3", lr=0.05, data_dir=Path("digits"))
    saver = CheckpointSaver(
        model=model, optimizer=optimizer, args=given, model_ema=average, checkpoint_dir=str(folder),
        recovery_dir=str(folder), decreasing=False, max_history=10,
    )

    def save(epoch, steps):
        average.update(model)
        saver.save_checkpoint(epoch, metric=[70.0, 85.0, 80.0, 82.0, 81.0, 83.0][epoch])
        truth.look(steps)

    plain_epochs(model, optimizer, 6, save)
    return truth


def ultralytics():
    """A classifier that is trained on a folder of pictures; every epoch is kept."""
    import numpy as np
    from PIL import Image
    from ultralytics import YOLO

    images, labels = tensors()
    for index in range(96):
        path = Path("digits", "train" if index < 64 else "val", str(labels[index].item()), f"{index}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.kron(images[index, 0].numpy() * 255, np.ones((4, 4))).astype(np.uint8)
        Image.fromarray(np.stack([pixels] * 3, -1)).save(path)
    model = YOLO("yolov8n-cls.yaml")
    model.train(
        data=str(Path("digits").resolve()), epochs=4, imgsz=32, batch=16, save_period=1, device="cpu", workers=0,
        project=str(Path("runs/classify").resolve()), name="train", plots=False, val=False, verbose=False,
    )
    return Truth("learns", layers=[])


def mmengine():
    from mmengine.hooks import Hook
    from mmengine.model import BaseModel
    from mmengine.runner import Runner

    truth = Truth("dead-units")

    class Digits(BaseModel):
        def __init__(self):
            super().__init__()
            self.backbone = network()

        def forward(self, images, labels, mode):
            logits = self.backbone(images)
            return {"loss": cross_entropy(logits, labels)} if mode == "loss" else logits

    class Look(Hook):
        priority = "LOWEST"

        def after_train_epoch(self, runner):
            truth.look(runner.iter)

    model = Digits()
    kill(model.backbone)
    truth.inputs = tensors()[0]
    truth.listen(model.backbone)
    Runner(
        model=model, work_dir="work_dirs/digits", train_dataloader=loader(),
        train_cfg={"by_epoch": True, "max_epochs": 5},
        optim_wrapper={"optimizer": {"type": "SGD", "lr": 0.05, "momentum": 0.9, "weight_decay": 1e-4}},
        default_hooks={"checkpoint": {"type": "CheckpointHook", "interval": 1}}, custom_hooks=[Look()],
    ).train()
    return truth


def ignite():
    from ignite.engine import Events, create_supervised_trainer
    from ignite.handlers import Checkpoint, DiskSaver

    model = network()
    kill(model)
    truth = Truth("dead-units", model, tensors()[0])
    optimizer = torch.optim.Adam(model.parameters(), 0.003)
    trainer = create_supervised_trainer(model, optimizer, nn.CrossEntropyLoss())
    states = {"model": model, "optimizer": optimizer, "trainer": trainer}
    saver = Checkpoint(states, DiskSaver("checkpoints", create_dir=True), n_saved=None)
    trainer.add_event_handler(Events.EPOCH_COMPLETED, saver)
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda own: truth.look(own.state.iteration))
    trainer.run(loader(), max_epochs=5)
    return truth


def skorch():
    """skorch keeps one file unless its name is given a place for the epoch."""
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback, Checkpoint

    truth = Truth("dead-units")

    class Look(Callback):
        def on_epoch_end(self, net, **_):
            truth.look(len(net.history) * 16)

    model = network()
    kill(model)
    images, labels = tensors()
    truth.inputs = images
    truth.listen(model)
    name = "{last_epoch[epoch]}"
    saving = Checkpoint(
        dirname="exp1", monitor=None, f_params=f"params_{name}.pt", f_optimizer=f"optimizer_{name}.pt",
        f_criterion=None, f_history="history.json",
    )
    net = NeuralNetClassifier(
        model, criterion=nn.CrossEntropyLoss, max_epochs=5, lr=0.05, optimizer=torch.optim.SGD,
        optimizer__momentum=0.9, batch_size=32, iterator_train__shuffle=True, train_split=None, verbose=0,
        callbacks=[saving, Look()],
    )
    net.fit(images, labels)
    return truth


def fastai():
    import fastai.callback.schedule  # gives learners `fit_one_cycle`
    from fastai.callback.tracker import SaveModelCallback
    from fastai.data.core import DataLoaders
    from fastai.learner import Callback, Learner

    model = network()
    kill(model)
    truth = Truth("dead-units", model, tensors()[0])

    class Look(Callback):
        order = 90

        def after_epoch(self):
            truth.look((self.epoch + 1) * 16)

    data = DataLoaders(loader(), loader(512))
    learner = Learner(data, model, loss_func=nn.CrossEntropyLoss(), cbs=[SaveModelCallback(every_epoch=True, with_opt=True), Look()])
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(5, 3e-3)
    return truth


def stable_baselines3():
    """A policy that learns from random rewards; its activation is made a ReLU, as many do."""
    import gymnasium
    from stable_baselines3 import PPO
    from stable_baselines3.common.callbacks import BaseCallback, CheckpointCallback

    agent = PPO("MlpPolicy", gymnasium.make("CartPole-v1"), n_steps=128, batch_size=64, policy_kwargs={"activation_fn": nn.ReLU, "net_arch": [32, 32]}, device="cpu")
    policy = "mlp_extractor.policy_net.0"
    kill(agent.policy, {policy: [4, 9]}, bias=-1000.0)
    truth = Truth("dead-units", agent.policy, layers=[policy])

    class Look(BaseCallback):
        def _on_step(self):
            if self.n_calls % 256 == 0:
                steps = [int(own["step"]) for own in agent.policy.optimizer.state.values()]
                truth.saved(max(steps, default=0))
            return True

    agent.learn(1280, callback=[CheckpointCallback(256, "logs"), Look()])
    return truth
