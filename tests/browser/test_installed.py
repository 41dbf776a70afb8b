"""`pip install .`: a wheel that holds all the app needs, tried out in a folder far from the checkout."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import painted
from tests.running import ROOT, Server, running_server
from vae import __version__

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of the checkout as it lies here."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what pip has made of the wheel; what it depends on is there already."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    return folder


@pytest.fixture(scope="module")
def served(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("home"), installed=installed) as server:
        yield server


def pip(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *words, "--quiet"], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr


def normal(requirement: str) -> str:
    """Write a requirement's name as packaging does (PEP 503)."""
    return requirement.lower().replace("_", "-")


def outside(installed: Path, *words: str) -> str:
    """Run a command on what is installed, in a folder that has nothing to do with the checkout; return its words."""
    environment = os.environ | {"PYTHONPATH": str(installed), "LATENT_HOME": str(installed.parent / "nothing")}
    return subprocess.run(
        words, cwd=installed.parent, env=environment, capture_output=True, text=True, check=True, timeout=120
    ).stdout


def test_the_wheel_puts_two_packages_at_the_top_and_leaves_out_what_a_folder_gathers(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {
        "vae",
        "latent_explorer",
        f"latent_explorer-{__version__}.dist-info",
    }
    assert not [name for name in names if name.endswith((".pyc", ".lock", ".gif"))]
    held = {"vae/" + str(path.relative_to(ROOT / "vae")) for path in (ROOT / "vae").rglob("*.py")}
    assert {*held, "vae/py.typed", "latent_explorer/app.py", "latent_explorer/.streamlit/config.toml"} <= set(names)


def test_dependencies_are_those_of_requirements_txt(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("METADATA")]
        lines = archive.read(name).decode().splitlines()
    said = {normal(line.removeprefix("Requires-Dist: ")) for line in lines if line.startswith("Requires-Dist: ")}
    listed = [line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    assert said == {normal(line) for line in listed if line}


def test_the_models_and_pictures_that_come_along_are_there(installed: Path) -> None:
    code = "import vae; print(*vae.list_models(), sep='\\n'); print(vae.open('mnist-2d').decode([[0, 0]]).shape)"
    *names, shape = outside(installed, sys.executable, "-P", "-c", code).splitlines()
    assert names == [
        folder.name
        for models in ("models", "lessons/models")
        for folder in sorted((ROOT / "assets" / models).iterdir())
    ]
    assert shape == "(1, 28, 28, 1)"


def test_the_command_says_its_version(installed: Path) -> None:
    said = outside(installed, str(installed / "bin" / "latent-explorer"), "--version")
    assert said == f"latent-explorer {__version__}\n"


def test_home_and_explore_open_from_it(visit, served: Server) -> None:
    page = visit("/", at=served)
    assert page.locator("canvas").count() > 1
    page.goto(f"{served.url}/explore?model=mnist-2d")
    painted(page)
    assert "For a class: latent-explorer --server.address 0.0.0.0" in served.log.read_text()
