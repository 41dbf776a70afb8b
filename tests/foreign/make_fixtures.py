"""Make the strangers' models that need packages which the tests do without, and what those packages say of them.

    pip install --no-deps -r benchmarks/requirements.txt
    pip install diffusers==0.35.2 keras==3.15.1 jax2onnx==0.17.1
    python -m tests.foreign.make_fixtures

Each is trained, or fitted, to the digits by its own package, saved as that saves it, and lies in tests/foreign/fixtures
beside an .npz of what the package itself makes of the same things and codes.
"""

import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from vae.data import load

FIXTURES = Path(__file__).parent / "fixtures"


def small_digits() -> np.ndarray:
    """The training digits at 4 x 4 pixels, float32 [n, 1, 4, 4]: networks that take them are small."""
    images = load("digits").train.images.astype(np.float32) / 255
    return images.reshape(len(images), 1, 4, 2, 4, 2).mean((3, 5))


def pythae() -> None:
    """A VAE of two dimensions, its default networks, trained by its own trainer."""
    import torch
    from pythae.models import VAE, VAEConfig
    from pythae.pipelines import TrainingPipeline
    from pythae.trainers import BaseTrainerConfig

    torch.manual_seed(0)
    x = torch.from_numpy(small_digits())
    model = VAE(VAEConfig(input_dim=(1, 4, 4), latent_dim=2, reconstruction_loss="bce"))
    out = FIXTURES / "pythae"
    settings = BaseTrainerConfig(output_dir=str(out), num_epochs=20, learning_rate=1e-3, no_cuda=True)
    TrainingPipeline(model=model, training_config=settings)(train_data=x[:1200], eval_data=x[1200:])
    (trained,) = out.glob("*/final_model")
    saved = FIXTURES / "pythae-vae"
    shutil.rmtree(saved, ignore_errors=True)
    shutil.copytree(trained, saved)
    shutil.rmtree(out)
    (saved / "training_config.json").unlink(missing_ok=True)
    model = VAE.load_from_folder(str(saved)).eval()  # the best of its moments, which is not the last
    z = torch.randn(16, 2, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        encoded, drawn = model.encoder(x[:16]), model.decoder(z)["reconstruction"]
    np.savez_compressed(
        saved / "oracle.npz",
        x=x[:16].numpy(),
        mean=encoded["embedding"].numpy(),
        log_variance=encoded["log_covariance"].numpy(),
        z=z.numpy(),
        drawn=drawn.numpy(),
    )


def skl2onnx() -> None:
    """A PCA that scikit-learn fitted, as skl2onnx writes it; its way back is written by hand, for that it does not."""
    import onnx
    from onnx import helper, numpy_helper
    from skl2onnx import to_onnx
    from sklearn.decomposition import PCA

    images = load("digits").train.images.reshape(-1, 64).astype(np.float32) / 255
    fitted = PCA(4, random_state=0).fit(images)
    out = FIXTURES / "skl2onnx-pca"
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(to_onnx(fitted, images[:1], target_opset=18), out / "encoder.onnx")
    held = {"components": fitted.components_.astype(np.float32), "middle": fitted.mean_.astype(np.float32)}
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["z", "components"], ["away"]), helper.make_node("Add", ["away", "middle"], ["x"])],
        "inverse",
        [helper.make_tensor_value_info("z", 1, ["n", 4])],
        [helper.make_tensor_value_info("x", 1, ["n", 64])],
        [numpy_helper.from_array(array, name) for name, array in held.items()],
    )
    back = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(back, out / "decoder.onnx")
    z = np.random.default_rng(0).standard_normal((16, 4)).astype(np.float32)
    np.savez_compressed(
        out / "oracle.npz", x=images[:16], mean=fitted.transform(images[:16]), z=z, drawn=fitted.inverse_transform(z)
    )


