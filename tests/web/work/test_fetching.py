"""A data set is fetched once for all visitors, in a process of its own; what goes wrong is a sentence."""

import time
from pathlib import Path

import pytest

from vae.data import is_ready
from vae.errors import InputError
from web.work.fetching import Fetch, fetch, under_way


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    for name in ("http_proxy", "https_proxy"):  # no network, whatever the machine has: nobody listens there
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    return tmp_path


def ended(fetched: Fetch) -> Fetch:
    deadline = time.monotonic() + 60
    while not fetched.ended and time.monotonic() < deadline:
        time.sleep(0.05)
    assert fetched.ended
    return fetched


def test_a_set_is_ready_when_its_process_has_ended(home: Path) -> None:
    fetched = ended(fetch("digits"))
    assert (fetched.error, fetched.share) == ("", 1.0)
    assert (home / "datasets" / "digits" / "card.json").is_file()


def test_a_failed_download_is_one_sentence_and_leaves_nothing(home: Path) -> None:
    fetched = ended(fetch("kmnist"))
    assert fetched.error.startswith("Could not download")
    assert "\n" not in fetched.error
    assert not is_ready("kmnist")
    assert [path.name for path in (home / "datasets").iterdir()] == [".kmnist.lock"]


def test_two_visitors_share_a_download_and_a_failed_one_can_be_tried_again(home: Path) -> None:
    first = fetch("dsprites")  # it has no address and needs no torchvision to say so: what fails sooner is the same
    assert fetch("dsprites") is first is under_way("dsprites")
    assert ended(first).error
    assert ended(fetch("dsprites")) is not first


@pytest.mark.parametrize("name", ["nothing", "/etc", "../digits"])
def test_an_unknown_set_starts_nothing(home: Path, name: str) -> None:
    with pytest.raises(InputError, match="Unknown data set"):
        fetch(name)
    assert under_way(name) is None
