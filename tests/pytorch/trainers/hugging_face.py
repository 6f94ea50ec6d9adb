"""Trainers of Hugging Face. Each function trains in the current folder, saves as its trainer does by default, and
returns the truth."""

from pathlib import Path

import torch
from torch.nn.functional import mse_loss

from common import Truth, kill, loader, network, tensors


def sentences(count=256, length=12, words=64):
    """Sentences that count upwards from a random word."""
    starts = torch.randint(1, words, (count, 1), generator=torch.Generator().manual_seed(0))
    return (starts + torch.arange(length)) % words


def gpt2(words=64):
    from transformers import GPT2Config, GPT2LMHeadModel

    sizes = {"vocab_size": words, "n_positions": 16, "n_embd": 32, "n_layer": 2, "n_head": 2}
    return GPT2LMHeadModel(GPT2Config(**sizes, activation_function="relu", bos_token_id=0, eos_token_id=0))


MLPS = [f"transformer.h.{block}.mlp.c_fc" for block in range(2)]


def train(model, truth, epochs=5, **arguments):
    """`Trainer`, with a checkpoint after every epoch of 8 steps."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    words = sentences()

    class Look(TrainerCallback):
        def on_save(self, _arguments, state, _control, **_):
            truth.look(state.global_step)

    truth.inputs = words
    settings = {"save_strategy": "epoch", "report_to": [], "use_cpu": True, "disable_tqdm": True, "logging_steps": 8}
    settings |= {"per_device_train_batch_size": 32, "num_train_epochs": epochs, "learning_rate": 3e-3}
    data = [{"input_ids": own, "labels": own} for own in words]
    trainer = Trainer(model, TrainingArguments("test_trainer", **(settings | arguments)), train_dataset=data, callbacks=[Look()])
    trainer.train()
    return trainer


def transformers():
    model = gpt2()
    kill(model, {MLPS[0]: [3, 77], MLPS[1]: [20]})
    truth = Truth("dead-units", model, layers=MLPS)
    # As its example scripts do.
    trainer = train(model, truth)
    trainer.save_model()
    trainer.save_state()
    return truth


def transformers_lr_0():
    model = gpt2()
    truth = Truth("rate-too-small", model, layers=[])
    train(model, truth, learning_rate=0.0)
    return truth


def transformers_bf16():
    """Weights in bfloat16 at a usual rate of fine-tuning."""
    model = gpt2().to(torch.bfloat16)
    truth = Truth("rounds-away", model, layers=[])
    train(model, truth, learning_rate=1e-5)
    return truth


def peft():
    from peft import LoraConfig, get_peft_model

    lora = LoraConfig(r=4, target_modules=["c_attn"], fan_in_fan_out=True)
    model = get_peft_model(gpt2(), lora)
    truth = Truth("frozen-base", model, layers=[])
    train(model, truth)
    return truth


def accelerate():
    """`save_state` with names by number, as the guide of accelerate shows it."""
    from accelerate import Accelerator
    from accelerate.utils import ProjectConfiguration

    accelerator = Accelerator(cpu=True, project_config=ProjectConfiguration("run", automatic_checkpoint_naming=True))
    model = network()
    kill(model)
    truth = Truth("dead-units", model, tensors()[0])
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 400)
    model, optimizer, batches, schedule = accelerator.prepare(model, optimizer, loader(), schedule)
    steps = 0
    for _epoch in range(5):
        for images, labels in batches:
            optimizer.zero_grad()
            accelerator.backward(torch.nn.functional.cross_entropy(model(images), labels))
            optimizer.step()
            schedule.step()
            steps += 1
        accelerator.save_state()
        truth.look(steps)
    return truth


def diffusers():
    """The loop of the training scripts of diffusers: `save_state` with hooks that write the model and its average."""
    import os

    from accelerate import Accelerator
    from diffusers import UNet2DModel
    from diffusers.training_utils import EMAModel

    sizes = {"sample_size": 8, "in_channels": 1, "out_channels": 1, "layers_per_block": 1, "norm_num_groups": 4}
    model = UNet2DModel(**sizes, block_out_channels=(8, 16), down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2)
    truth = Truth("learns", model, layers=[])
    accelerator = Accelerator(cpu=True)
    average = EMAModel(model.parameters(), model_cls=UNet2DModel, model_config=model.config)

    def save(models, weights, folder):
        average.save_pretrained(os.path.join(folder, "unet_ema"))
        for own in models:
            own.save_pretrained(os.path.join(folder, "unet"))
            weights.pop()

    accelerator.register_save_state_pre_hook(save)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    model, optimizer, batches = accelerator.prepare(model, optimizer, loader())
    steps = 0
    for _epoch in range(4):
        for images, _labels in batches:
            noise, times = torch.randn_like(images), torch.randint(0, 1000, images.shape[:1])
            accelerator.backward(mse_loss(model(images + noise, times).sample, noise))
            optimizer.step()
            optimizer.zero_grad()
            average.step(model.parameters())
            steps += 1
        accelerator.save_state(os.path.join("sd-model-finetuned", f"checkpoint-{steps}"))
        truth.saved(steps)
    return truth


def sentence_transformers():
    """A small encoder with pooling and a dense layer, each saved in a folder of its own."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
    from sentence_transformers.losses import CosineSimilarityLoss
    from sentence_transformers.models import Dense, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast, TrainerCallback

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"w{index}" for index in range(40))]
    Path("base").mkdir()
    Path("base/vocab.txt").write_text("\n".join(words))
    BertTokenizerFast("base/vocab.txt").save_pretrained("base")
    sizes = {"vocab_size": len(words), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    BertModel(BertConfig(**sizes, intermediate_size=64, hidden_act="relu", max_position_embeddings=32)).save_pretrained("base")
    encoder = Transformer("base", max_seq_length=16)
    dense = Dense(32, 16, activation_function=torch.nn.Tanh())
    model = SentenceTransformer(modules=[encoder, Pooling(32), dense], device="cpu")
    layers = [f"encoder.layer.{block}.intermediate.dense" for block in range(2)]
    bert = encoder.auto_model
    kill(bert, {layers[0]: [4, 50], layers[1]: [9]})
    # BERT's own pooler is there and nothing reads it.
    truth = Truth("not-in-optimizer", bert, layers=layers)
    pairs = [(f"w{i % 40} w{(i + 1) % 40}", f"w{(3 * i) % 40} w{(i + 2) % 40}", float(i % 2)) for i in range(256)]
    data = Dataset.from_dict(dict(zip(("sentence1", "sentence2", "score"), map(list, zip(*pairs)))))

    class Look(TrainerCallback):
        def on_save(self, _arguments, state, _control, **_):
            sentences = [own for pair in pairs for own in pair[:2]]
            truth.look(state.global_step, lambda: model.eval().encode(sentences, show_progress_bar=False))
            model.train()

    settings = {"save_strategy": "epoch", "report_to": [], "use_cpu": True, "disable_tqdm": True, "learning_rate": 1e-3}
    settings |= {"per_device_train_batch_size": 32, "num_train_epochs": 5}
    arguments = SentenceTransformerTrainingArguments("models/digits", **settings)
    SentenceTransformerTrainer(model, arguments, data, loss=CosineSimilarityLoss(model), callbacks=[Look()]).train()
    return truth
