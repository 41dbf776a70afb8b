"""Every page in PAGES, run as Streamlit runs it, but without a browser."""

import re
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES
from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from tests.web.routes.test_runs import write_run
from vae.config import BOUNDS, TrainConfig, explained
from vae.data import describe
from vae.datasets.sources import DATASETS
from vae.explore import hand
from vae.explore.originals import pick
from vae.kinds.corruptions import trainable
from vae.kinds.kinds import KINDS
from vae.library.cards import read_card, write_card
from vae.library.shelf import find
from vae.likelihoods import LIKELIHOODS
from vae.plans.networks import suited
from vae.runs.recipes import recommended
from vae.runs.shelf import find_run, list_runs
from web.page import state
from web.page.about import facts
from web.page.settings.fields import LABELS, MAIN
from web.page.sheets import png, tile


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's own library with two small models in it, and no data brought along."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    monkeypatch.setattr("os.getloadavg", lambda: (0.0, 0.0, 0.0))  # another program says something about the machine
    for dims in (2, 16):
        write_tiny_model(tmp_path / "models" / f"tiny-{dims}d", dims)
    return tmp_path / "models"


def run(page: str, **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / page), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def texts(test: AppTest) -> str:
    return " ".join(
        element.value for kind in (test.info, test.warning, test.markdown, test.caption) for element in kind
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_every_page_works_on_the_first_visit(page):
    test = run(page.file)
    assert not test.exception
    assert not test.error and not test.warning and not test.info
    assert len(test.title) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_every_page_works_with_a_damaged_model_in_the_library_and_says_why(page, library):
    (library / "tiny-2d" / "card.json").write_text("{")
    test = run(page.file)
    assert not test.exception
    assert "tiny-2d" in texts(test) and "damaged" in texts(test)


def test_home_survives_a_model_whose_graph_is_damaged(library):
    (library / "tiny-16d" / "decoder.onnx").write_bytes(b"no graph")
    assert not run("pages/home.py").exception


@pytest.mark.parametrize("name", ["tiny-2d", "tiny-16d"])
def test_explore_shows_the_model_in_the_address(name):
    test = run("pages/explore.py", model=name)
    assert not test.exception
    assert test.selectbox[0].value == name


def test_what_was_measured_is_told_in_a_table():
    test = run("pages/explore.py", model="mnist-2d")
    table = next(element.value for element in test.markdown if element.value.startswith("| −ELBO"))
    card = find("mnist-2d").card
    assert f"{card.metrics['negative_elbo']:.2f} ± {card.metrics['negative_elbo_standard_error']:.2f}" in table
    assert f"{100 * card.metrics['knn_accuracy']:.1f} %" in table
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_persons_own_models_follow_the_bundled_ones_newest_first(library):
    for name, created in (("tiny-2d", "2026-01-01"), ("tiny-16d", "2026-02-01")):
        write_card(replace(read_card(library / name), created=created), library / name)
    assert list(run("pages/explore.py").selectbox[0].options)[-2:] == ["tiny-16d", "tiny-2d"]


def test_choosing_a_model_puts_it_into_the_address_and_drops_the_code():
    test = run("pages/explore.py", model="tiny-2d", z="1,2")
    test.selectbox[0].select("tiny-16d").run()
    assert not test.exception
    assert test.query_params["model"] in ("tiny-16d", ["tiny-16d"])
    assert "z" not in test.query_params


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"model": "nothing-like-it"}, "no model 'nothing-like-it'"),
        ({"model": "../../etc"}, "no model"),
        ({"model": "tiny-2d", "z": "1,2,3"}, "3 numbers"),
        ({"model": "tiny-2d", "z": "1,two"}, "not 2 numbers"),
        ({"model": "tiny-2d", "z": "nan,0"}, "leaves"),
        ({"model": "tiny-2d", "z": "1e9,0"}, "leaves"),
        ({"model": "mnist-2d", "image": "-1"}, "not a number from 0 to"),
        ({"model": "mnist-2d", "image": "999999999"}, "not a number from 0 to"),
    ],
)
def test_an_address_that_asks_for_the_impossible_gets_one_sentence_and_the_default(query, sentence):
    test = run("pages/explore.py", **query)
    assert not test.exception
    assert len(test.info) == 1
    assert sentence in test.info[0].value.replace("\\", "")


