"""Training runs asked of a real server: as they lie on disk, whoever wrote them, and one that really trains."""

import json
import os
import platform
import shutil
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.running import Server, running_server
from tests.tiny_model import write_tiny_model
from tests.web.routes.test_maps import arrays, fetch, refusal
from vae.config import TrainConfig
from vae.datasets.shapes import FACTORS, sample_factors
from vae.families import FAMILIES, family
from vae.kinds.kind import Item
from vae.library.cards import write_card
from vae.objectives import objective
from vae.runs import launch
from vae.runs.records import Change, HeldOut, Step
from vae.runs.snapshots import item_bytes
from vae.runs.status import Status, write_status
from web.page import about

CONFIG = TrainConfig(dataset="digits", latent_dims=2, epochs=4, seed=7).settled()
STEPS = [Step(50 * i, 400, i, 200.0 - 10 * i, (2.0, 1.0 + i), 1.0, 1e-3, 9000.0) for i in range(1, 6)]
HELD_OUT = [HeldOut(100 * i, 190.0 - 10 * i, (2.0, 1.5), 360) for i in range(1, 3)]


def lines(records: list) -> bytes:
    return b"".join(msgspec.json.encode(record) + b"\n" for record in records)


def of_family(config: TrainConfig, records: list) -> list:
    """Return records as a run of this family writes them.

    Without a bound there is no KL in them; without an encoder no reconstruction either, and nothing is held out.
    """
    can = family(config.family).can
    if "bound" in can:
        return records
    if "encode" in can:
        return [replace(record, kl=()) for record in records]
    names = objective(config.objective or family(config.family).objectives[0]).others
    others = {name: 0.5 + 0.05 * number for number, name in enumerate(names)}
    trained = [record for record in records if isinstance(record, Step)]
    return [replace(record, kl=(), reconstruction=None, others=others) for record in trained]


def write_run(folder: Path, status: Status | None = None, config: TrainConfig = CONFIG) -> Path:
    """Write a run as its process leaves it, with five records, two measurements, a change and two snapshots.

    A run of a family without a bound has no KL in its records, and nothing that was changed; one without an encoder has
    its draws alone on its map, and nothing that comes back.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "snapshots").mkdir(parents=True)
    (folder / "config.json").write_bytes(msgspec.json.encode(config))
    write_status(folder, status or Status("stopped", step=250, steps=400, epoch=5, asked_at=1e9, beta=1.0))
    (folder / "metrics.jsonl").write_bytes(lines(of_family(config, STEPS)))
    (folder / "held_out.jsonl").write_bytes(lines(of_family(config, HELD_OUT)))
    if "bound" in family(config.family).can:
        (folder / "changes.jsonl").write_bytes(lines([Change(60, beta=4.0)]))
    rng = np.random.default_rng(0)
    probe = {"numbers": np.arange(20, dtype=np.int32), "labels": np.arange(20) % 10}
    probe |= {"originals": rng.integers(0, 255, (10, 8, 8, 1), np.uint8), "noise": np.ones((16, 2), np.float32)}
    encodes = "encode" in family(config.family).can
    if not encodes:
        probe = {"numbers": np.zeros(0, np.int32), "originals": probe["originals"][:0], "noise": probe["noise"]}
    np.savez(folder / "snapshots" / "probe.npz", **probe)
    for index, step in enumerate((0, 200)):
        taken = snapshot(step)
        if not encodes:
            taken |= {"points": taken["points"][:16], "reconstructions": taken["reconstructions"][:0]}
        np.savez(folder / "snapshots" / f"{step:08d}.npz", **taken, index=np.int64(index))
    return folder


def snapshot(step: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(step)
    pictures = {
        name: rng.integers(0, 255, (n, 8, 8, 1), np.uint8) for name, n in (("reconstructions", 10), ("samples", 16))
    }
    plane = {"centre": np.zeros(2, np.float32), "axes": np.eye(2, dtype=np.float32)}
    return {"points": rng.standard_normal((20, 2)).astype(np.float32)} | plane | pictures


def living(state: str = "training", **more: object) -> Status:
    """Return the status of a run whose process is this one."""
    now = time.time()
    facts = {"host": platform.node(), "pid": os.getpid(), "heartbeat": now, "asked_at": now, "started_at": now}
    return Status(state, **(facts | more))  # type: ignore[arg-type]


@pytest.fixture
def runs_folder(home: Path) -> Iterator[Path]:
    """The test server's models, where runs of the names that begin with `run-` are gone after the test."""
    yield home / "models"
    for folder in (home / "models").glob("run-*"):
        shutil.rmtree(folder)


