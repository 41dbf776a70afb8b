"""A map is made once, kept with its model, and survives whatever happens to the process that makes it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models import full_disk, listing
from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.home import BUNDLED_MODELS
from vae.library.cards import read_card
from vae.library.codes import read_codes, write_codes
from vae.library.shelf import Model, find
from vae.locks import is_locked, lock
from vae.maps import file, ids
from vae.maps import shelf as maps
from vae.maps.file import key, read, write
from vae.maps.projections import PROJECTIONS, Settings
from vae.maps.quality import Keeps
from vae.maps.tsne import Frame
from vae.runs import shelf as runs

DIMS = 6


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


def tiny(home: Path, codes: int = 100, name: str = "tiny", dims: int = DIMS) -> Model:
    write_tiny_model(home / "models" / name, dims, (1, 8, 8), codes=codes)
    return find(name)


@pytest.fixture
def model(home: Path) -> Model:
    return tiny(home)


def recode(model: Model, **changed: object) -> None:
    """Change the model's test codes on disk."""
    codes = read_codes(model.folder)
    assert codes is not None
    write_codes(model.folder / "codes.npz", replace(codes, **changed))  # type: ignore[arg-type]


def means(model: Model) -> np.ndarray:
    codes = read_codes(model.folder)
    assert codes is not None
    return codes.centre


def left(model: Model) -> list[str]:
    return listing(model.folder / "maps")


# Ids


@given(st.integers(2, 512), st.data())
def test_an_id_says_which_map_is_meant(dims: int, data: st.DataObject) -> None:
    pair = data.draw(st.lists(st.integers(0, dims - 1), min_size=2, max_size=2, unique=True))
    perplexity, seed = data.draw(st.integers(1, 1000)), data.draw(st.integers(0, 2**31 - 1))
    for asked in (
        Settings("dimensions", dimensions=(pair[0], pair[1])),
        Settings("pca"),
        Settings("tsne"),
        Settings("tsne", perplexity=perplexity, seed=seed),
        Settings("tsne", perplexity=2.5),
    ):
        assert ids.parse_id(asked.id, dims) == asked
        assert asked.id == Path(asked.id).name  # it names a file, in one folder


@pytest.mark.parametrize(
    ("id", "sentence"),
    [
        ("", "Unknown map ''; choose one of: dimensions-I-J, pca, tsne, tsne-pPERPLEXITY-sSEED"),
        ("umap", "Unknown map 'umap'"),
        ("../pca", "Unknown map '../pca'"),
        ("pca\n", "Unknown map"),
        ("x" * 500, "Unknown map 'x{80}'"),
        ("identity", "Only a 2-D space is its own map; this one has 6 dimensions: choose pca or tsne"),
        ("dimensions-0-0", "needs two different dimensions from 0 to 5"),
        ("dimensions-0-6", "needs two different dimensions from 0 to 5"),
        ("dimensions-00-1", "Unknown map"),
        ("dimensions-٣-1", "Unknown map"),
        ("tsne-p30-s0", "Unknown map 'tsne-p30-s0'; choose one of: tsne"),
        ("tsne-p5.0-s0", "choose one of: tsne-p5-s0"),
        ("tsne-p0-s0", "perplexity must be from 1 to 1000; got 0"),
        ("tsne-p1001-s0", "perplexity must be from 1 to 1000"),
        ("tsne-p5-s2147483648", "seed must be from 0 to 2147483647"),
        ("tsne-pnan-s0", "Unknown map"),
    ],
)
def test_an_id_of_no_map_is_told_everywhere(model: Model, id: str, sentence: str) -> None:
    for ask in (maps.standing, maps.complete):
        with pytest.raises(InputError, match=sentence):
            ask(model, id)
    with pytest.raises(InputError, match=sentence):
        maps.open_map(model, id, means(model))
    with pytest.raises(InputError, match=sentence):
        next(maps.make(model, id))
    assert not (model.folder / "maps").exists()


def test_every_model_has_its_maps() -> None:
    assert ids.ids(2) == ["identity", "tsne", "pca"]
    assert ids.ids(16) == ["tsne", "pca"]
    for dims in (1, 2, 16):
        assert all(ids.parse_id(id, dims).id == id for id in ids.ids(dims))


