"""The architecture, read from the source: who imports whom, what is never opened, where nothing is fetched from."""

import ast
import graphlib
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.running import ROOT
from vae.datasets.sources import DATASETS

LAYERS = {"vae": 0, "web": 1, "pages": 2, "app": 3, "latent_explorer": 3}
"""Imports go from a higher number to a lower one, or stay."""

SOURCES = sorted([ROOT / "app.py", *(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))])
FLOORS: dict[str, tuple[str, ...]] = {
    "vae": (
        "colours errors fresh locks",
        "options python_files",
        "files home kinds plans",
        "families likelihoods objectives",
        "child datasets library",
        "config explore own",
        "data experiments maps networks",
        "coding measures models runs",
        "exchange films sweeps training",
        "foreign",
        "parcels",
        "commands",
        "python",
        "__main__",
    ),
    "web": ("door live_files words", "opened rooms work", "experiments wire", "routes shell", "api page"),
}
"""Folders, and files beside them, from the ground up: each imports from floors below its own and from itself alone."""

WITH_TORCH = {"networks", "models", "training"}
"""The folders of `vae` whose files may import torch."""

BY_DOWNLOADS = "vae/datasets/torchvision_sets.py"
"""It imports torchvision in its functions, which a process of its own calls."""

WITHOUT_STREAMLIT = {"door", "wire", "opened", "rooms", "work", "experiments", "routes", "api", "live_files"}
"""What of `web` answers beside Streamlit's pages, and imports nothing of it."""


@cache
def imports(path: Path) -> frozenset[str]:
    """Name each module that a file imports, anywhere in it."""
    return frozenset(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def test_there_is_something_to_read() -> None:
    assert {layer_of(path) for path in SOURCES} == set(LAYERS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    tops = {module.split(".")[0] for module in imports(path)}
    higher = {top for top in tops if LAYERS.get(top, -1) > LAYERS[layer_of(path)]}
    assert not higher
    assert "tests" not in tops
    if layer_of(path) == "vae":
        assert not tops & {"streamlit", "starlette", "uvicorn"}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    """Name the folder that a module of `vae` or `web` lies in, or the module itself where it lies in none."""
    return module.split(".")[1] if "." in module else ""


def imported(path: Path, known: set[str]) -> set[str]:
    """Name the modules of ours that a file imports: of `from a.b import c` that is a.b.c where it is one, else a.b."""
    named = imports(path) & known
    return {name for name in named if not any(other.startswith(f"{name}.") for other in named)}


@cache
def arrows() -> dict[str, set[str]]:
    """Return which modules of ours each of them imports; every file is read, so only once a test asks."""
    known = {module_of(path) for path in SOURCES}
    return {module_of(path): imported(path, known) for path in SOURCES}


@pytest.mark.parametrize("package", FLOORS)
def test_folders_import_from_the_floors_below_them(package: str) -> None:
    floor = {room: height for height, rooms in enumerate(FLOORS[package]) for room in rooms.split()}
    rooms = {room_of(module) for module in arrows() if module.startswith(f"{package}.")}
    assert rooms == set(floor)
    for module, others in arrows().items():
        if not module.startswith(f"{package}."):
            continue
        here = room_of(module)
        for other in others:
            there = room_of(other)
            if other.startswith(f"{package}.") and there != here:
                assert floor[there] < floor[here], f"{module} imports {other}"


def test_there_is_no_circle() -> None:
    graphlib.TopologicalSorter(arrows()).prepare()  # a CycleError names the files


def test_a_folder_is_one_noun_of_about_a_dozen_files() -> None:
    folders = [folder for top in ("vae", "web", "assets/live", "tests") for folder in (ROOT / top).rglob("*")]
    for folder in folders:
        if folder.is_dir() and folder.name != "__pycache__":
            files = [file for file in folder.iterdir() if file.suffix in (".py", ".js") and file.stem != "__init__"]
            if folder.relative_to(ROOT).parts[:2] not in (("tests", "live"), ("tests", "browser")):
                assert len(files) <= 13, f"{folder} holds {len(files)} files"


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[len(ROOT.parts)] == "vae"], ids=module_of)
def test_torch_is_imported_where_models_are_built_and_trained_alone(path: Path) -> None:
    heavy = {"torch", "torchvision", "accelerate"} & {module.split(".")[0] for module in imports(path)}
    assert not heavy or room_of(module_of(path)) in WITH_TORCH or str(path.relative_to(ROOT)) == BY_DOWNLOADS