def asked(server: Server, path: str) -> dict:
    status, headers, body = fetch(f"{server.url}/api/{path}")
    assert (status, headers["content-type"], headers["cache-control"]) == (200, "application/json", "no-store"), body
    return json.loads(body)


def do(server: Server, path: str) -> dict:
    status, _, body = fetch(f"{server.url}/api/{path}", b"")
    assert status == 200, body
    return json.loads(body)


# --- how a run stands


def test_a_run_is_told_as_it_lies_on_disk(server, runs_folder):
    write_run(runs_folder / "run-a")
    run = asked(server, "run?run=run-a")
    assert run["name"] == "run-a" and not run["model"] and run["probe"]
    assert (run["status"]["state"], run["status"]["step"], run["status"]["steps"]) == ("stopped", 250, 400)
    assert TrainConfig(**run["config"]).settled() == CONFIG
    assert "--dataset digits" in run["command"] and "--seed 7" in run["command"]
    assert [step["step"] for step in run["steps"]] == [step.step for step in STEPS]
    assert run["steps"][2]["kl"] == list(STEPS[2].kl)
    assert [step["reconstruction"] for step in run["held_out"]] == [entry.reconstruction for entry in HELD_OUT]
    assert run["changes"] == [{"step": 60, "beta": 4.0, "learning_rate": None}]
    assert run["snapshots"] == [0, 200]
    assert run["weights"] is False  # its process left no checkpoint
    assert all({"code", "level", "title", "sentence", "change"} == finding.keys() for finding in run["findings"])


@pytest.mark.parametrize(("dataset", "nouns"), [("digits", "images"), ("beats", "series"), ("gone", "images")])
def test_a_run_says_what_its_things_are_called(server, runs_folder, dataset, nouns):
    write_run(runs_folder / f"run-{dataset}", config=replace(CONFIG, dataset=dataset))
    assert asked(server, f"run?run=run-{dataset}")["nouns"] == nouns


def test_only_what_is_new_since_the_offsets_is_sent(server, runs_folder):
    folder = write_run(runs_folder / "run-a")
    told = asked(server, "run?run=run-a")
    offsets = "&".join(f"{kind}={offset}" for kind, offset in told["offsets"].items())
    again = asked(server, f"run?run=run-a&{offsets}")
    assert (again["steps"], again["held_out"], again["offsets"]) == ([], [], told["offsets"])
    newer = Step(300, 400, 6, 130.0, (2.0, 2.0), 1.0, 1e-3, 9000.0)
    with (folder / "metrics.jsonl").open("ab") as file:
        file.write(lines([newer])[:-20])
        file.flush()
        assert asked(server, f"run?run=run-a&{offsets}")["steps"] == []  # half a line is none
        file.write(lines([newer])[-20:])
    assert [step["step"] for step in asked(server, f"run?run=run-a&{offsets}")["steps"]] == [300]


def test_a_damaged_line_is_left_out_and_the_others_stay(server, runs_folder):
    folder = write_run(runs_folder / "run-a")
    (folder / "metrics.jsonl").write_bytes(lines(STEPS[:2]) + b'{"step": 1, "kl\xff\n[]\n7\n\n' + lines(STEPS[2:]))
    assert [step["step"] for step in asked(server, "run?run=run-a")["steps"]] == [50, 100, 150, 200, 250]
    assert asked(server, "runs")["runs"]


def test_a_run_cut_back_to_its_checkpoint_is_told_again_from_the_start(server, runs_folder):
    folder = write_run(runs_folder / "run-a")
    told = asked(server, "run?run=run-a")
    (folder / "metrics.jsonl").write_bytes(lines(STEPS[:2]))
    again = asked(server, f"run?run=run-a&metrics={told['offsets']['metrics']}&held_out=0")
    assert [step["step"] for step in again["steps"]] in ([50, 100], [])
    assert again["offsets"]["metrics"] in (0, len(lines(STEPS[:2])))


def test_a_run_without_records_or_snapshots_is_told_too(server, runs_folder):
    folder = write_run(runs_folder / "run-new", living("queued", started_at=None))
    for path in (*folder.glob("*.jsonl"), *folder.glob("snapshots/*")):
        path.unlink()
    run = asked(server, "run?run=run-new")
    assert (run["steps"], run["held_out"], run["snapshots"], run["changes"], run["findings"]) == ([], [], [], [], [])
    assert not run["probe"]
    assert refusal(f"{server.url}/api/probe?run=run-new")[:2] == (404, "no-snapshot")