# Made and opened


def test_a_map_is_made_once_and_opens_as_it_was_made(model: Model) -> None:
    assert maps.standing(model, "tsne").state == "absent"
    with pytest.raises(InputError, match="tsne of tiny is not made yet; make it with: python -m vae map tiny"):
        maps.open_map(model, "tsne", means(model))
    frames = list(maps.make(model, "tsne"))
    assert left(model) == ["tsne.npz"]
    assert maps.standing(model, "tsne").state == "done"
    codes = read_codes(model.folder)
    assert codes is not None
    opened = maps.open_map(model, "tsne", codes)
    np.testing.assert_array_equal(opened.points, frames[-1].points)
    np.testing.assert_array_equal(opened.codes, codes.centre)
    assert opened.scale == pytest.approx(
        np.full(DIMS, np.e), rel=5e-4
    )  # a log variance of -2, its root in half precision
    now = maps.standing(model, "tsne")
    assert (now.state, now.iteration, now.total, now.message) == ("done", 750, 750, "")
    assert now.kl_divergence == frames[-1].kl_divergence
    assert list(maps.make(model, "tsne")) == []


def test_settings_make_maps_of_their_own(model: Model) -> None:
    for id in ("tsne", "tsne-p5-s1"):
        for _ in maps.make(model, id):
            pass
    assert left(model) == ["tsne-p5-s1.npz", "tsne.npz"]
    one, other = (maps.open_map(model, id, means(model)).points for id in ("tsne", "tsne-p5-s1"))
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("id", ["pca", "dimensions-3-1"])
def test_linear_maps_open_at_once_and_leave_nothing(model: Model, id: str) -> None:
    assert maps.standing(model, id).state == "done"
    assert list(maps.make(model, id)) == []
    opened = maps.open_map(model, id, means(model))
    np.testing.assert_allclose(opened.place(means(model)), opened.points, atol=1e-5)
    assert not (model.folder / "maps").exists()
    assert maps.standing(model, id).keeps is None


def test_what_a_map_keeps_is_measured_once_and_written_down(model: Model) -> None:
    for id in ("tsne", "pca"):
        for _ in maps.make(model, id):
            pass
        assert maps.standing(model, id).keeps is None
        keeps = maps.complete(model, id).keeps
        assert keeps is not None
        assert keeps.own_error is not None
        assert keeps.map_accuracy is not None
        assert maps.standing(model, id).keeps == keeps
    (model.folder / "decoder.onnx").unlink()  # so that measuring again would fail
    assert maps.complete(model, "tsne").keeps == maps.standing(model, "tsne").keeps
    assert left(model) == ["pca.npz", "tsne.npz"]
    assert maps.standing(model, "pca").points is None


def test_bundled_models_are_read_only(home: Path) -> None:
    name = sorted(folder.name for folder in BUNDLED_MODELS.iterdir() if folder.is_dir())[0]
    bundled = find(name)
    assert maps.map_roots(bundled) == [bundled.folder / "maps", home / "maps" / name]
    before = listing(bundled.folder)
    forming = maps.make(bundled, "tsne-p7-s9")
    next(forming)
    assert maps.standing(bundled, "tsne-p7-s9").state == "forming"
    assert listing(bundled.folder) == before
    forming.close()


def test_every_bundled_model_ships_its_maps_with_what_they_keep() -> None:
    for folder in BUNDLED_MODELS.iterdir():
        model = find(folder.name)
        codes = read_codes(model.folder)
        assert (codes is not None) == ("encode" in model.card.can)
        if codes is None:
            continue
        # A plane keeps less of codes that a flow bends, that stand on floors, or that are choices; of words and tastes.
        trust, error = (0.9, 0.9) if model.card.family in ("flow", "ladder", "discrete", "vq") else (0.95, 0.75)
        if model.card.item.kind in ("text", "tastes", "molecules", "masks", "sounds"):
            trust, error = 0.88, 0.85
        for id in ids.ids(model.card.latent.dims):
            now = maps.standing(model, id)
            assert now.state == "done", (model.name, id, now.message)
            assert now.keeps is not None
            assert now.keeps.conditions.startswith(f"{len(codes.centre):,} test codes")
            opened = maps.open_map(model, id, codes)
            assert len(opened.points) == len(codes.centre)
            if PROJECTIONS[id].form is not None:
                assert now.keeps.trustworthiness is not None
                assert now.keeps.trustworthiness > trust
                assert now.keeps.own_error is not None
                assert now.keeps.neighbour_error is not None
                assert now.keeps.own_error <= error * now.keeps.neighbour_error