def test_a_model_that_cannot_be_opened_is_told_of_in_a_sentence(library):
    (library / "tiny-16d" / "decoder.onnx").write_bytes(b"no graph")
    test = run("pages/explore.py", model="tiny-16d")
    assert not test.exception
    assert len(test.warning) == 1
    assert "decoder.onnx" in test.warning[0].value.replace("\\", "")


@pytest.mark.parametrize("text", ["0.5,-1.2", "10,-10", "0,0"])
def test_a_code_in_an_address_is_read_as_it_was_written(text):
    z, note = state.read_code(text, 2)
    assert note is None
    assert z == [float(value) for value in text.split(",")]


@pytest.mark.parametrize("text", ["", ",", "1", "1,2,3", "inf,0", "1,-10.01", "٣,x", "0x1,2"])
def test_a_bad_code_is_never_half_read(text):
    z, note = state.read_code(text, 2)
    assert z is None
    assert note and note.endswith(".")


@pytest.mark.parametrize("name", ["tiny-2d", "tiny-16d", "mnist-16d"])
def test_map_shows_the_model_in_the_address_with_its_codes_or_without(name):
    test = run("pages/map.py", model=name)
    assert not test.exception and not test.warning
    assert test.selectbox[0].value == name
    assert any("picture follows the pointer" in element.value for element in test.markdown)


def test_map_keeps_what_its_component_has_put_into_the_address():
    test = run("pages/map.py", model="tiny-2d", map="identity", view="0,0,8", pins="0.5:1")
    assert not test.exception and not test.info
    assert test.query_params["view"] in ("0,0,8", ["0,0,8"]) and test.query_params["pins"] in ("0.5:1", ["0.5:1"])


def test_map_tells_of_a_model_that_is_not_there_and_of_one_that_cannot_be_opened(library):
    test = run("pages/map.py", model="../../etc")
    assert not test.exception and len(test.info) == 1
    assert "no model" in test.info[0].value
    (library / "tiny-16d" / "decoder.onnx").write_bytes(b"no graph")
    test = run("pages/map.py", model="tiny-16d")
    assert not test.exception and len(test.warning) == 1
    assert "decoder.onnx" in test.warning[0].value.replace("\\", "")


def test_choosing_another_model_on_the_map_drops_the_view_and_the_pins():
    test = run("pages/map.py", model="tiny-2d", map="identity", view="0,0,8", pins="0.5:1")
    test.selectbox[0].select("tiny-16d").run()
    assert not test.exception
    assert test.query_params["model"] in ("tiny-16d", ["tiny-16d"])
    assert not {"map", "view", "pins"} & set(test.query_params)


def widen(folder: Path, low: float, high: float) -> None:
    card = read_card(folder)
    axes = [replace(axis, range=(low, high)) for axis in card.latent.axes]
    write_card(replace(card, latent=replace(card.latent, axes=axes)), folder)


def test_a_model_whose_codes_lie_far_out_may_be_asked_for_them(library):
    assert hand.limit(read_card(library / "tiny-2d")) == 10
    widen(library / "tiny-2d", -20.1, 17.0)
    assert hand.limit(read_card(library / "tiny-2d")) == 26  # a quarter farther than the data, in whole numbers
    test = run("pages/explore.py", model="tiny-2d", z="-20.1,26")
    assert not test.exception and not test.info
    test = run("pages/explore.py", model="tiny-2d", z="-26.1,0")
    assert "leaves −26 to 26" in texts(test).replace("\\", "")