def test_a_run_whose_process_is_gone_is_interrupted(server, runs_folder):
    write_run(runs_folder / "run-dead", living(pid=2**22 + 1, heartbeat=time.time() - 60))
    told = asked(server, "run?run=run-dead")["status"]
    assert told["state"] == "interrupted" and "Resume" in told["message"]


def test_those_that_wait_say_their_place(server, runs_folder):
    for i in range(3):
        write_run(runs_folder / f"run-{i}", living("queued", asked_at=1e9 + i))
    assert [asked(server, f"run?run=run-{i}")["place"] for i in range(3)] == [0, 1, 2]
    listed = {run["name"]: run["place"] for run in asked(server, "runs")["runs"]}
    assert [listed[f"run-{i}"] for i in range(3)] == [0, 1, 2]


def test_a_finished_model_has_one_figure_on_all_pages(server, runs_folder):
    folder = write_run(runs_folder / "run-a")
    assert asked(server, "runs")["runs"][0]["measured"] is None  # so far there is what was measured on the map's images
    card = write_tiny_model(folder, 2)
    card = replace(card, metrics=card.metrics | {"negative_elbo": 212.24})
    write_card(card, folder)
    (listed,) = (run for run in asked(server, "runs")["runs"] if run["name"] == "run-a")
    assert listed["measured"] == 212.24 != listed["held_out"]
    assert f"{listed['measured']:.1f}" in about.facts(card)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_run_says_what_its_family_is_called_and_what_it_can(server, runs_folder, name):
    write_run(runs_folder / f"run-{name}", config=TrainConfig(dataset="digits", family=name).settled())
    (listed,) = (run for run in asked(server, "runs")["runs"] if run["name"] == f"run-{name}")
    for told in (listed, asked(server, f"run?run=run-{name}")):
        assert (told["family"], told["can"]) == (FAMILIES[name].title, sorted(FAMILIES[name].can))


def test_a_run_without_an_encoder_has_no_cost_and_is_told_by_what_is_beside_it(server, runs_folder):
    config = TrainConfig(dataset="digits", family="gan").settled()
    write_run(runs_folder / "run-a", config=config)
    listed = asked(server, "runs")["runs"][0]
    assert (listed["held_out"], listed["measured"], listed["curve"]) == (None, None, [])
    run = asked(server, "run?run=run-a")
    assert len(run["steps"]) == len(STEPS) and run["held_out"] == []
    for record in run["steps"]:
        assert (record["reconstruction"], record["negative_elbo"], record["kl"]) == (None, None, [])
        assert tuple(record["others"]) == objective("gan").others
    assert arrays(f"{server.url}/api/probe?run=run-a")[1]["originals"].shape == (0, 8, 8, 1)


def test_a_run_without_a_bound_is_told_by_its_reconstruction(server, runs_folder):
    config = TrainConfig(dataset="digits", family="autoencoder").settled()
    folder = write_run(runs_folder / "run-a", config=config)
    listed = asked(server, "runs")["runs"][0]
    assert listed["held_out"] == HELD_OUT[-1].reconstruction and listed["measured"] is None
    assert listed["curve"] == [[step.step, step.reconstruction] for step in STEPS]
    run = asked(server, "run?run=run-a")
    assert all(record["kl"] == [] for record in run["steps"] + run["held_out"])
    card = write_tiny_model(folder, 2)
    metrics = card.metrics | {"negative_elbo": None, "reconstruction": 21.5}
    latent = replace(card.latent, prior="none")
    card = replace(card, family="autoencoder", can=["encode"], latent=latent, metrics=metrics)
    write_card(card, folder)
    (listed,) = (run for run in asked(server, "runs")["runs"] if run["name"] == "run-a")
    assert listed["measured"] == 21.5 and "reconstruction\u00a021.5\u00a0nats" in about.facts(card)


def test_no_weight_is_asked_of_a_run_without_a_kl(server, runs_folder):
    folder = write_run(runs_folder / "run-a", config=TrainConfig(dataset="digits", family="autoencoder").settled())
    status, _, body = fetch(f"{server.url}/api/run?run=run-a&action=change&beta=4", b"")
    assert status == 409 and "no KL" in json.loads(body)["error"]["message"]
    assert not (folder / "control.json").exists()


