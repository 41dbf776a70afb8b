"""Sweeps over HTTP, as they lie on disk: what stands in the table, what is compared, what is refused."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.tiny_model import write_tiny_model
from tests.web.routes.test_runs import CONFIG, write_run
from vae.library.cards import write_card
from vae.measures.alike import MOST_SHOWN
from vae.runs import launch
from vae.runs.status import Status, read_control
from vae.sweeps import work
from vae.sweeps.plan import lay_out
from vae.sweeps.shelf import Sweep, keep
from vae.sweeps.spread import abreast
from web.door.origins import Origins
from web.routes.sweeps import sweep_routes

BETAS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=sweep_routes("", Origins(()))), "http://localhost")


@pytest.fixture
def sweep(own_home: Path) -> Sweep:
    """Two values and two seeds: of the first both are models, of the second one trains and one is not begun."""
    planned = lay_out({"beta": (0.5, 2.0)}, lambda choice: replace(CONFIG, **choice), 2, "mine")
    for number, each in enumerate(planned[:2]):
        folder = write_run(own_home / "models" / each.name, Status("done", step=400, steps=400), each.config)
        card, metrics = write_tiny_model(folder, 2), {"negative_elbo": 100.0 + 4 * number, "kl": 2.0}
        write_card(replace(card, beta=0.5, seed=number, metrics=metrics), folder)
    write_run(own_home / "models" / planned[2].name, Status("stopped", step=250, steps=400), planned[2].config)
    return keep("mine", planned)


def told(client: TestClient, path: str) -> dict:
    answer = client.get(path)
    assert answer.status_code == 200
    found: dict = json.loads(answer.content)
    return found


def test_a_sweep_is_told_with_mean_and_deviation_and_each_of_its_runs(client: TestClient, sweep: Sweep) -> None:
    found = told(client, "/api/sweep?sweep=mine")
    assert (found["done"], found["runs"], found["settings"], found["live"]) == (2, 4, ["beta"], False)
    first, second = found["choices"]
    assert first["values"] == [0.5] and second["values"] == [2.0]
    assert first["spread"]["negative_elbo"] == pytest.approx([102.0, np.std([100, 104], ddof=1)])
    assert second["spread"]["negative_elbo"] is None
    assert [row["state"] for row in second["rows"]] == ["stopped", "absent"]
    assert [row["name"] for row in first["rows"] + second["rows"]] == [run.name for run in sweep.runs]
    assert {figure["name"] for figure in found["figures"]} >= {"negative_elbo", "kl"}
    assert found["compare"] == [run.name for run in sweep.runs[:2]]
    (row,) = told(client, "/api/sweeps")["sweeps"]
    assert row.items() <= found.items()


def test_the_table_goes_out_as_csv_with_what_sets_each_run_apart(client: TestClient, sweep: Sweep) -> None:
    answer = client.get("/api/sweep.csv?sweep=mine")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="mine.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["model"], row["beta"], row["seed"], float(row["negative_elbo"])) for row in rows] == [
        (sweep.runs[0].name, "0.5", "0", 100.0),
        (sweep.runs[1].name, "0.5", "1", 104.0),
    ]


def test_it_is_stopped_resumed_and_ungrouped_and_its_runs_stay(
    client: TestClient, sweep: Sweep, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(launch, "_start_process", lambda folder: None)
    monkeypatch.setattr(work, "start", lambda each: begun.append(each.name))
    assert client.post("/api/sweep?sweep=mine&action=resume").status_code == 200
    assert begun == ["mine"]
    steps = work.carry_out(sweep, [])
    next(steps)
    assert client.post("/api/sweep?sweep=mine&action=forget").status_code == 409
    assert client.post("/api/sweep?sweep=mine&action=resume").status_code == 200 and begun == ["mine"]
    assert client.post("/api/sweep?sweep=mine&action=stop").status_code == 200
    assert read_control(sweep.folder).wish == "stop"
    steps.close()
    assert client.post("/api/sweep?sweep=mine&action=forget").json() == {"name": "mine", "forgotten": True}
    assert told(client, "/api/sweeps") == {"sweeps": []}
    assert (own_home / "models" / sweep.runs[0].name / "card.json").exists()


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/sweep?sweep=none-such", "unknown-sweep"),
        ("GET", "/api/sweep?sweep=..%2Fmodels", "unknown-sweep"),
        ("GET", "/api/sweep", "unknown-sweep"),
        ("POST", "/api/sweep?sweep=mine&action=burn", "bad-request"),
        ("POST", "/api/sweep?sweep=none-such&action=stop", "unknown-sweep"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    client: TestClient, sweep: Sweep, method: str, path: str, code: str
) -> None:
    error = client.request(method, path).json()["error"]
    assert error["code"] == code and error["message"].endswith((".", ")"))


def test_another_sites_page_may_not_stop_it(client: TestClient, sweep: Sweep) -> None:
    answer = client.post("/api/sweep?sweep=mine&action=stop", headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("many", range(1, 7))
def test_those_that_stand_beside_each_other_are_of_different_choices_from_the_first_to_the_last(many: int) -> None:
    planned = lay_out({"beta": BETAS}, lambda choice: replace(CONFIG, **choice), 3, "mine")
    models = [run.name for run in planned[: 3 * many]]
    shown = abreast(planned, models, MOST_SHOWN)
    chosen = [next(run for run in planned if run.name == name).config.beta for name in shown]
    if many == 1:
        assert shown == models  # where only seeds differ
        return
    assert len(shown) == len(set(chosen)) == min(many, MOST_SHOWN)
    assert (chosen[0], chosen[-1]) == (BETAS[0], BETAS[many - 1])
    assert abreast(planned, models[:1], MOST_SHOWN) == []
