"""The Train page for every family of models: what can be chosen, what is kept, what is explained."""

import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.web.page.test_pages import chosen, field, run
from tests.web.routes.test_runs import write_run
from vae.config import TrainConfig, entries, own_settings
from vae.families import FAMILIES, family
from vae.kinds.images import IMAGES
from vae.likelihoods import LIKELIHOODS
from vae.objectives import OBJECTIVES
from vae.options import sentences, settled
from vae.own.own_sets import add
from vae.runs.recipes import recommended
from vae.runs.shelf import find_run

UNBOUND = [name for name, known in FAMILIES.items() if "bound" not in known.can]
TOLD = [name for name, known in FAMILIES.items() if "condition" in known.can]


def own_of(name: str, aim: str | None = None) -> dict[str, float]:
    """Return the settings that a family and its objective, or its usual one, have of their own, at their defaults."""
    return settled(entries(name, aim), {})


OWN = [(name, setting) for name, known in FAMILIES.items() for setting in known.settled({})]


pytestmark = pytest.mark.usefixtures("home")


def of_family(name: str) -> AppTest:
    """Return the form with a family chosen."""
    return field(run("pages/train.py"), "family").select(name).run()


def started(test: AppTest, name: str) -> TrainConfig:
    """Press Start under this name, and return the settings that reach the run."""
    test = field(field(test, "name").set_value(name).run(), "start").click().run()
    assert not test.exception
    return find_run(name).config


def own_fields(test: AppTest) -> set[str]:
    """Name the settings of a family's and an objective's own that the form shows."""
    return {key.rpartition(".own.")[2] for widget in test.number_input if ".own." in (key := widget.key or "")}


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_says_what_it_is_and_shows_its_own_settings_alone(name):
    test = of_family(name)
    assert not test.exception and not test.warning
    said = [caption.value for caption in test.caption if FAMILIES[name].sentence in caption.value]
    assert len(said) == 1 and f"**{FAMILIES[name].title}.**" in said[0]
    assert not any(other.sentence in said[0] for other in FAMILIES.values() if other is not FAMILIES[name])
    assert own_fields(test) == own_of(name).keys()


@pytest.mark.parametrize("name", [name for name in IMAGES.likelihoods if name != "bernoulli"])
def test_each_likelihood_says_what_it_is_and_its_settings_reach_the_run(name):
    test = field(run("pages/train.py"), "likelihood").select(name).run()
    assert not test.exception and not test.warning
    assert f"**{LIKELIHOODS[name].title}.** {LIKELIHOODS[name].sentence}" in [each.value for each in test.caption]
    own = LIKELIHOODS[name].settled({})
    assert own_fields(test) == own_of("gaussian").keys() | own.keys()
    for setting, default in own.items():
        test = field(test, f"own.{setting}").set_value(default + 1).run()
    config = started(test, "mine")
    assert config.likelihood == name and own.keys() <= config.options.keys()
    assert all(config.options[setting] == default + 1 for setting, default in own.items())


def test_a_generator_is_offered_the_likelihoods_that_it_can_have():
    test = field(run("pages/train.py"), "likelihood").select("categorical").run()
    test = field(test, "family").select("gan").run()
    assert not test.exception and not field(test, "start").disabled
    assert set(field(test, "likelihood").options) == {LIKELIHOODS[name].title for name in ("bernoulli", "gaussian")}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_run_of_each_family_is_started_with_what_suits_the_data(name):
    test = field(of_family(name), "dataset").select("digits").run()
    assert started(test, "mine") == replace(recommended("digits"), family=name).settled()


@pytest.mark.parametrize("name", UNBOUND)
def test_a_weight_on_the_kl_is_off_where_there_is_none_and_waits_for_a_family_that_has_it(name):
    test = field(run("pages/train.py"), "beta").set_value(4.0).run()
    test = field(test, "warmup_epochs").set_value(2.5).run()
    test = field(test, "family").select(name).run()
    for setting, value in (("beta", 4.0), ("warmup_epochs", 2.5)):
        assert field(test, setting).disabled and field(test, setting).value == value
    assert not test.warning and not field(test, "start").disabled
    assert (config := started(test, "without")).beta == 1 and config.warmup_epochs == 0
    test = field(run("pages/train.py"), "beta").set_value(4.0).run()
    test = field(test, "warmup_epochs").set_value(2.5).run()
    for choice in (name, "gaussian"):
        test = field(test, "family").select(choice).run()
    for setting, value in (("beta", 4.0), ("warmup_epochs", 2.5)):
        assert not field(test, setting).disabled and field(test, setting).value == value
    assert (config := started(test, "with")).beta == 4 and config.warmup_epochs == 2.5