def diffusers() -> None:
    """Two autoencoders of latent diffusion: one trained to the digits, and one in colour as it is born."""
    from vae.datasets.torchvision_sets import idx_files

    idx_files("MNIST")  # imports torchvision, which diffusers imports, also beside a torch without its operators
    import torch
    from diffusers import AutoencoderKL

    torch.manual_seed(0)
    x = torch.from_numpy(load("digits").train.images.astype(np.float32)).reshape(-1, 1, 8, 8) / 127.5 - 1
    layers = {"down_block_types": ["DownEncoderBlock2D"] * 3, "up_block_types": ["UpDecoderBlock2D"] * 3}
    model = AutoencoderKL(1, 1, **layers, block_out_channels=(4, 8, 8), norm_num_groups=4, sample_size=8)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(300):
        batch = x[torch.randint(len(x), (64,), generator=torch.Generator().manual_seed(step))]
        belief = model.encode(batch).latent_dist
        missed = (model.decode(belief.sample()).sample - batch).square().sum((1, 2, 3))
        optimiser.zero_grad()
        (missed / 0.2 + belief.kl()).mean().backward()
        optimiser.step()
    _keep_autoencoder(model.eval(), x[:16], "diffusers-kl")
    plain = AutoencoderKL(
        **layers,
        block_out_channels=(4, 8, 8),
        layers_per_block=2,
        norm_num_groups=2,
        latent_channels=1,
        use_quant_conv=False,
        use_post_quant_conv=False,
        mid_block_add_attention=False,
    )
    _keep_autoencoder(plain.eval(), 2 * torch.rand(2, 3, 32, 32) - 1, "diffusers-plain")


def _keep_autoencoder(model: Any, x: Any, name: str) -> None:
    """Save a model of diffusers, with what it makes of `x`, images in -1 to 1, and of some codes; `drawn` in 0 to 1."""
    import torch

    out = FIXTURES / name
    shutil.rmtree(out, ignore_errors=True)
    model.save_pretrained(out)
    (out / "diffusion_pytorch_model.safetensors").chmod(0o644)
    with torch.no_grad():
        belief = model.encode(x).latent_dist
        z = torch.randn(belief.mean.shape, generator=torch.Generator().manual_seed(0))
        drawn = model.decode(z).sample
    np.savez_compressed(
        out / "oracle.npz",
        x=(x.numpy() + 1) / 2,
        mean=belief.mean.flatten(1).numpy(),
        log_variance=belief.logvar.flatten(1).numpy(),
        z=z.flatten(1).numpy(),
        drawn=(drawn.permute(0, 2, 3, 1).numpy() + 1) / 2,
    )


def keras() -> None:
    """A convolutional VAE of Keras with images [rows, columns, channels], as `Model.export` writes it.

    Its backend here is torch, whose exporter Keras calls; with TensorFlow's or JAX's it calls tf2onnx.
    """
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    from keras import layers

    class Sampled(layers.Layer):
        def call(self, belief: Any) -> Any:
            mean, log_variance = belief
            kl = 0.5 * keras.ops.sum(mean**2 + keras.ops.exp(log_variance) - log_variance - 1, -1)
            self.add_loss(keras.ops.mean(kl))
            return mean + keras.ops.exp(log_variance / 2) * keras.random.normal(keras.ops.shape(mean))

    keras.utils.set_random_seed(0)
    images = load("digits").train.images.astype(np.float32) / 255
    x = keras.Input((8, 8, 1), name="image")
    h = layers.Flatten()(layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(x))
    belief = [layers.Dense(4, name=name)(h) for name in ("z_mean", "z_log_var")]
    z = keras.Input((4,), name="z")
    h = layers.Reshape((4, 4, 8))(layers.Dense(128, activation="relu")(z))
    drawn = layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid", name="drawn")(h)
    encoder, decoder = keras.Model(x, belief, name="encoder"), keras.Model(z, drawn, name="decoder")
    whole = keras.Model(x, decoder(Sampled()(belief)))
    whole.compile("adam", lambda true, made: keras.ops.sum((true - made) ** 2, (1, 2, 3)) / 0.1)
    whole.fit(images, images, batch_size=64, epochs=80, verbose=0)
    out = FIXTURES / "keras-vae"
    out.mkdir(parents=True, exist_ok=True)
    codes = np.random.default_rng(0).standard_normal((16, 4)).astype(np.float32)
    mean, log_variance = encoder.predict(images[:16], verbose=0)
    drawn = decoder.predict(codes, verbose=0)
    for name, half in (("encoder", encoder), ("decoder", decoder)):
        half.export(str(out / f"{name}.onnx"), format="onnx", verbose=False)
    np.savez_compressed(out / "oracle.npz", x=images[:16], mean=mean, log_variance=log_variance, z=codes, drawn=drawn)