def test_a_code_far_out_is_read_as_it_was_written():
    assert state.read_code("-20.1,17", 2, 26) == ([-20.1, 17.0], None)
    assert state.read_code("-20.1,17", 2)[0] is None


@pytest.mark.parametrize("text", ["7", "0", "99"])
def test_an_image_number_within_the_set_is_read(text):
    assert state.read_image(text, 100) == (int(text), None)


@pytest.mark.parametrize("text", ["100", "-1", "", "1.5", "٣", "9" * 400, "9" * 9000, "0" * 12 + "99999"])
def test_an_image_number_outside_the_set_is_told_of(text):
    image, note = state.read_image(text, 100)
    assert image is None and note


def test_each_ten_images_have_one_of_every_class_in_order():
    labels = np.random.default_rng(1).integers(0, 10, 500)
    picked = pick(labels, 500, tens=12)
    assert len(picked) == len(set(picked)) == 120
    for start in range(0, 120, 10):
        assert labels[picked[start : start + 10]].tolist() == list(range(10))


@pytest.mark.parametrize("labels", [None, np.zeros(7, int), np.arange(7)])
def test_small_sets_give_each_image_once(labels):
    assert sorted(pick(labels, 7, tens=12)) == list(range(7))


def test_images_are_laid_side_by_side_row_by_row():
    images = np.arange(6, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 1), np.uint8)
    sheet = tile(images, 2, 3)
    assert sheet.shape == (4, 9, 1)
    assert sheet[::2, ::3, 0].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_models_line_says_what_it_learnt_to_undo_and_what_it_never_saw():
    card = find("mnist-16d").card  # of before there was anything to undo
    assert "trained" not in facts(card)
    assert facts(find("mnist-denoise-16d").card).endswith(" · trained to undo: Gaussian noise")
    assert facts(find("mnist-without-4").card).endswith(" · trained without class 4")
    strange = replace(card, training={"corruption": ["rain"], "without": 4})
    assert facts(strange).endswith("conv network · trained without class 4")


@pytest.mark.parametrize("channels", [1, 3])
def test_a_sheet_is_a_png(channels):
    assert png(np.zeros((2, 2, channels), np.uint8)).startswith(b"\x89PNG")


# --- Train


def field(test: AppTest, name: str):
    """Return the form's widget for a setting."""
    widgets = [*test.selectbox, *test.number_input, *test.text_input, *test.button]
    return next(widget for widget in widgets if re.fullmatch(rf"train\.(\d+\.)?{name}", widget.key or ""))


def is_open(test: AppTest) -> bool:
    """Say whether the form is shown."""
    return "train.start" in [button.key for button in test.button]


def chosen(test: AppTest) -> dict[str, object]:
    return {name: field(test, name).value for name in LABELS}


def test_the_form_has_every_setting_with_its_sentence():
    test = run("pages/train.py")
    names = {each.name for each in fields(TrainConfig)} - {"options"}  # which stand one by one beside their family
    assert set(LABELS) == names and set(MAIN) < names
    for name in names - {"dataset"}:
        widget = field(test, name)
        assert (widget.label, widget.help) == (LABELS[name], explained()[name])


@pytest.mark.parametrize("name", BOUNDS)
@pytest.mark.parametrize("end", [0, 1])
def test_a_number_beyond_its_bounds_is_told_of_and_nothing_is_trained(name, end):
    bound = BOUNDS[name][end]
    beyond = bound + (1 if end else -1)
    test = run("pages/train.py")
    if name == "corruption_amount":
        test = field(test, "corruption").select_index(0).run()
    if name == "predict_weight":  # of a head, which needs something to tell
        test = field(test, "dataset").select("shapes").run()
        test = field(test, "predict").select_index(1).run()
    value = field(test, name).value
    kind = int if value is None else type(value)
    test = field(test, name).set_value(kind(beyond)).run()
    assert not test.exception
    assert field(test, "start").disabled
    (said,) = [warning.value.replace("\\", "") for warning in test.warning]
    assert said.startswith(f"{LABELS[name]} is a number from {BOUNDS[name][0]:g} to ") and f"got {beyond:g}" in said
    test = field(test, name).set_value(kind(BOUNDS[name][0])).run()
    assert not test.warning and not field(test, "start").disabled