# Stale, damaged, and made of codes that cannot be


def test_a_map_of_other_codes_counts_as_none(model: Model) -> None:
    for _ in maps.make(model, "tsne"):
        pass
    recode(model, centre=means(model) + 1)
    now = maps.standing(model, "tsne")
    assert (now.state, now.message) == ("absent", "")
    with pytest.raises(InputError, match="not made yet"):
        maps.open_map(model, "tsne", means(model))
    assert list(maps.make(model, "tsne"))
    assert maps.standing(model, "tsne").state == "done"


DAMAGES = {
    "cut": lambda raw: raw[: len(raw) // 2],
    "empty": lambda raw: b"",
    "text": lambda raw: b"years of work",
    "turned": lambda raw: raw[::-1],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_map_is_told_and_made_again(model: Model, damage: str) -> None:
    for _ in maps.make(model, "tsne"):
        pass
    path = model.folder / "maps" / "tsne.npz"
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    now = maps.standing(model, "tsne")
    assert now.state == "absent"
    assert f"{path} is damaged" in now.message
    assert "make it with: python -m vae map tiny" in now.message
    with pytest.raises(InputError, match="is damaged"):
        maps.open_map(model, "tsne", means(model))
    assert list(maps.make(model, "tsne"))
    assert maps.standing(model, "tsne").state == "done"


@pytest.mark.parametrize(
    "points",
    [
        np.zeros((100, 3), np.float32),
        np.zeros(100, np.float32),
        np.zeros((100, 2)),
        np.full((100, 2), np.nan, np.float32),
        np.array([[{}, {}]], dtype=object),
    ],
    ids=["three columns", "no columns", "float64", "NaN", "objects"],
)
def test_a_file_that_holds_no_map_is_damaged(model: Model, points: np.ndarray) -> None:
    path = model.folder / "maps" / "tsne.npz"
    path.parent.mkdir()
    facts = msgspec.json.encode(file.Standing("done"))
    named = np.frombuffer(key(model, "tsne").encode(), np.uint8)
    np.savez(path, facts=np.frombuffer(facts, np.uint8), key=named, points=points)
    assert "is damaged" in maps.standing(model, "tsne").message


def test_a_map_of_fewer_codes_is_told(model: Model) -> None:
    done = file.Standing("done", 750, 750, points=np.zeros((99, 2), np.float32))
    write(model.folder / "maps" / "tsne.npz", key(model, "tsne"), done)
    with pytest.raises(InputError, match="is of 99 codes, not of 100"):
        maps.open_map(model, "tsne", means(model))


def test_a_file_comes_back_as_it_was_written(tmp_path: Path) -> None:
    for points in (None, np.arange(6, dtype=np.float32).reshape(3, 2)):
        there = file.Standing("stopped", 3, 9, "A note.", points, Keeps(1, None, None, 2, 3, 4, "so"), 0.5)
        write(tmp_path / "a.npz", "key", there)
        back = read(tmp_path / "a.npz", "key")
        assert back is not None
        assert replace(back, points=None) == replace(there, points=None)
        assert (back.points is None) == (points is None)
        np.testing.assert_array_equal(back.points, points)
        assert read(tmp_path / "a.npz", "another") is None
    assert read(tmp_path / "b.npz", "key") is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"centre": np.zeros((100, DIMS), np.float32)}, "All codes are equal: the model has collapsed"),
        ({"centre": np.full((100, DIMS), np.nan, np.float32)}, "test codes of tiny hold NaN or infinity"),
        ({"spread": np.full((100, DIMS), np.nan, np.float32)}, "test codes of tiny hold NaN or infinity"),
        ({"nats": np.full((100, DIMS), np.inf, np.float32)}, "test codes of tiny hold NaN or infinity"),
        (
            dict.fromkeys(("centre", "spread", "nats"), np.zeros((100, 3), np.float32)),
            r"test codes of tiny are \[100, 3\], not \[N, 6\] as on its card",
        ),
    ],
)
def test_codes_that_make_no_map_are_told(model: Model, change: dict, sentence: str) -> None:
    recode(model, **change)
    with pytest.raises(InputError, match=sentence):
        next(maps.make(model, "tsne"))
    assert left(model) == []