def jax2onnx() -> None:
    """A VAE written in plain JAX, of images [rows, columns, channels] whose black is -1, as jax2onnx writes it."""
    import jax
    import jax.numpy as jnp
    import onnx
    from jax2onnx import to_onnx

    images = load("digits").train.images.astype(np.float32) / 127.5 - 1

    def encode(weights: Any, x: Any) -> Any:
        h = jnp.tanh(x.reshape(-1, 64) @ weights["in"] + weights["in bias"])
        return h @ weights["mean"], h @ weights["log σ"] - 1

    def decode(weights: Any, z: Any) -> Any:
        h = jnp.tanh(z @ weights["out"] + weights["out bias"])
        return jnp.tanh(h @ weights["picture"] + weights["picture bias"]).reshape(-1, 8, 8, 1)

    def loss(weights: Any, x: Any, key: Any) -> Any:
        mean, log_sigma = encode(weights, x)
        made = decode(weights, mean + jnp.exp(log_sigma) * jax.random.normal(key, mean.shape))
        kl = 0.5 * (mean**2 + jnp.exp(2 * log_sigma) - 2 * log_sigma - 1).sum(1)
        return ((made - x) ** 2).sum((1, 2, 3)).mean() / 0.4 + kl.mean()

    @jax.jit
    def step(weights: Any, speed: Any, x: Any, key: Any) -> Any:
        grown = jax.grad(loss)(weights, x, key)
        speed = jax.tree.map(lambda v, g: 0.9 * v - 1e-3 * jnp.clip(g, -1, 1), speed, grown)
        return jax.tree.map(jnp.add, weights, speed), speed

    shapes = {"in": (64, 32), "mean": (32, 4), "log σ": (32, 4), "out": (4, 32), "picture": (32, 64)}
    shapes |= {"in bias": (32,), "out bias": (32,), "picture bias": (64,)}
    keys = jax.random.split(jax.random.key(0), len(shapes))
    weights = {
        name: jax.random.normal(key, shape) * (len(shape) - 1) / shape[0] ** 0.5
        for key, (name, shape) in zip(keys, shapes.items(), strict=True)
    }
    speed = jax.tree.map(jnp.zeros_like, weights)
    for key in jax.random.split(jax.random.key(1), 4000):
        weights, speed = step(weights, speed, images[jax.random.randint(key, (64,), 0, len(images))], key)
    out = FIXTURES / "jax2onnx-vae"
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(to_onnx(partial(encode, weights), [("B", 8, 8, 1)], model_name="encoder"), out / "encoder.onnx")
    onnx.save(to_onnx(partial(decode, weights), [("B", 4)], model_name="decoder"), out / "decoder.onnx")
    z = np.random.default_rng(0).standard_normal((16, 4)).astype(np.float32)
    mean, log_sigma = map(np.asarray, encode(weights, images[:16]))
    drawn = (np.asarray(decode(weights, z)) + 1) / 2
    x = (images[:16] + 1) / 2
    np.savez_compressed(out / "oracle.npz", x=x, mean=mean, log_variance=2 * log_sigma, z=z, drawn=drawn)


MAKERS: dict[str, Callable[[], None]] = {
    "pythae": pythae,
    "diffusers": diffusers,
    "keras": keras,
    "jax2onnx": jax2onnx,
    "skl2onnx": skl2onnx,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or MAKERS:
        MAKERS[name]()
        print(name)
