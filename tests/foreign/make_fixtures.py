"""Make the strangers' models that need packages which the tests do without, and what those packages say of them.

    pip install --no-deps -r benchmarks/requirements.txt
    pip install diffusers==0.42.1
    python -m tests.foreign.make_fixtures

Each is trained, or fitted, to the digits by its own package, saved as that saves it, and lies in tests/foreign/fixtures
beside an .npz of what the package itself makes of the same things and codes.
"""

import shutil
import sys
from collections.abc import Callable
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


MAKERS: dict[str, Callable[[], None]] = {"pythae": pythae, "diffusers": diffusers, "skl2onnx": skl2onnx}

if __name__ == "__main__":
    for name in sys.argv[1:] or MAKERS:
        MAKERS[name]()
        print(name)