def test_the_form_begins_with_what_suits_the_data_and_follows_them():
    test = run("pages/train.py")
    assert field(test, "dataset").value == TrainConfig.dataset
    for dataset in ("olivetti", "digits"):
        test = field(test, "dataset").select(dataset).run()
        wanted = recommended(dataset)
        for name in ("network", "latent_dims", "likelihood", "epochs", "learning_rate"):
            assert field(test, name).value == getattr(wanted, name), (dataset, name)
        assert not test.exception


def titles(kind: str) -> list[str]:
    return [KINDS[kind].corruptions[name].title for name in trainable(KINDS[kind])]


def test_the_form_offers_what_things_of_the_datas_kind_have_and_no_more():
    """And from images to series and back nothing stays chosen that is not offered."""
    test = run("pages/train.py")
    test = field(test, "likelihood").select("bernoulli").run()
    test = field(test, "corruption").select("salt-and-pepper").run()
    for dataset, kind in (("beats", "series"), ("digits", "image"), ("beats", "series")):
        test = field(test, "dataset").select(dataset).run()
        assert not test.exception
        assert tuple(field(test, "network").options) == suited(KINDS[kind].lies)
        assert field(test, "likelihood").options == [LIKELIHOODS[name].title for name in KINDS[kind].likelihoods]
        assert field(test, "corruption").options == titles(kind)
        assert field(test, "corruption").value is None
        assert not field(test, "start").disabled and not test.warning
    assert field(test, "likelihood").value == "gaussian"
    assert not set(titles("series")) <= set(titles("image"))


def test_settings_stay_when_another_one_is_changed():
    test = run("pages/train.py")
    test = field(test, "beta").set_value(4.0).run()
    test = field(test, "latent_dims").set_value(10).run()
    assert (field(test, "beta").value, field(test, "latent_dims").value) == (4.0, 10)


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_can_be_chosen_and_says_what_it_is(name):
    (row,) = (row for row in describe() if row["name"] == name)
    test = field(run("pages/train.py"), "dataset").select(name).run()
    assert not test.exception
    said = texts(test).replace("\\", "")
    large = {"series": "{} samples", "text": "{} places, the end among them, of 26 symbols", "tastes": "{:,} items"}
    large["molecules"] = f"{{}} places, the end among them, of {row['shape'][-1] - 1} symbols of SELFIES"
    if row["kind"] == "masks":
        large["masks"] = f"{row['shape'][1]} x {{}}, {row['shape'][2] - 2} parts"
    if row["kind"] == "sounds":
        large["sounds"] = f"{{}} frequencies, {row['shape'][1]} times"
    length = f" of {large[row['kind']].format(row['shape'][0])}" if row["kind"] in large else ""
    assert f"{row['sizes'][0]:,} {KINDS[row['kind']].nouns}{length} to learn from" in said and row["licence"] in said
    starts = [button for button in test.button if button.label == "Start"]
    fetches = [button for button in test.button if button.label.startswith("Download")]
    if row["where"] == "offline":
        assert not starts[0].disabled and not fetches
    elif row["where"].startswith("to download"):
        assert not starts and row["where"].split("(")[1].rstrip(")") in fetches[0].label
    else:
        assert starts[0].disabled and "LATENT_DATA_DIR" in said