def test_the_list_has_every_run_newest_first_with_a_small_curve(server, runs_folder):
    for i in range(3):
        write_run(runs_folder / f"run-{i}", Status("stopped", step=250, steps=400, asked_at=1e9 + i))
    listed = [run for run in asked(server, "runs")["runs"] if run["name"].startswith("run-")]
    assert [run["name"] for run in listed] == ["run-2", "run-1", "run-0"]
    assert listed[0]["held_out"] == pytest.approx(HELD_OUT[-1].negative_elbo)
    assert listed[0]["curve"] == [[step.step, pytest.approx(step.negative_elbo)] for step in STEPS]
    assert {"state", "step", "steps", "message", "started_at", "seconds", "model", "config"} <= listed[0].keys()


def test_the_small_curve_has_no_dips_at_the_ends_of_epochs(server, runs_folder):
    """The last two batches of an epoch have a mean of their own, which swings as one over fifty does not."""
    folder = write_run(runs_folder / "run-dips")
    at = [step for start in range(0, 400, 100) for step in (start + 49, start + 98, start + 100)]
    records = [Step(step, 400, 0, 80.0 if step % 100 == 0 else 100.0, (1.0,), 1.0, 1e-3, 1.0) for step in at]
    (folder / "metrics.jsonl").write_bytes(lines(records))
    (curve,) = (run["curve"] for run in asked(server, "runs")["runs"] if run["name"] == "run-dips")
    assert min(value for _, value in curve) > 99


def test_a_long_curve_is_thinned_with_both_of_its_ends(server, runs_folder):
    folder = write_run(runs_folder / "run-long")
    many = [Step(i, 5000, 0, 100.0, (1.0,), 1.0, 1e-3, 1.0) for i in range(1, 5001)]
    (folder / "metrics.jsonl").write_bytes(lines(many))
    (curve,) = (run["curve"] for run in asked(server, "runs")["runs"] if run["name"] == "run-long")
    at = [step for step, _ in curve]
    assert len(at) < 100 and (at[0], at[-1]) == (1, 5000)
    assert max(np.diff(at)) < 2 * min(np.diff(at))


# --- its moments


def test_a_snapshot_comes_as_it_is_kept_and_is_kept_by_the_browser(server, runs_folder):
    write_run(runs_folder / "run-a")
    header, got = arrays(f"{server.url}/api/snapshot?run=run-a&step=200")
    assert (header["run"], header["step"]) == ("run-a", 200)
    for name, expected in snapshot(200).items():
        np.testing.assert_array_equal(got[name], expected)
        assert got[name].dtype == expected.dtype
    _, headers, _ = fetch(f"{server.url}/api/snapshot?run=run-a&step=200")
    assert fetch(f"{server.url}/api/snapshot?run=run-a&step=200", **{"If-None-Match": headers["etag"]})[0] == 304


def test_the_probe_comes_with_its_classes(server, runs_folder):
    write_run(runs_folder / "run-a")
    header, got = arrays(f"{server.url}/api/probe?run=run-a")
    assert header["classes"] == list("0123456789")
    assert got["labels"].dtype == np.int32
    np.testing.assert_array_equal(got["labels"], np.arange(20) % 10)
    assert got["originals"].shape == (10, 8, 8, 1) and got["noise"].shape == (16, 2)
    assert header["item"] == {"kind": "image", "shape": [8, 8, 1], "meaning": {}}


def test_the_probe_of_series_says_what_they_are(server, runs_folder):
    """By that the time machine draws them as curves between the set's own low and high."""
    folder = write_run(runs_folder / "run-a")
    item = Item("series", (24, 2), {"low": -2.0, "high": 3.5, "unit": "mV"})
    originals = np.random.default_rng(0).standard_normal((10, 24, 2), np.float32)
    with np.load(folder / "snapshots" / "probe.npz") as kept:
        probe = dict(kept) | {"originals": originals, "item": item_bytes(item)}
    np.savez(folder / "snapshots" / "probe.npz", **probe)
    np.savez(
        folder / "snapshots" / "00000000.npz", **snapshot(0) | {"samples": originals, "reconstructions": originals}
    )
    header, got = arrays(f"{server.url}/api/probe?run=run-a")
    assert header["item"] == {"kind": "series", "shape": [24, 2], "meaning": {"low": -2.0, "high": 3.5, "unit": "mV"}}
    assert "item" not in got
    np.testing.assert_array_equal(got["originals"], originals)
    _, moment = arrays(f"{server.url}/api/snapshot?run=run-a&step=0")
    np.testing.assert_array_equal(moment["samples"], originals)


