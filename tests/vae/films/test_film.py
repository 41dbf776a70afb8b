"""A run's time machine as a film: it opens, it moves, it shows what the snapshots hold, and it is bounded."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from PIL import Image, ImageChops

from tests.models import full_disk, listing
from vae.__main__ import main
from vae.colours import CLASSES, THEMES
from vae.config import TrainConfig
from vae.errors import InputError
from vae.families import FAMILIES, family
from vae.films import film as films
from vae.films.film import frames, read_reel, write
from vae.films.sheet import MAP, RECONSTRUCTIONS, Sheet, _disc, plain
from vae.home import PROJECT
from vae.runs.records import Change, HeldOut, Step

STEPS = (0, 10, 40, 100)


def write_run(
    folder: Path,
    dims: int = 2,
    shape: tuple[int, int, int] = (8, 8, 1),
    labelled: bool = True,
    config: TrainConfig | None = None,
) -> Path:
    """Write a made run of four moments: at the first all points lie at the centre, and at the last in a wide cloud.

    shape: [H, W, C]. Reconstructions grow brighter from moment to moment. config: of a family with a bound or
    without; what has no encoder has its draws on the map, and no reconstruction.
    """
    config = config or TrainConfig("digits", latent_dims=dims)
    can = family(config.family).can
    kl, things = (1.0,) * dims if "bound" in can else (), 60 if "encode" in can else 0
    random = np.random.default_rng(0)
    kept = folder / "snapshots"
    kept.mkdir(parents=True)
    (folder / "config.json").write_bytes(msgspec.json.encode(config.settled()))
    cloud = random.standard_normal((things or 16, 2)).astype(np.float32)
    probe: dict[str, Any] = {
        "numbers": np.arange(things, dtype=np.int32),
        "originals": random.integers(0, 256, (things // 6, *shape)).astype(np.uint8),
        "noise": random.standard_normal((16, dims)).astype(np.float32),
    }
    if labelled and things:
        probe["labels"] = np.arange(60) % 10
    np.savez(kept / "probe.npz", **probe)
    for i, step in enumerate(STEPS):
        np.savez(
            kept / f"{step:08d}.npz",
            points=cloud * i,
            centre=np.zeros(dims, np.float32),
            axes=np.eye(dims, 2, dtype=np.float32),
            reconstructions=np.full((things // 6, *shape), 40 + 60 * i, np.uint8),
            samples=np.full((16, *shape), 200, np.uint8),
        )
    steps = [
        Step(s, 100, s // 10, 90 - s / 2 if things else None, kl, 1.0, 1e-3, 1e4, others={} if things else {"a": 0.5})
        for s in range(5, 101, 5)
    ]
    (folder / "metrics.jsonl").write_bytes(b"".join(msgspec.json.encode(s) + b"\n" for s in steps))
    held_out = [HeldOut(s, 95 - s / 2, kl, 300) for s in range(10, 101, 10) if things]
    (folder / "held_out.jsonl").write_bytes(b"".join(msgspec.json.encode(h) + b"\n" for h in held_out))
    (folder / "changes.jsonl").write_bytes(msgspec.json.encode(Change(50, beta=2.0)) + b"\n")
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return write_run(tmp_path / "home" / "models" / "made")


def coloured(picture: Image.Image) -> np.ndarray:
    """Say which pixels of the map are of a class's colour, bool [H, W] of the map."""
    left, top, right, bottom = (round(edge * picture.width / 960) for edge in MAP)
    pixels = np.asarray(picture).astype(int)[top:bottom, left:right]
    wanted = [np.array(list(bytes.fromhex(text))) for text in CLASSES]
    return np.any([np.abs(pixels - colour).sum(2) < 12 for colour in wanted], axis=0)


def test_the_class_colours_are_the_pages() -> None:
    page = (PROJECT / "assets" / "live" / "shared" / "draw" / "colours.js").read_text()
    found = re.search(r"CLASSES = \[([^\]]+)\]", page)
    assert found and re.findall(r"\w{6}", found[1]) == CLASSES
    config = (PROJECT / ".streamlit" / "config.toml").read_text()
    for own in THEMES.values():
        for colour in (own.paper, own.wash, own.ink, own.accent):
            assert f'"#{bytes(colour).hex()}"' in config


def test_points_move_from_the_first_moment_to_the_last(run: Path) -> None:
    first, *_, last = frames(run, seconds=2, rate=5, width=640)
    spread = [np.std(np.argwhere(coloured(picture)), 0).mean() for picture in (first, last)]
    assert spread[0] < 5 < 40 < spread[1]


def test_between_two_snapshots_points_are_between(run: Path) -> None:
    reel = read_reel(run)
    halfway = reel.at(0.5)  # of four moments: between the second and the third
    assert np.allclose(halfway.points, (reel.points[1] + reel.points[2]) / 2)
    assert halfway.caption == "Step 25 of 100, epoch 7 of 30"
    assert halfway.figure == f"{95 - 12.5 + 2:.1f} nats"
    assert np.abs(reel.points[-1]).max() <= 1.0


