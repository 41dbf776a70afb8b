"""The list and the comparison: what they print, how they sort, what they export, and whom they refuse."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.models import made_dataset, write_dataset
from tests.tiny_model import write_tiny_model
from vae.__main__ import main
from vae.datasets.prepared import folder_of
from vae.library.cards import DataInfo, write_card
from vae.measures.figures import FIGURES, OF_BOOKS, OF_FACTORS


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_list_sorts_and_gives_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--sort", "knn_accuracy"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["model", "data", "network"]
    assert lines[1].split()[0] == "mnist-denoise-16d"
    assert main(["list", "--sort", "kl", "--csv", str(tmp_path / "list.csv")]) == 0
    rows = table((tmp_path / "list.csv").read_text())
    kls = [float(row["kl"]) for row in rows if row["kl"]]
    assert kls == sorted(kls)
    assert {row["model"] for row in rows[-2:]} == {"mnist-ae-2d", "mnist-gan-16d"}  # which have none
    assert {"data", "family", "beta", "seed", "active_units"} <= set(rows[0])
    capsys.readouterr()
    assert main(["list", "--sort", "beauty"]) == 2
    assert "sorted by one of" in capsys.readouterr().err


def test_cards_are_compared_at_once_with_a_reason_for_each_dash(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "mnist-2d", "mnist-ae-2d", "mnist-16d", "--cards", "--sort", "reconstruction"]) == 0
    out = capsys.readouterr().out
    assert out.split()[:3] == ["mnist-16d", "mnist-ae-2d", "mnist-2d"]
    assert "– mnist-ae-2d: it has no prior" in out
    assert main(["compare", "mnist-2d", "mnist-16d", "--cards", "--csv", "-"]) == 0
    rows = table(capsys.readouterr().out)
    assert [(row["model"], row["dims"]) for row in rows] == [("mnist-2d", "2"), ("mnist-16d", "16")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mnist-2d", "fashion-2d"], "different things"),
        (["mnist-2d", "beats-8d"], "different things"),
        (["mnist-2d"], "From 2 to"),
        (["mnist-2d", "mnist-2d"], "each named once"),
        (["mnist-2d", "nobody"], "Unknown model"),
        (["mnist-2d", "mnist-16d", "--sort", "beauty"], "Unknown figure"),
        (["mnist-2d", "mnist-16d", "--draws", "3"], "draws"),
        (["mnist-2d", "mnist-16d", "--seed", "-1"], "seed"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_all_figures_of_models_of_ones_own_data(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_dataset(folder_of("made"), made_dataset())
    for name, dims in (("one", 2), ("two", 3)):
        folder = home / "models" / name
        card = write_tiny_model(folder, dims, (1, 8, 8), codes=40)
        write_card(replace(card, data=DataInfo("made", "Made bars", "CC0-1.0", "", list("abcd"))), folder)
    assert main(["compare", "one", "two", "--json", "--draws", "50"]) == 0
    *stages, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert [stage["done"] for stage in stages] == list(range(stages[0]["total"]))
    for row in last["figures"]:
        assert set(FIGURES) - {*OF_FACTORS, *OF_BOOKS} == set(row) - {"model"}  # nothing says what they were drawn from
        dashes = {name for name, value in row.items() if value is None}
        assert dashes | set(OF_FACTORS) == set(last["why"][row["model"]])
        assert not dashes & {"frechet", "precision", "recall", "error", "no_class", "prior_mmd"}
    assert "classifier of our own" in last["conditions"]
    assert [path.name for path in folder_of("made").glob("features*")] == ["features-1.npz"]
