"""The names of `import vae`: quick to import, each explained, each example true."""

import doctest
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import vae
from tests.running import ROOT
from vae.python import comparing, learning, opening


def examples(module: object) -> list[doctest.DocTest]:
    return [test for test in doctest.DocTestFinder().find(module) if test.examples]


def check(test: doctest.DocTest) -> None:
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=said.append)
    assert not said, "".join(said)


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.getbasetemp() / "examples"
    monkeypatch.setenv("LATENT_HOME", str(folder))
    return folder


EXAMPLES = [test for module in (vae, comparing, learning, opening) for test in examples(module)]
LONG = {"vae.python.learning.train", "vae.python.opening.Opened.evaluate"}
"""They load torch, and one trains."""


@pytest.mark.parametrize("test", [each for each in EXAMPLES if each.name not in LONG], ids=lambda each: each.name)
def test_an_example_gives_what_it_says(home: Path, test: doctest.DocTest) -> None:
    check(test)


@pytest.mark.slow
@pytest.mark.parametrize("test", [each for each in EXAMPLES if each.name in LONG], ids=lambda each: each.name)
def test_an_example_with_torch_gives_what_it_says(home: Path, test: doctest.DocTest) -> None:
    check(test)


def public() -> list[tuple[str, object]]:
    """Every public name, and of classes of ours every public method, with what it is."""
    found = [(f"vae.{name}", getattr(vae, name)) for name in vae.__all__]
    return found + [
        (f"{name}.{inner}", member)
        for name, thing in found
        if inspect.isclass(thing)
        for inner, member in vars(thing).items()
        if not inner.startswith("_") and (callable(member) or isinstance(member, property))
    ]


@pytest.mark.parametrize(("name", "thing"), public(), ids=[name for name, _ in public()])
def test_a_public_name_is_explained(name: str, thing: object) -> None:
    assert (inspect.getdoc(thing) or "").rstrip(), name


def test_names_for_type_checkers_are_those_that_are_imported() -> None:
    source = (ROOT / "vae" / "__init__.py").read_text()
    for name, home in vae._HOMES.items():
        assert f"from {home} import" in source and name in source
        assert getattr(vae, name) is getattr(import_module(home), name)
    assert {*vae._HOMES, "data"} == set(vae.__all__) <= set(dir(vae))
    with pytest.raises(AttributeError, match="has no attribute 'ooops'"):
        vae.ooops  # noqa: B018


def test_importing_it_is_quick_and_so_is_opening_a_model_without_torch() -> None:
    code = """
import sys, time
before = time.perf_counter()
import vae
print(time.perf_counter() - before, len({"numpy", "torch", "onnxruntime"} & set(sys.modules)))
vae.open("mnist-2d").traverse(0)
vae.compare("mnist-2d", "mnist-16d")
assert not {"torch", "sklearn", "streamlit"} & set(sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    seconds, heavy = said.split()
    assert float(seconds) < 0.3 and heavy == "0"