@pytest.mark.parametrize(("name", "setting"), OWN)
def test_a_setting_of_its_own_has_its_sentence_reaches_the_run_and_is_kept_by_train_another(name, setting):
    test = of_family(name)
    default, sentence = own_settings()[setting]
    low, high = FAMILIES[name].bounds[setting]
    box = field(test, f"own.{setting}")
    assert (box.value, box.help) == (default, sentence)
    wanted = type(default)((low + high) / 2)
    test = field(test, f"own.{setting}").set_value(wanted).run()
    assert started(test, "mine").options == {**own_of(name), setting: wanted}
    test = field(run("pages/train.py", run="mine"), "another").click().run()
    assert chosen(test)["family"] == name and field(test, f"own.{setting}").value == wanted
    assert started(test, "again") == find_run("mine").config
    # Another family and back: it is still there.
    test = field(run("pages/train.py", run="mine"), "another").click().run()
    for choice in ("gaussian", name):
        test = field(test, "family").select(choice).run()
    assert field(test, f"own.{setting}").value == wanted


@pytest.mark.parametrize(("name", "setting"), OWN)
def test_a_setting_of_its_own_beyond_its_bounds_is_told_of_and_start_waits(name, setting):
    beyond = FAMILIES[name].bounds[setting][1] + 1
    test = field(of_family(name), f"own.{setting}").set_value(beyond).run()
    assert not test.exception and field(test, "start").disabled
    (said,) = [warning.value.replace("\\", "") for warning in test.warning]
    assert re.match(f"{setting} must be (a whole number )?from ", said) and f"{beyond:g}" in said


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_trained_for_one_of_its_objectives_with_the_settings_of_that_one(name):
    test = of_family(name)
    offered = FAMILIES[name].objectives
    assert field(test, "objective").options == [OBJECTIVES[each].title for each in offered]
    assert field(test, "objective").disabled == (len(offered) == 1)
    if len(offered) > 1:
        test = field(test, "objective").select(offered[-1]).run()
    assert not test.exception and not test.warning
    assert own_fields(test) == own_of(name, offered[-1]).keys()
    assert started(test, "mine").settled().objective == offered[-1]


def test_another_familys_objective_does_not_stay():
    test = field(of_family("gaussian"), "objective").select("iwae").run()
    test = field(test, "family").select("autoencoder").run()
    assert not test.exception and not test.warning
    assert field(test, "objective").value == "elbo"


def test_what_suits_other_data_leaves_the_family_as_it_was_chosen():
    for name in FAMILIES:
        test = field(of_family(name), "dataset").select("digits").run()
        assert field(test, "family").value == name
        assert field(test, "latent_dims").value == recommended("digits").latent_dims


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("data", ["frey", "mine"])
def test_a_family_that_is_told_the_class_says_calmly_that_there_is_none_and_start_is_off(home, name, data):
    if data == "mine":  # a set of one's own, without classes
        pictures = np.random.default_rng(0).integers(0, 256, (60, 8, 8), np.uint8)
        np.save(home / "pictures.npy", pictures)
        list(add(home / "pictures.npy", "mine"))
    test = field(run("pages/train.py"), "dataset").select(data).run()
    test = field(test, "family").select(name).run()
    assert not test.exception and field(test, "start").disabled
    (said,) = [warning.value.replace("\\", "") for warning in test.warning]
    assert said == (
        f"{FAMILIES[name].title} is told the class of each thing, and these data have none; choose another family."
    )
    test = field(test, "family").select("gaussian").run()
    assert not test.warning and field(test, "start").disabled == (data == "frey")  # whose files are not here


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_explained_is_of_the_family_of_the_run_that_is_shown(home, name):
    can = family(name).can
    write_run(home / "models" / "run-a", config=TrainConfig("digits", family=name).settled())
    said = next(
        element.value
        for element in run("pages/train.py", run="run-a").markdown
        if ">Training</button>" in element.value
    )
    assert any(word in said for word in ("ELBO", "KL", "β")) == ("bound" in can)
    assert ("told the class" in said) == ("condition" in can)
    assert ("Nobody tells the model the classes" in said) == ("encode" in can and "condition" not in can)
    assert all(sentence in said for sentence in sentences(family(name).settings).values())
    assert "{" not in said


def test_the_explanation_follows_the_form_where_no_run_is_shown():
    for name in FAMILIES:
        said = next(element.value for element in of_family(name).markdown if ">Training</button>" in element.value)
        assert ("KL" in said) == ("bound" in family(name).can)