def test_a_posterior_without_width_counts_no_more_than_it_can(model: Model) -> None:
    recode(model, spread=np.zeros((100, DIMS), np.float32))
    for _ in maps.make(model, "tsne"):
        pass
    codes = read_codes(model.folder)
    assert codes is not None
    opened = maps.open_map(model, "tsne", codes)
    assert np.isfinite(opened.place(codes.centre)).all()


def test_a_model_without_codes_has_no_maps(home: Path) -> None:
    bare = tiny(home, codes=0)
    for id in ("tsne", "pca"):
        with pytest.raises(InputError, match="tiny keeps no test codes, so it has no maps"):
            next(maps.make(bare, id))
    assert maps.standing(bare, "tsne").state == "absent"


def test_few_codes_get_a_lower_perplexity_and_say_so(home: Path) -> None:
    few = tiny(home, codes=20)
    for _ in maps.make(few, "tsne"):
        pass
    assert maps.standing(few, "tsne").message == "A perplexity of 30 needs more than 20 codes; 6.3 was used."
    with pytest.raises(InputError, match="t-SNE needs at least 5 codes; this model has 4"):
        next(maps.make(tiny(home, codes=4, name="fewer"), "tsne"))


def test_one_class_makes_a_map_like_any_other(model: Model) -> None:
    recode(model, labels=np.zeros(100, np.int64))
    model = replace(model, card=replace(model.card, files={}))  # whose checksums are those of the codes before
    for _ in maps.make(model, "tsne"):
        pass
    keeps = maps.complete(model, "tsne").keeps
    assert keeps is not None
    assert keeps.map_accuracy == 1


def test_a_full_disk_is_told_and_leaves_nothing(model: Model) -> None:
    before = listing(model.folder)
    with full_disk(100), pytest.raises(InputError, match="Cannot write"):
        next(maps.make(model, "tsne"))
    assert listing(model.folder) == before


# Followed, stopped, killed


def test_a_forming_map_is_followed_frame_by_frame(model: Model) -> None:
    assert maps.standing(model, "tsne").state == "absent"
    for frame in maps.make(model, "tsne"):
        seen = maps.standing(model, "tsne")
        assert seen.state == "forming"
        assert (seen.iteration, seen.total, seen.kl_divergence) == (frame.iteration, frame.total, frame.kl_divergence)
        np.testing.assert_array_equal(seen.points, frame.points)
    assert maps.standing(model, "tsne").state == "done"


def stop_after(model: Model, iteration: int, id: str = "tsne") -> Frame:
    """Make a map up to an iteration, then close it as Ctrl-C does."""
    forming = maps.make(model, id)
    last = next(frame for frame in forming if frame.iteration >= iteration)
    forming.close()
    return last