def test_the_probe_comes_with_what_its_things_were_drawn_from_where_that_is_known(server, runs_folder):
    folder = write_run(runs_folder / "run-shapes", config=TrainConfig(dataset="shapes"))
    assert arrays(f"{server.url}/api/probe?run=run-shapes")[0]["factors"] == []  # a run of before they were kept
    with np.load(folder / "snapshots" / "probe.npz") as kept:
        probe = dict(kept)
    drawn = sample_factors(len(probe["numbers"]), np.random.default_rng(0))
    np.savez(folder / "snapshots" / "probe.npz", **probe, factors=drawn)
    header, got = arrays(f"{server.url}/api/probe?run=run-shapes")
    assert [factor["name"] for factor in header["factors"]] == list(FACTORS)
    assert [factor["name"] for factor in header["factors"] if factor["round"]] == ["angle"]
    np.testing.assert_array_equal(got["factors"], drawn)
    np.savez(folder / "snapshots" / "probe.npz", **probe, factors=drawn[:-1])  # they do not go with its things
    header, got = arrays(f"{server.url}/api/probe?run=run-shapes")
    assert header["factors"] == [] and "factors" not in got


def test_settings_that_name_a_path_open_no_folder(server, runs_folder, home):
    write_run(runs_folder / "run-path", config=TrainConfig(dataset=str(home / "datasets" / "digits")))
    assert arrays(f"{server.url}/api/probe?run=run-path")[0]["classes"] == []


def test_damaged_snapshots_are_told_in_a_sentence(server, runs_folder):
    folder = write_run(runs_folder / "run-a")
    (folder / "snapshots" / "00000200.npz").write_bytes(b"no archive")
    (folder / "snapshots" / "probe.npz").write_bytes(b"")
    assert refusal(f"{server.url}/api/snapshot?run=run-a&step=200")[:2] == (404, "no-snapshot")
    assert refusal(f"{server.url}/api/snapshot?run=run-a&step=201")[:2] == (404, "no-snapshot")
    assert refusal(f"{server.url}/api/probe?run=run-a")[:2] == (404, "no-snapshot")


# --- what cannot be had


@pytest.mark.parametrize("name", ["nothing", "../models", "tiny-2d", "a/b", "%00", "", "x" * 300, "<b>x</b>", "é"])
@pytest.mark.parametrize("path", ["run?", "probe?", "snapshot?step=0&", "run?action=pause&"])
def test_an_unknown_run_is_refused_in_a_sentence(server, path, name):
    quoted = urllib.request.quote(name)
    data = b"" if "action" in path else None
    assert refusal(f"{server.url}/api/{path}run={quoted}", data)[:2] == (404, "unknown-run")


def test_a_run_deleted_meanwhile_is_gone(server, runs_folder):
    folder = write_run(runs_folder / "run-a")
    asked(server, "run?run=run-a")
    shutil.rmtree(folder)
    time.sleep(0.3)  # what was read a moment ago is still good
    assert refusal(f"{server.url}/api/run?run=run-a&metrics=90")[:2] == (404, "gone")
    assert refusal(f"{server.url}/api/run?run=run-b&metrics=90")[:2] == (404, "gone")  # before the server began


@pytest.mark.parametrize(
    "query", ["metrics=-1", "metrics=1.5", "held_out=x", "metrics=" + "9" * 99, "metrics=%D9%A3", "held_out="]
)
def test_an_offset_that_is_no_whole_number_is_refused(server, runs_folder, query):
    write_run(runs_folder / "run-a")
    assert refusal(f"{server.url}/api/run?run=run-a&{query}")[:2] == (400, "bad-request")


@pytest.mark.parametrize("step", ["", "-1", "one", "1e3", "../0"])
def test_a_step_that_is_no_number_is_refused(server, runs_folder, step):
    write_run(runs_folder / "run-a")
    assert refusal(f"{server.url}/api/snapshot?run=run-a&step={step}")[:2] == (400, "bad-request")


@pytest.mark.parametrize("query", ["", "action=burn", "action=change", "action=change&beta=much"])
def test_what_cannot_be_understood_is_refused(server, runs_folder, query):
    write_run(runs_folder / "run-a", living())
    assert refusal(f"{server.url}/api/run?run=run-a&{query}", b"")[:2] == (400, "bad-request")


