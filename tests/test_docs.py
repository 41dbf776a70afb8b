"""The documentation says what is so: its links lead somewhere, its code runs, its commands are commands."""

import inspect
import json
import re
import shlex
import warnings
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import vae
from tests.running import ROOT
from vae.__main__ import COMMANDS
from vae.__main__ import command as function_of
from vae.commands.flags import Settings
from vae.config import own_settings
from vae.datasets.sources import DATASETS
from vae.sweeps.plan import kinds

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOK = ROOT / "docs" / "first_steps.ipynb"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ANCHOR = re.compile(r"[^\w\- ]")

SHORTER = {
    "epochs = 10": "epochs = 1",
    'vae.train("mnist-5k", latent_dims=2)': 'vae.train("digits", epochs=1, width=16)',
    "epochs=5": "epochs=1, width=16",
}
"""What is trained for less long when the documentation's code is tried out."""


def named(paths: list[Path]) -> list:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


@pytest.mark.parametrize("page", named(PAGES))
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"https?:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {ANCHOR.sub("", head.lower()).replace(" ", "-") for head in heads}, link


def test_every_page_is_in_the_list_of_pages() -> None:
    listed = set(LINK.findall((ROOT / "docs" / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in (ROOT / "docs").iterdir() if page.is_file()} - {"README.md"} == listed


def test_readme_is_a_screen_and_a_half() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 90


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield the words of each `python -m vae …` in the documentation, with the page that it stands on."""
    for page in PAGES:
        for line in re.findall(r"python -m vae ([^`\n]+)", page.read_text(encoding="utf-8")):
            words = shlex.split(line.partition("#")[0].replace("…", ""), comments=True)
            if words and words[0].isalpha():
                yield page.name, words


@pytest.mark.parametrize(("page", "words"), list(commands()))
def test_commands_and_flags_are_known(page: str, words: list[str]) -> None:
    command = words[0]
    if command == "COMMAND":
        return
    assert command in COMMANDS
    told = inspect.signature(function_of(command)).parameters.values()
    groups = [each.default for each in told if is_dataclass(each.default)]
    known = {each.name for each in told} | {field.name for group in groups for field in fields(group)} | {"help"}
    if command == "train":
        known |= {field.name for field in fields(Settings)} | set(own_settings())
    if command == "sweep":
        known |= kinds().keys()
    flags = {word.split("=")[0].removeprefix("--").replace("-", "_") for word in words if word.startswith("--")}
    assert flags <= known, flags - known


def test_every_layout_that_is_read_from_disk_is_told() -> None:
    page = (ROOT / "docs" / "your_own_data.md").read_text(encoding="utf-8")
    for name, source in DATASETS.items():
        assert f"`{name}`" in page
        for files, folders in ((source.files, source.folders), *source.layouts):
            told = [f"`{folder}`" in page for folder in folders if folder != "."]
            first = [file in page for file in files[:1]]
            assert all(told) and all(first), (name, files, folders)


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def cells() -> list[str]:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run(code: str, said: dict) -> None:
    """Run a piece of documentation, with shorter trainings."""
    for long, short in SHORTER.items():
        code = code.replace(long, short)
    exec(compile(code, "documentation", "exec"), said)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_notebook_keeps_no_outputs() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4 and len(cells()) > 10
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in notebook["cells"])


@pytest.mark.slow
def test_the_notebook_runs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said: dict = {}
    for cell in cells():
        run(cell, said)
    assert said["run"].is_done
    assert "nats" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")  # torch.onnx.export says it of torch
@pytest.mark.parametrize("page", named([page for page in PAGES if blocks(page)]))
def test_code_in_the_documentation_runs(home: Path, capsys: pytest.CaptureFixture[str], page: Path) -> None:
    said: dict = {}
    for block in blocks(page):
        run(block, said)
    if page.name == "bring_your_own_model.md":
        assert (home / "models" / "mine" / "card.json").exists()
        assert 100 < said["saved"].card.metrics["negative_elbo"] < 250
        assert len(blocks(page)[0].strip().splitlines()) <= 45
        pair = vae.save("pair", "encoder.onnx", "decoder.onnx", dataset="mnist-5k", likelihood="bernoulli")
        cost = said["saved"].card.metrics["negative_elbo"]
        assert pair.card.metrics["negative_elbo"] == pytest.approx(cost, abs=0.01)


def test_pages_of_the_package_are_made_without_a_warning(tmp_path: Path) -> None:
    import pdoc

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pdoc.pdoc("vae", output_directory=tmp_path)
    page = (tmp_path / "vae.html").read_text(encoding="utf-8")
    for name in ("open", "train", "save", "compare", "list_models", "Opened.encode", "Run.model", "Belief"):
        assert f'id="{name}"' in page