def test_the_socket_does_not_need_streamlit() -> None:
    for path in SOURCES:
        if layer_of(path) == "web" and room_of(module_of(path)) in WITHOUT_STREAMLIT:
            assert "streamlit" not in {module.split(".")[0] for module in imports(path)}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_pickle_is_ever_opened(path: Path) -> None:
    assert not {m.split(".")[0] for m in imports(path)} & {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        assert called not in ("torch.load", "eval", "exec", "pd.read_pickle"), f"line {node.lineno}"
        pickles = [k.value for k in node.keywords if k.arg == "allow_pickle"]
        assert all(isinstance(v, ast.Constant) and v.value is False for v in pickles), f"line {node.lineno}"
        if called in ("np.load", "numpy.load"):
            assert pickles, f"line {node.lineno}: say allow_pickle=False"


def test_modules_outside_of_training_do_without_torch() -> None:
    """One process for all: whatever of them would load torch shows."""
    light = [name for name in arrows() if name.startswith("vae.") and room_of(name) not in WITH_TORCH]
    code = f"""
import sys
for name in {sorted(light)}:
    if not name.endswith("__main__"):
        __import__(name)
    heavy = {{"torch", "torchvision", "sklearn", "onnx", "streamlit"}} & set(sys.modules)
    assert not heavy, (name, heavy)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)


def test_the_command_line_answers_without_torch() -> None:
    code = """
import sys
from vae.__main__ import main
assert main(["list"]) == 0
assert main(["list", "--json"]) == 0
assert not {"torch", "sklearn"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120, stdout=subprocess.DEVNULL)


def test_openmp_is_told_to_wait_quietly_before_torch_is_loaded() -> None:
    code = "import vae, os, sys; assert 'torch' not in sys.modules; print(os.environ['OMP_WAIT_POLICY'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60, capture_output=True)
    assert done.stdout.split() == [b"passive"]


def strings_in_code(path: Path) -> Iterator[str]:
    """Yield the strings of a Python file that are not docstrings."""
    with path.open("rb") as file:
        before = None
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.STRING and before not in (tokenize.NEWLINE, tokenize.INDENT, tokenize.NL, None):
                yield token.string
            if token.type != tokenize.COMMENT:
                before = token.type if token.type != tokenize.ENCODING else None


HOST = re.compile(r"(?:https?:|wss?:)?//(?!www\.w3\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


def test_pages_and_scripts_ask_no_other_host() -> None:
    """A namespace of the W3C is a name and is never asked; a source cited in a comment is not asked either."""
    for path in [*(ROOT / "web").rglob("*.py"), *(ROOT / "pages").rglob("*.py"), ROOT / "app.py"]:
        for text in strings_in_code(path):
            assert not re.search(r"https?://[a-z0-9-]+\.[a-z0-9]", text), f"{path.name}: {text}"
    for path in [p for p in (ROOT / "assets").rglob("*") if p.suffix in (".js", ".css", ".html", ".svg")]:
        code = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        code = re.sub(r"(?m)(^|\s)//.*$", "", code)
        assert not HOST.search(code), f"{path.name}: {HOST.search(code)}"


def test_only_downloads_fetch_anything() -> None:
    """Every address that the model package can ask stands in the modules for data sets."""
    network = {"urllib.request", "http.client", "requests", "httpx", "socket", "aiohttp"}
    for path in (ROOT / "vae").rglob("*.py"):
        if path.name not in ("downloads.py", "torchvision_sets.py"):
            assert not network & imports(path), path.name
    assert DATASETS
