"""The architecture, read from the source: who imports whom, what is never opened, where nothing is fetched from."""

import ast
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import ROOT
from vae.config import NETWORKS
from vae.datasets.sources import DATASETS
from vae.networks.images import BUILDERS

LAYERS = {"vae": 0, "web": 1, "pages": 2, "app": 3}
"""Imports go from a higher number to a lower one, or stay."""

SOURCES = sorted([ROOT / "app.py", *(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))])
TORCH_FREE = (
    "config",
    "library",
    "explorer",
    "latent",
    "home",
    "errors",
    "data",
    "sources",
    "archive",
    "shapes",
    "processes",
    "streams",
    "runs",
    "status",
    "slots",
    "session",
    "snapshots",
    "records",
    "recipes",
    "own_data",
    "previews",
    "making",
    "doctor",
    "pace",
    "corruptions",
    "fidelity",
    "filters",
    "restoration",
    "neighbours",
    "paths",
    "strips",
    "mp4",
    "strange_graphs",
    "running_graphs",
    "moments",
)


def imports(path: Path) -> Iterator[str]:
    """Name each module that a file imports, anywhere in it."""
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


def test_the_socket_does_not_need_streamlit() -> None:
    for name in (
        "answers",
        "api",
        "curves",
        "explorers",
        "frames",
        "live",
        "map_routes",
        "mapping",
        "nodelay",
        "opened_graphs",
        "opened_maps",
        "ops",
        "originals",
        "origins",
        "picture_route",
        "restore_routes",
        "run_routes",
        "strip_routes",
        "training",
    ):
        assert "streamlit" not in {module.split(".")[0] for module in imports(ROOT / "web" / f"{name}.py")}


def test_registries_and_geometry_stand_on_their_own() -> None:
    for name in ("latent", "errors", "home", "shapes"):
        own = {m for m in imports(ROOT / "vae" / f"{name}.py") if m.startswith("vae.")}
        assert all(module.startswith("vae.errors") for module in own), name


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


def test_modules_the_server_uses_do_without_torch() -> None:
    """One process for all: whatever of them would load torch shows."""
    code = f"""
import sys
for name in {TORCH_FREE}:
    __import__("vae." + name)
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


def test_every_network_has_its_defaults_and_its_builder() -> None:
    assert list(NETWORKS) == list(BUILDERS)


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
            assert not network & set(imports(path)), path.name
    assert DATASETS