@pytest.mark.parametrize(
    "query",
    [
        "action=change&beta=-1",
        "action=change&beta=nan",
        "action=change&learning_rate=2",
        "action=delete",
        "action=rename&to=run-z",
    ],
)
def test_what_cannot_be_had_of_a_living_run_is_refused_with_its_reason(server, runs_folder, query):
    write_run(runs_folder / "run-a", living(step=10))
    assert refusal(f"{server.url}/api/run?run=run-a&{query}", b"")[:2] == (409, "refused")
    assert not (runs_folder / "run-a" / "control.json").exists()


@pytest.mark.parametrize("to", ["", "Run", "run/a", "a b", "x" * 300, "🙂", "tiny-2d", "mnist-2d", ".."])
def test_a_name_that_cannot_be_had_is_refused_and_nothing_is_lost(server, runs_folder, to):
    write_run(runs_folder / "run-a")
    quoted = urllib.request.quote(to)
    assert refusal(f"{server.url}/api/run?run=run-a&action=rename&to={quoted}", b"")[:2] == (409, "refused")
    assert (runs_folder / "run-a" / "metrics.jsonl").exists()


def test_pages_of_another_origin_may_ask_nothing_of_a_run(server, runs_folder):
    write_run(runs_folder / "run-a")
    address = f"{server.url}/api/run?run=run-a&action=delete"
    assert refusal(address, b"", Origin="http://elsewhere.example")[:2] == (403, "origin")
    assert (runs_folder / "run-a").exists()


# --- what is done with it


@pytest.mark.parametrize("wish", ["pause", "stop", "keep", "discard"])
def test_a_wish_reaches_the_runs_process(server, runs_folder, wish):
    folder = write_run(runs_folder / "run-a", living(step=10))
    assert do(server, f"run?run=run-a&action={wish}")["name"] == "run-a"
    assert json.loads((folder / "control.json").read_text())["wish"] == wish


def test_changed_settings_reach_the_runs_process(server, runs_folder):
    folder = write_run(runs_folder / "run-a", living(step=10))
    do(server, "run?run=run-a&action=change&beta=4")
    do(server, "run?run=run-a&action=change&learning_rate=1e-4")
    control = json.loads((folder / "control.json").read_text())
    assert (control["beta"], control["learning_rate"], control["wish"], control["number"]) == (4.0, 1e-4, "run", 2)


def test_a_run_at_rest_is_renamed_and_deleted(server, runs_folder):
    write_run(runs_folder / "run-a")
    asked(server, "run?run=run-a")
    assert do(server, "run?run=run-a&action=rename&to=run-b")["name"] == "run-b"
    assert asked(server, "run?run=run-b")["snapshots"] == [0, 200]
    assert refusal(f"{server.url}/api/run?run=run-a&metrics=5")[:2] == (404, "gone")
    assert do(server, "run?run=run-b&action=delete") == {"name": "run-b", "deleted": True}
    assert not (runs_folder / "run-b").exists()


def test_a_class_that_watches_one_run_is_answered(server, runs_folder):
    write_run(runs_folder / "run-a", living(step=10))
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: asked(server, "run?run=run-a"), range(120)))
    assert len({json.dumps(answer) for answer in answers}) == 1


@pytest.mark.slow
def test_a_run_survives_the_server_and_is_found_again(tmp_path):
    """Start, kill the server, start it again: the run went on, and what is asked of it then is done."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_HOME", str(tmp_path))
        with running_server(tmp_path) as server:
            run = launch.launch(TrainConfig(dataset="digits", epochs=10_000, width=16), "run-on")
            until(lambda: asked(server, "run?run=run-on")["status"]["state"] == "training")
            server.process.kill()
            server.process.wait()
        with running_server(tmp_path) as server:
            first = asked(server, "run?run=run-on")["status"]
            assert first["state"] == "training"
            until(lambda: asked(server, "run?run=run-on")["status"]["step"] > first["step"])
            do(server, "run?run=run-on&action=pause")
            until(lambda: asked(server, "run?run=run-on")["status"]["state"] == "paused")
            do(server, "run?run=run-on&action=discard")
            until(lambda: fetch(f"{server.url}/api/run?run=run-on")[0] == 404)
        assert not run.folder.exists()


def until(true: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_neither_torch_nor_scikit_learn_is_loaded_for_runs(server, runs_folder):
    write_run(runs_folder / "run-a")
    for path in ("runs", "run?run=run-a", "probe?run=run-a", "snapshot?run=run-a&step=0"):
        assert fetch(f"{server.url}/api/{path}")[0] == 200
    loaded = Path(f"/proc/{server.process.pid}/maps").read_text()
    assert "libtorch" not in loaded and "/sklearn/" not in loaded
