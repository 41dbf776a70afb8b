"""Train's ways to begin, and settings in the address: what they fill the form in with, and what is said of others."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from tests.web.page.test_pages import chosen, field, run
from vae.config import TrainConfig
from vae.own.own_sets import add
from vae.runs.recipes import recommended
from vae.runs.shelf import find_run
from web.page.settings.address import read_settings, settings_in
from web.page.settings.presets import PRESETS, newest_own
from web.page.settings.words import problem_of

SETS = ("mnist-5k", "digits", "shapes", "beats")


pytestmark = pytest.mark.usefixtures("home")


def add_pictures(home: Path, name: str) -> None:
    np.save(home / f"{name}.npy", np.random.default_rng(0).integers(0, 256, (60, 8, 8), np.uint8))
    list(add(home / f"{name}.npy", name))


def asking(**query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / "train.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def preset(test: AppTest) -> str | None:
    return test.radio[0].value


def said(test: AppTest) -> list[str]:
    return [note.value.replace("\\", "") for note in test.info]


def test_the_page_begins_with_two_numbers_and_sixteen_are_one_press_away():
    test = run("pages/train.py")
    assert preset(test) == "two" and len(PRESETS) == 3
    test = test.radio[0].set_value("sixteen").run()
    assert not test.exception and preset(test) == "sixteen"
    assert field(test, "latent_dims").value == 16
    test = field(field(test, "name").set_value("deep").run(), "start").click().run()
    assert find_run("deep").config == replace(recommended("mnist-5k"), latent_dims=16).settled()


def test_a_browser_that_says_that_none_is_chosen_changes_nothing():
    test = field(run("pages/train.py"), "name").set_value("kept").run()
    test = test.radio[0].set_value(None).run()
    assert not test.exception and preset(test) == "two"
    assert field(test, "name").value == "kept"


def test_no_way_is_chosen_where_other_settings_stand_in_the_form():
    test = field(run("pages/train.py"), "beta").set_value(4.0).run()
    assert preset(test) is None
    assert field(test, "beta").value == 4.0
    test = test.radio[0].set_value("two").run()
    assert (preset(test), field(test, "beta").value) == ("two", 1.0)
    assert preset(field(test, "latent_dims").set_value(16).run()) == "sixteen"


def test_without_data_of_ones_own_they_are_asked_for_and_start_waits():
    test = run("pages/train.py").radio[0].set_value("own").run()
    assert not test.exception and preset(test) == "own"
    assert field(test, "start").disabled
    assert any("Add your data below" in element.value for element in test.markdown)
    adding = next(each for each in test.expander if each.label.startswith("Add your own data"))
    assert adding.proto.expanded
    test = test.radio[0].set_value("two").run()
    assert preset(test) == "two" and not field(test, "start").disabled


def test_the_newest_data_of_ones_own_are_chosen_with_what_suits_them(home):
    for name in ("older", "newer"):
        add_pictures(home, name)
    test = run("pages/train.py").radio[0].set_value("own").run()
    assert field(test, "dataset").value == "newer" and preset(test) == "own"
    assert field(test, "epochs").value == recommended("newer").epochs and not field(test, "start").disabled
    assert newest_own([]) is None


def test_an_address_fills_the_form_in_and_a_reload_does_so_again():
    asked = {"dataset": "digits", "beta": "10", "latent_dims": "16", "network": "conv", "family": "gaussian"}
    for _ in range(2):
        test = asking(**asked)
        assert not test.exception and not said(test)
        wanted = replace(recommended("digits"), beta=10, latent_dims=16, network="conv")
        assert {name: chosen(test)[name] for name in asked} == {name: getattr(wanted, name) for name in asked}
    test = field(test, "beta").set_value(3.0).run()  # the hand goes before the address
    assert field(test, "beta").value == 3.0


def test_an_address_of_settings_shows_the_form_whatever_run_was_looked_at_last(home):
    from tests.web.routes.test_runs import write_run

    write_run(home / "models" / "run-a")
    test = asking(beta="2")
    assert field(test, "beta").value == 2.0
    assert settings_in({"run": "run-a", "beta": "2"}) == {}
    assert "train.beta" not in [widget.key for widget in asking(run="run-a", beta="2").number_input]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("beta", "much", "β is a number from 0 to 1000; got 'much'."),
        ("beta", "nan", "β is a number from 0 to 1000; got 'nan'."),
        ("beta", "-1", "β is a number from 0 to 1000; got -1."),
        ("latent_dims", "2.5", "Latent size is a whole number from 1 to 512; got '2.5'."),
        ("latent_dims", "9" * 5000, "Latent size is a whole number from 1 to 512; got"),
        ("latent_dims", "513", "Latent size is a number from 1 to 512; got 513."),
        ("network", "dunno", "Network cannot be 'dunno'; there are"),
        ("likelihood", "<b>", "Likelihood cannot be '<b>'; there are"),
        ("device", "abacus", "Device cannot be 'abacus'; there are"),
        ("without", "17", "Without class cannot be '17'; there are 0, 1, 2"),
        ("sparsity", "x", "Sparsity is a number; got 'x'."),
        ("dataset", "../..", "There is no data set '../..' here, so this fills in mnist-5k."),
        ("family", "nobody", "There is no family 'nobody' here, so this fills in gaussian."),
    ],
)
def test_a_value_that_cannot_be_is_one_sentence_and_the_others_are_filled_in(name, text, words):
    config, notes = read_settings({name: text, "epochs": "7"}, SETS)
    assert len(notes) == 1 and notes[0].startswith(words)
    assert config == replace(recommended("mnist-5k"), epochs=7)
    test = asking(**{name: text, "epochs": "7"})
    assert not test.exception and field(test, "epochs").value == 7
    assert [note.startswith(words[:30]) for note in said(test)] == [True]


def test_every_setting_can_be_asked_for():
    asked = {
        "family": "conditional", "network": "conv", "latent_dims": "3", "width": "32", "depth": "2", "beta": "0.5",
        "likelihood": "gaussian", "warmup_epochs": "1.5", "epochs": "9", "batch_size": "32", "learning_rate": "0.002",
        "seed": "11", "precision": "float32", "device": "cpu", "threads": "1", "corruption": "gaussian",
        "corruption_amount": "0.25", "without": "4", "validation": "0.1", "patience": "3",
    }  # fmt: skip
    config, notes = read_settings({"dataset": "digits", **asked}, SETS)
    assert not notes
    assert read_settings({"patience": "3", "validation": "0.1"}, SETS)[1] == ()  # in whatever order
    for name, text in asked.items():
        value = getattr(config, name)
        assert (str(value) if isinstance(value, str) else value) == (text if isinstance(value, str) else float(text))
    assert read_settings({"family": "autoencoder", "sparsity": "0.5"}, SETS)[0].options == {"sparsity": 0.5}
    assert settings_in({"model": "x", "utm": "y"}) == {} and TrainConfig().dataset in SETS


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"network": "grid", "latent_dims": 20},
            "4 × 4 cells here, over which 20 latent dimensions cannot be shared out",
        ),
        ({"family": "discrete", "latent_dims": 13}, "13 latent dimensions cannot be shared out into choices"),
        (
            {"network": "grid", "family": "conditional", "latent_dims": 16},
            "the cells of the network 'grid' have no place",
        ),
        ({"network": "grid", "family": "vq", "latent_dims": 64}, ""),
    ],
)
def test_settings_that_do_not_go_together_are_told_before_a_run_starts(changes: dict, sentence: str) -> None:
    problem = problem_of("", asdict(TrainConfig()) | changes)
    assert sentence in problem and bool(sentence) == bool(problem)


def test_a_width_that_suits_one_network_is_not_kept_for_the_next():
    test = field(run("pages/train.py"), "dataset").select("vowels").run()
    assert (field(test, "width").value, field(test, "depth").value) == (12, 4)
    test = field(test, "network").select("dense").run()
    assert not test.exception
    assert (field(test, "width").value, field(test, "depth").value) == (None, None)
