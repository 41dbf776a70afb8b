"""What the tests share: a real server in a process of its own, and small models whose pixels can be checked by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests import sharing
from tests.running import Server, running_server
from tests.tiny_model import write_tiny_model

hypothesis.settings.register_profile("calm", deadline=None)  # what a machine does besides is no failure of a test
hypothesis.settings.load_profile("calm")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files in the order in which workers share them; a run without workers keeps to the folders' order."""
    if hasattr(config, "workerinput"):
        sharing.order(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.FromBothEnds | None:
    """Share files out from both ends; another `--dist` is heeded."""
    return sharing.FromBothEnds(config, log) if config.option.dist == "loadfile" else None


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `LATENT_HOME` of the test server with two models of known weights: tiny-2d and tiny-16d."""
    folder = tmp_path_factory.mktemp("home")
    for dims in (2, 16):
        write_tiny_model(folder / "models" / f"tiny-{dims}d", dims)
    return folder


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[Server]:
    """The app on a free port, for the whole session."""
    with running_server(home) as running:
        yield running


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `LATENT_HOME` of this test alone."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def model() -> str:
    """The name of a model that every test server has: 16 dimensions, 28 x 28 grey pictures, known weights."""
    return "tiny-16d"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was wrong with a test that passed when it was tried once more: nobody else would know."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"tried once more: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)