@pytest.mark.parametrize("share", [0.0, 0.34, 0.66, 1.0])
def test_the_pictures_are_those_of_the_nearest_snapshot(run: Path, share: float) -> None:
    reel = read_reel(run)
    picture = Sheet(reel.still, THEMES["light"], 960).picture(reel.at(share))
    grey = picture.getpixel((round(MAP[2]) + 38 + 22, round(RECONSTRUCTIONS) + 22))
    assert grey == (40 + 60 * round(share * 3),) * 3


@pytest.mark.parametrize("theme", THEMES)
def test_a_gif_opens_and_moves(run: Path, tmp_path: Path, theme: str) -> None:
    path = write(run, tmp_path / "film.gif", "gif", theme, seconds=1.5)
    with Image.open(path) as film:
        assert film.size == (800, 450)
        assert film.info["loop"] == 0
        paper = film.convert("RGB").getpixel((2, 2))
        pictures = getattr(film, "n_frames", 1)
        film.seek(pictures - 1)
        assert pictures > 10
        assert coloured(film.convert("RGB")).sum() > 500
        assert paper == film.convert("RGB").getpixel((2, 2)) == THEMES[theme].paper
    assert listing(tmp_path)[0] == "film.gif"


def test_an_mp4_opens_and_moves(run: Path, tmp_path: Path) -> None:
    path = write(run, tmp_path / "film.mp4", "mp4", seconds=1.0)
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        pictures = [frame.to_image() for frame in film.decode(stream)]
        assert (stream.codec.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == films.MP4_RATE
    assert len(pictures) == films.MP4_RATE
    assert pictures[0].size == (1280, 720)
    assert np.asarray(ImageChops.difference(pictures[0], pictures[-1])).max() > 100


def test_a_gif_that_grows_too_large_is_made_smaller(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MAX_GIF_BYTES", 1000)
    with Image.open(write(run, tmp_path / "film.gif", "gif", seconds=1.0)) as film:
        assert film.width == films.GIF_WIDTHS[-1]


@pytest.mark.parametrize(
    ("dims", "shape", "labelled"), [(1, (8, 8, 1), True), (5, (28, 20, 1), False), (3, (64, 64, 3), True)]
)
def test_every_kind_of_run_has_its_film(tmp_path: Path, dims: int, shape: tuple[int, int, int], labelled: bool) -> None:
    folder = write_run(tmp_path / "run", dims, shape, labelled)
    pictures = list(frames(folder, "dark", 1.0, 5.0, 481))
    assert {picture.size for picture in pictures} == {(480, 270)}


def test_a_film_of_series_draws_them_as_curves_in_the_themes_colours(tmp_path: Path) -> None:
    """Where the made curve is a step up, its line is low on the left and high on the right."""
    folder = write_run(tmp_path / "run", shape=(8, 8, 1))
    step = np.repeat(np.float32([-1, 1]), 8)[None, :, None]
    kept = folder / "snapshots"
    for path in kept.glob("*.npz"):
        arrays = dict(np.load(path))
        for name in {"originals", "reconstructions", "samples"} & arrays.keys():
            arrays[name] = np.repeat(step, len(arrays[name]), 0)
        np.savez(path, **arrays)
    for theme in THEMES.values():
        picture = np.asarray(next(frames(folder, theme.name, 1.0, 5.0, 960)), int)
        side, top = 45, round(RECONSTRUCTIONS)
        tile = picture[top : top + side, 440 : 440 + side]
        rows, columns = np.nonzero(np.abs(tile - np.array(theme.accent)).max(2) < 60)
        assert len(rows) > side / 2
        assert rows[columns < side / 3].min() > rows[columns > 2 * side / 3].max()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_film_speaks_of_what_the_family_can(tmp_path: Path, name: str) -> None:
    config, can = TrainConfig("digits", family=name, latent_dims=2), FAMILIES[name].can
    reel = read_reel(write_run(tmp_path / "run", config=config))
    assert FAMILIES[name].title in reel.still.subtitle
    assert ("beta" in reel.still.subtitle) == ("bound" in can)
    judged = f"{'-ELBO' if 'bound' in can else 'Reconstruction'} on held-out images" if "encode" in can else ""
    assert reel.still.measured_on == judged
    assert ("random draws" in reel.still.map_title) == ("encode" not in can)
    assert ("prior" in reel.still.samples_title) == ("draw" in can)
    assert bool(reel.still.rings) == ("draw" in can and FAMILIES[name].prior == "normal")
    assert ("each class in its turn" in reel.still.samples_title) == ("condition" in can)
    assert reel.at(1.0).figure == (f"{95 - 50 + (2 if 'bound' in can else 0):.1f} nats" if judged else "")
    assert {picture.size for picture in frames(tmp_path / "run", "light", 1.0, 3.0, 480)} == {(480, 270)}


def test_a_familys_own_settings_stand_in_the_film(tmp_path: Path) -> None:
    config = TrainConfig("digits", family="autoencoder", options={"sparsity": 0.5})
    assert "sparsity 0.5" in read_reel(write_run(tmp_path / "run", config=config)).still.subtitle


def test_a_run_of_one_moment_and_no_records_has_a_film(run: Path) -> None:
    for step in STEPS[1:]:
        (run / "snapshots" / f"{step:08d}.npz").unlink()
    (run / "metrics.jsonl").unlink()
    (run / "held_out.jsonl").write_bytes(b"")
    assert len(list(frames(run, seconds=1.0, rate=5, width=320))) == 5


def test_the_film_ends_on_the_last_moment_and_holds_it() -> None:
    shares = films.shares(8.0, 30.0)
    assert len(shares) == 240
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert sum(share == 1 for share in shares) == pytest.approx(1.2 * 30, abs=2)


def test_what_cannot_be_filmed_is_one_sentence_and_leaves_nothing(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "film.gif"
    for kind, theme, seconds, sentence in [
        ("avi", "light", 8.0, "Unknown kind of film"),
        ("gif", "sepia", 8.0, "Unknown theme 'sepia'; choose one of: dark, light"),
        ("gif", "light", 900.0, "A film takes 1 to 60 seconds; got 900"),
        ("gif", "light", float("nan"), "A film takes 1 to 60 seconds; got nan"),
    ]:
        with pytest.raises(InputError, match=sentence):
            write(run, out, kind, theme, seconds)
    with full_disk(2000), pytest.raises(InputError, match="Cannot write"):
        write(run, out, "gif", seconds=1.0)
    (run / "snapshots" / "00000040.npz").write_bytes(b"half")
    with pytest.raises(InputError, match="is damaged"):
        write(run, out, "mp4", seconds=1.0)
    for step in STEPS:
        (run / "snapshots" / f"{step:08d}.npz").unlink()
    with pytest.raises(InputError, match="keeps no snapshots"):
        write(run, out, "gif", seconds=1.0)
    assert not out.exists()


def test_the_command_writes_a_film_and_names_what_it_lacks(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "film.gif"
    assert main(["film", "made", "--out", str(out), "--dark", "--seconds", "1"]) == 0
    assert out.exists()
    assert main(["film", str(run), "--out", str(tmp_path / "again.GIF"), "--seconds", "1"]) == 0
    assert main(["film", "nobody", "--out", str(out)]) == 2
    assert "Unknown run 'nobody'; choose one of: made" in capsys.readouterr().err
    assert main(["film", "made", "--out", str(tmp_path / "film.txt")]) == 2
    assert "choose one of: gif, mp4" in capsys.readouterr().err


def test_names_are_written_in_letters_that_the_font_has() -> None:
    assert plain("Bär") == "Bar"
    assert plain("猫", 3) == "3"
    assert plain("T-shirt/top") == "T-shirt/top"


def test_before_the_first_step_no_epoch_is_over_and_after_the_last_all_are(run: Path) -> None:
    reel = read_reel(run)
    assert reel.at(0.0).caption == "Step 0 of 100, epoch 0 of 30"
    assert reel.at(1.0).caption == "Step 100 of 100, epoch 30 of 30"


def test_no_point_of_the_last_moment_is_cut_off(run: Path) -> None:
    assert np.abs(read_reel(run).points[-1]).max() < 0.96, "a point is as wide as 0.02 of the map"


def test_a_point_is_round_and_its_edge_is_smooth() -> None:
    for radius in (4.33, 5.2, 6.9):
        grey = np.asarray(_disc(radius), float) / 255
        assert grey.sum() == pytest.approx(np.pi * radius**2, rel=0.06)
        assert np.abs(grey - grey.T).max() < 0.1 and np.abs(grey - grey[::-1]).max() < 0.15
        assert ((grey > 0.1) & (grey < 0.9)).sum() > 8, "steps of grey at the edge"


def test_the_rings_of_the_prior_are_named(run: Path) -> None:
    reel = read_reel(run)
    assert len(reel.still.rings) >= 2
    plain_, named = (
        Sheet(replace(reel.still, rings=rings), THEMES["light"], 960).picture(reel.at(0.0))
        for rings in ((), reel.still.rings)
    )
    left, top, right, bottom = MAP
    for ring in reel.still.rings:
        y = (top + bottom) / 2 - ring * (right - left) / 2
        box = tuple(round(value) for value in ((left + right) / 2 - 10, y - 5, (left + right) / 2 + 10, y + 5))
        ink = np.asarray(ImageChops.difference(plain_.crop(box), named.crop(box))).max(2)
        assert (ink > 60).sum() > 20, "letters, and not the ring alone"