def test_a_stopped_map_is_kept_as_far_as_it_got(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vae.maps.tsne.SECONDS_A_FRAME", 0.0)
    further = stop_after(model, 9)
    for _ in range(2):
        now = maps.standing(model, "tsne")
        assert (now.state, now.iteration, now.total) == ("stopped", 9, 750)
        np.testing.assert_array_equal(maps.open_map(model, "tsne", means(model)).points, further.points)
        assert left(model) == ["tsne.npz"]
        stop_after(model, 3)  # one that is stopped earlier takes nothing away
    keeps = maps.complete(model, "tsne").keeps
    assert keeps is not None
    assert maps.standing(model, "tsne").state == "stopped"
    monkeypatch.setattr("vae.maps.tsne.SECONDS_A_FRAME", 1.0)
    for _ in maps.make(model, "tsne"):
        pass
    assert (maps.standing(model, "tsne").state, maps.standing(model, "tsne").keeps) == ("done", None)


def test_a_map_stopped_before_its_first_step_leaves_nothing(model: Model) -> None:
    stop_after(model, 0)
    assert maps.standing(model, "tsne").state == "absent"
    assert not (model.folder / "maps").exists()


def leave_frame(model: Model, iteration: int, named: str = "") -> None:
    """Leave what a process leaves that is killed: a frame, and a file half written."""
    folder = model.folder / "maps"
    frame = file.Standing("forming", iteration, 750, "A note.", np.full((100, 2), iteration, np.float32))
    write(folder / ".forming-tsne" / "frame.npz", named or key(model, "tsne"), frame)
    (folder / ".tsne.npz-half").mkdir()
    (folder / ".tsne.npz-half" / "tsne.npz").write_bytes(b"half")


def test_what_a_killed_process_left_is_a_stopped_map(model: Model) -> None:
    leave_frame(model, 7)
    for _ in range(2):
        now = maps.standing(model, "tsne")
        assert (now.state, now.iteration, now.total, now.message) == ("stopped", 7, 750, "A note.")
        assert left(model) == ["tsne.npz"]
    assert (maps.open_map(model, "tsne").points == 7).all()
    leave_frame(model, 5)
    assert maps.standing(model, "tsne").iteration == 7  # an earlier one that got further


def test_what_a_killed_process_left_is_not_lost_when_the_map_is_formed_anew(model: Model) -> None:
    leave_frame(model, 7)
    stop_after(model, 0)
    assert (maps.standing(model, "tsne").state, maps.standing(model, "tsne").iteration) == ("stopped", 7)
    leave_frame(model, 9)
    for _ in maps.make(model, "tsne"):
        pass
    assert maps.standing(model, "tsne").state == "done"
    assert left(model) == ["tsne.npz"]


def test_a_frame_that_nobody_can_use_is_passed_over_and_cleared_away(model: Model) -> None:
    for leave in (
        lambda: leave_frame(model, 0),  # the PCA map, which is there anyway
        lambda: leave_frame(model, 7, "of other codes"),
        lambda: (leave_frame(model, 7), (model.folder / "maps/.forming-tsne/frame.npz").write_bytes(b"half")),
    ):
        leave()
        assert maps.standing(model, "tsne").state == "absent"
        assert not (model.folder / "maps").exists()


def test_what_a_killed_process_left_waits_until_the_disk_has_room(model: Model) -> None:
    leave_frame(model, 7)
    with full_disk(100):
        assert maps.standing(model, "tsne").state == "absent"
        with pytest.raises(InputError, match="Cannot write"):
            next(maps.make(model, "tsne"))
    assert maps.standing(model, "tsne").state == "stopped"


def start(home: Path, model: Model, *flags: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "vae", "map", model.name, "--json", *flags],
        cwd=ROOT,
        env=os.environ | {"LATENT_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def process(home: Path) -> Iterator[tuple[Model, subprocess.Popen]]:
    """A process that makes a map of 2,000 codes and has done a few of its 750 iterations."""
    model = tiny(home, codes=2000)
    with start(home, model) as running:
        assert running.stdout is not None
        while msgspec.json.decode(running.stdout.readline())["iteration"] < 2:
            pass
        yield model, running
        running.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_a_process_that_is_stopped_keeps_what_is_there(
    process: tuple[Model, subprocess.Popen], number: signal.Signals
) -> None:
    model, running = process
    assert maps.standing(model, "tsne").state == "forming"
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Stopped at iteration" in err
    assert "Traceback" not in err
    now = maps.standing(model, "tsne")
    assert now.state == "stopped"
    assert 2 <= now.iteration < 750
    assert now.keeps is not None
    assert msgspec.json.decode(out.splitlines()[-1])["state"] == "stopped"
    assert left(model) == ["tsne.npz"]


def test_a_process_that_is_killed_takes_nothing_with_it(process: tuple[Model, subprocess.Popen]) -> None:
    model, running = process
    running.kill()
    running.wait(60)
    forming = maps.make(model, "tsne")  # and the next one may begin at once
    assert next(forming).iteration == 0
    assert maps.standing(model, "tsne").state == "forming"
    forming.close()
    now = maps.standing(model, "tsne")
    assert now.state == "stopped"
    assert 2 <= now.iteration < 750
    assert left(model) == ["tsne.npz"]


def test_two_processes_compute_the_same_map_once(home: Path) -> None:
    model = tiny(home, codes=600)
    with start(home, model) as one, start(home, model) as two:
        outputs = [process.communicate(timeout=120) for process in (one, two)]
    assert (one.returncode, two.returncode) == (0, 0), outputs
    first, second = ([msgspec.json.decode(line) for line in out.splitlines()] for out, _ in outputs)
    assert first[-1] == second[-1]
    frames = sorted(
        ({line["iteration"]: line["kl_divergence"] for line in out[:-1]} for out in (first, second)), key=len
    )
    # Computed twice, frames would end where each process's own clock says; so one's are among the other's.
    assert frames[0].items() <= frames[1].items()
    assert left(model) == ["tsne.npz"]


def test_one_who_stops_while_another_makes_it_does_not_wait(home: Path) -> None:
    model = tiny(home, codes=2000)
    first = maps.make(model, "tsne")
    assert next(first).iteration == 0
    with start(home, model) as second:
        assert second.stdout is not None
        assert msgspec.json.decode(second.stdout.readline())["iteration"] == 0
        second.send_signal(signal.SIGTERM)
        next(first)  # it looks up at the next frame
        _, err = second.communicate(timeout=60)
    assert second.returncode == 130
    assert "Stopped at iteration" in err
    assert maps.standing(model, "tsne").state == "forming"
    first.close()


def test_when_the_one_who_makes_it_stops_the_one_who_waits_goes_on(model: Model) -> None:
    first = maps.make(model, "tsne")
    next(first)
    got: list[Frame] = []
    waiting = threading.Thread(target=lambda: got.extend(maps.make(model, "tsne")))
    waiting.start()
    first.close()
    waiting.join(60)
    assert got[-1].iteration == 750
    assert maps.standing(model, "tsne").state == "done"


def test_a_lock_is_held_as_long_as_its_block(tmp_path: Path) -> None:
    assert not is_locked(tmp_path / "a")
    with lock(tmp_path / "a"):
        assert is_locked(tmp_path / "a")
        assert not is_locked(tmp_path / "b")
    assert not is_locked(tmp_path / "a")
    assert listing(tmp_path) == []


def test_a_model_read_from_its_folder_keeps_its_maps_there(model: Model) -> None:
    again = Model(read_card(model.folder), model.folder, bundled=False)
    assert maps.map_roots(again) == [model.folder / "maps"]


# A model that goes while its map is made


@pytest.mark.parametrize("after", [1, 3])
def test_a_map_does_not_bring_a_deleted_model_back(model: Model, home: Path, after: int) -> None:
    frames = maps.make(model, "tsne")
    for _ in range(after):
        next(frames)
    runs.remove(model.folder)
    with pytest.raises(InputError, match="The model tiny was deleted or renamed while its map tsne was made"):
        next(frames)
    frames.close()
    assert not model.folder.exists()


def test_a_map_does_not_follow_a_model_to_a_new_name_nor_fill_its_old_one(model: Model, home: Path) -> None:
    frames = maps.make(model, "tsne")
    next(frames)
    model.folder.rename(home / "models" / "other")
    again = tiny(home, codes=50)  # another model takes the name
    before = listing(again.folder)
    with pytest.raises(InputError, match="was deleted or renamed"):
        next(frames)
    assert [name for name in listing(again.folder) if not name.startswith("maps")] == before
    assert not list(again.folder.glob("maps/*"))


def test_the_process_of_a_map_ends_with_a_sentence_when_its_model_goes(home: Path) -> None:
    model = tiny(home, codes=3000)
    command = [sys.executable, "-m", "vae", "map", "tiny", "--projection", "tsne", "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"LATENT_HOME": str(home)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline()
        runs.remove(model.folder)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 2
    assert said == "error: The model tiny was deleted or renamed while its map tsne was made; it is not kept.\n"
    assert not model.folder.exists()