def test_a_damaged_set_of_ones_own_is_told_of_and_cannot_be_started(library):
    folder = library.parent / "datasets" / "mine"
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{")
    test = field(run("pages/train.py"), "dataset").select("mine").run()
    assert not test.exception
    assert field(test, "start").disabled and "damaged" in texts(test)


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are asked for and wait, because no process is started for them: these tests are of the page."""
    monkeypatch.setattr("vae.runs.launch._start_process", lambda folder: None)


def test_start_asks_for_the_run_that_was_chosen_and_puts_it_into_the_address(no_process):
    test = run("pages/train.py")
    test = field(test, "dataset").select("digits").run()
    test = field(test, "latent_dims").set_value(3).run()
    test = field(test, "beta").set_value(0.5).run()
    test = field(test, "name").set_value("mine").run()
    test = field(test, "start").click().run()
    assert not test.exception
    assert test.query_params["run"] in ("mine", ["mine"])
    config = find_run("mine").config
    assert (config.dataset, config.latent_dims, config.beta) == ("digits", 3, 0.5)
    assert config == replace(recommended("digits"), latent_dims=3, beta=0.5).settled()
    assert field(test, "another").label == "Train another" and not is_open(test)
    test = field(test, "another").click().run()
    assert field(test, "name").value == "" and field(test, "beta").value == 0.5  # the next one differs in little


def test_the_form_says_behind_how_many_runs_another_one_waits(no_process):
    assert "It waits until" not in texts(run("pages/train.py"))
    for said in ("until a run has ended", "until 2 runs have ended"):
        test = field(run("pages/train.py"), "start").click().run()
        test = field(test, "another").click().run()
        assert said in texts(test)


def test_what_spoils_the_images_and_the_class_left_out_are_asked_for(no_process):
    test = field(run("pages/train.py"), "dataset").select("digits").run()
    assert field(test, "corruption").value is None and field(test, "without").value is None
    assert field(test, "corruption_amount").disabled  # of nothing there is no amount
    test = field(test, "corruption").select("salt-and-pepper").run()
    test = field(test, "corruption_amount").set_value(0.3).run()
    test = field(test, "without").select("7").run()
    test = field(test, "start").click().run()
    assert not test.exception
    (started,) = list_runs()
    wanted = replace(recommended("digits"), corruption="salt-and-pepper", corruption_amount=0.3, without="7")
    assert started.config == wanted.settled()
    test = field(test, "another").click().run()
    test = field(test, "dataset").select("shapes").run()
    assert not test.exception
    assert field(test, "without").value is None  # other data have other classes
    assert "7" not in field(test, "without").options


@pytest.mark.parametrize("name", trainable(KINDS["series"]))
def test_every_corruption_of_series_can_be_learnt_from_the_form(name, no_process):
    test = field(run("pages/train.py"), "dataset").select("beats").run()
    test = field(test, "corruption").select(name).run()
    test = field(test, "start").click().run()
    assert not test.exception
    (started,) = list_runs()
    assert (started.config.dataset, started.config.corruption, started.config.likelihood) == ("beats", name, "gaussian")


def test_two_visitors_who_press_start_get_a_run_each(no_process):
    visitors = [run("pages/train.py") for _ in range(2)]
    for visitor in visitors:
        field(visitor, "start").click().run()
        assert not visitor.exception
    assert len({str(visitor.query_params["run"]) for visitor in visitors}) == 2
    assert len(list_runs()) == 2


def test_a_double_click_starts_one_run(no_process, monkeypatch):
    monkeypatch.setattr("web.page.settings.form.AGAIN_SECONDS", 1000.0)
    test = field(run("pages/train.py"), "start").click().run()
    test = field(test, "another").click().run()
    field(test, "start").click().run()
    assert len(list_runs()) == 1


@pytest.mark.parametrize("name", ["tiny-2d", "mnist-2d", "a/b", "../x", "Großes", "🙂", "-x"])
def test_a_name_that_cannot_be_had_is_told_beside_it_and_nothing_is_lost(name):
    test = field(run("pages/train.py"), "latent_dims").set_value(7).run()
    test = field(test, "name").set_value(name).run()
    assert not test.exception and len(test.warning) == 1
    assert field(test, "start").disabled
    assert (field(test, "name").value, field(test, "latent_dims").value) == (name, 7)
    assert not list_runs()


def test_what_launching_refuses_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setenv("LATENT_MAX_RUNS", "many")
    test = field(run("pages/train.py"), "start").click().run()
    assert not test.exception
    assert "LATENT_MAX_RUNS" in test.warning[0].value.replace("\\", "")


@pytest.mark.parametrize("name", ["unknown", "../../etc", "<b>x</b>", "[x](y)", "x" * 500, ""])
def test_a_run_that_is_not_there_is_told_of_and_the_form_stands_open(name):
    test = run("pages/train.py", run=name)
    assert not test.exception and len(test.info) == 1
    assert "There is no run" in test.info[0].value
    assert is_open(test) and "train.another" not in [button.key for button in test.button]


def test_the_run_in_the_address_is_shown_and_the_form_is_folded(library):
    write_run(library / "run-a")
    test = run("pages/train.py", run="run-a")
    assert not test.exception and not test.info
    assert field(test, "another").label == "Train another"
    assert not is_open(test)


def test_another_run_begins_with_the_settings_of_the_one_that_is_shown(library, no_process):
    config = replace(recommended("digits"), latent_dims=5, beta=2.0, epochs=7, seed=3, precision="float32")
    write_run(library / "run-a", config=config.settled())
    test = field(run("pages/train.py", run="run-a"), "another").click().run()
    assert not test.exception
    assert {name: value for name, value in chosen(test).items() if name not in ("width", "depth")} == {
        name: value for name, value in asdict(config.settled()).items() if name not in ("width", "depth", "options")
    }
    # A width that was left to the program is left to it again: another network has another one.
    assert field(test, "width").value is None and field(test, "depth").value is None
    test = field(test, "network").select("conv").run()
    field(test, "start").click().run()
    started = next(each.config for each in list_runs() if each.name != "run-a")
    assert started == replace(config, network="conv").settled()


def test_the_form_is_put_away_again(library):
    write_run(library / "run-a")
    test = field(run("pages/train.py", run="run-a"), "another").click().run()
    assert is_open(test)
    assert not is_open(field(test, "another").click().run())


def test_another_run_of_data_that_are_gone_begins_with_the_first(library):
    write_run(library / "run-a", config=TrainConfig("gone", epochs=7).settled())
    test = field(run("pages/train.py", run="run-a"), "another").click().run()
    assert not test.exception
    assert chosen(test) == chosen(run("pages/train.py"))


def test_the_back_button_wins_over_what_was_opened_before_it():
    back = state.AskedRun("run-a", chosen=True, before="run-b")
    assert back.overtakes("run-b") and not back.overtakes("run-c") and not back.overtakes("")
    # Opened from the run itself, or where the address names none that is known: this is news.
    assert not state.AskedRun("run-a", chosen=True, before="run-a").overtakes("run-b")
    assert not state.AskedRun(None, before="run-b").overtakes("run-b")


def test_a_damaged_run_is_no_run(library):
    for name, damage in (("config.json", b"{"), ("status.json", b"\xff")):
        write_run(library / "run-a")
        (library / "run-a" / name).write_bytes(damage)
        assert not run("pages/train.py", run="run-a").exception


def test_a_longer_run_is_expected_to_take_longer():
    test = run("pages/train.py")
    said = next(element.value for element in test.markdown if "on this machine" in element.value)
    test = field(test, "epochs").set_value(10_000).run()
    longer = next(element.value for element in test.markdown if "on this machine" in element.value)
    assert said != longer and longer.split(".")[1:] == said.split(".")[1:]


def test_a_busy_machine_is_told_of(monkeypatch):
    def said() -> str:
        return next(element.value for element in run("pages/train.py").markdown if "on this machine" in element.value)

    assert "busy" not in said()
    monkeypatch.setattr("os.getloadavg", lambda: (10_000.0, 0.0, 0.0))
    assert "The machine is busy now: up to 10 times as long." in said()
