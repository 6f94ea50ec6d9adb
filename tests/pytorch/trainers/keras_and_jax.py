"""Keras, TensorFlow and JAX. Each function trains in the current folder, saves as its trainer does by default, and
returns the truth."""

from pathlib import Path

import numpy as np

from common import Truth, digits


def silent(names, outputs):
    """The units, by layer, whose outputs before or after their ReLU, units last, are nowhere above 0."""
    rows = (np.asarray(own).reshape(-1, own.shape[-1]) for own in outputs)
    return {name: np.flatnonzero(own.max(0) <= 0).tolist() for name, own in zip(names, rows)}


def keras(name, last=False, optimizer="adam"):
    """`fit` with `ModelCheckpoint` of this name."""
    import os

    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    images, labels = digits()
    images = images.transpose(0, 2, 3, 1)
    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Conv2D(12, 3, activation="relu", padding="same", name="conv2d"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 3, activation="relu", padding="same", name="conv2d_1"), keras.layers.Flatten(),
        keras.layers.Dense(32, activation="relu", name="dense"), keras.layers.Dense(10, name="dense_1"),
    ]
    model = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    killed = {"conv2d": [1, 8], "conv2d_1": [4], "dense": [0, 21]}
    for layer, units in killed.items():
        kernel, bias = model.get_layer(layer).get_weights()
        bias[units] = -30
        model.get_layer(layer).set_weights([kernel, bias])
    truth = Truth("dead-units", layers=killed)
    inner = keras.Model(model.inputs, [model.get_layer(layer).output for layer in killed])

    class Look(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            truth.heard(silent(killed, inner(images[32 * batch : 32 * batch + 32])))

        def on_epoch_end(self, epoch, logs=None):
            truth.now = silent(killed, inner(images))
            truth.saved((epoch + 1) * 16)

    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    saving = keras.callbacks.ModelCheckpoint(name, save_weights_only=".weights" in name, save_best_only=False)
    model.fit(images, labels, epochs=5, verbose=0, shuffle=False, callbacks=[saving, Look()], batch_size=32)
    return truth


def keras_whole():
    return keras("checkpoints/model.{epoch:02d}-{loss:.2f}.keras")


def keras_weights():
    return keras("checkpoints/weights.{epoch:02d}-{loss:.2f}.weights.h5", optimizer="sgd")


def keras_h5():
    return keras("model-{epoch:03d}.h5", optimizer="rmsprop")


def tensorflow():
    """`tf.train.CheckpointManager` around a loop of one's own."""
    import os

    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    images, labels = digits()
    model = tf.keras.Sequential([tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(10)])
    flat = images.reshape(len(images), -1)
    model(flat[:1])
    kernel, bias = model.layers[0].get_weights()
    bias[[3, 17]] = -30
    model.layers[0].set_weights([kernel, bias])
    optimizer = tf.keras.optimizers.SGD(0.2)
    checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
    manager = tf.train.CheckpointManager(checkpoint, "tf_ckpts", max_to_keep=10)
    truth = Truth("dead-units", layers=["_trainable_variables/0"])
    for step in range(1, 81):
        batch = np.random.default_rng(step).integers(0, len(flat), 32)
        truth.heard(silent(truth.layers, [model.layers[0](flat[batch])]))
        with tf.GradientTape() as tape:
            losses = tf.keras.losses.sparse_categorical_crossentropy(labels[batch], model(flat[batch]), from_logits=True)
            loss = tf.reduce_mean(losses)
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        if step % 16 == 0:
            manager.save()
            truth.now = silent(truth.layers, [model.layers[0](flat)])
            truth.saved(step)
    return truth


def train_state(save):
    """A `TrainState` that `save(state, step)` keeps every 16 steps."""
    import flax.linen as nn
    import jax
    import jax.numpy as jnp
    import optax
    from flax.training.train_state import TrainState

    images, labels = map(jnp.asarray, digits())
    images = images.transpose(0, 2, 3, 1)

    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            x = first = nn.Conv(12, (3, 3))(x)
            x = second = nn.Dense(32)(nn.relu(x).reshape((x.shape[0], -1)))
            return nn.Dense(10)(nn.relu(x)), {"Conv_0": first, "Dense_0": second}

    net = Net()
    params = net.init(jax.random.PRNGKey(0), images[:1])["params"]
    for layer, units in {"Conv_0": [2, 9], "Dense_0": [5, 6]}.items():
        params[layer]["bias"] = params[layer]["bias"].at[jnp.array(units)].set(-30.0)
    state = TrainState.create(apply_fn=net.apply, params=params, tx=optax.adam(3e-3))

    @jax.jit
    def step(state, batch):
        def loss(params):
            logits = net.apply({"params": params}, images[batch])[0]
            return optax.softmax_cross_entropy_with_integer_labels(logits, labels[batch]).mean()
        return state.apply_gradients(grads=jax.grad(loss)(state.params))

    truth = Truth("dead-units", layers=["Conv_0", "Dense_0"])
    inner = jax.jit(lambda params, shown: net.apply({"params": params}, shown)[1])
    for index in range(1, 81):
        batch = np.random.default_rng(index).integers(0, len(images), 32)
        sites = inner(state.params, images[batch])
        truth.heard(silent(sites, sites.values()))
        state = step(state, batch)
        if index % 16 == 0:
            save(state, index)
            sites = inner(state.params, images)
            truth.now = silent(sites, sites.values())
            truth.saved(index)
    return truth


def flax_checkpoints():
    """The files of `flax.training.checkpoints` before Orbax: msgpack without an ending."""
    import os

    import flax
    flax.config.update("flax_use_orbax_checkpointing", False)
    from flax.training import checkpoints

    folder = os.path.abspath("ckpts")
    return train_state(lambda state, step: checkpoints.save_checkpoint(folder, state, step, keep=10))


def flax_bytes():
    from flax import serialization

    def save(state, step):
        Path(f"params-{step}.msgpack").write_bytes(serialization.to_bytes(state.params))

    return train_state(save)


def orbax():
    import orbax.checkpoint as ocp

    manager = ocp.CheckpointManager(Path("checkpoints").resolve())
    truth = train_state(lambda state, step: manager.save(step, args=ocp.args.StandardSave(state)))
    manager.wait_until_finished()
    return truth
