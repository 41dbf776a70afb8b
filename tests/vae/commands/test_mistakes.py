"""A mistyped command line is one sentence that names the word, says what is taken there, and guesses what was meant."""

import inspect
import subprocess
import sys

import pytest

from tests.running import ROOT
from vae import __main__ as program
from vae import __version__
from vae.__main__ import COMMANDS, main

MISTAKES = {
    "": "Name a command: train, sweep, keep, evaluate, ",
    "trian": "There is no command 'trian'. Did you mean train? `python -m vae --help` lists them.",
    "zzz": "There is no command 'zzz'. `python -m vae --help` lists them.",
    "--verison": "The program has no flag '--verison'. Did you mean --version?",
    "train --epoch 3": "train has no flag --epoch. Did you mean --epochs? `python -m vae train --help` says",
    "train --learning_rat 3": "Did you mean --learning-rate?",
    "train --zzz": "train has no flag --zzz. `python -m vae train --help`",
    "train -e 3": "train has no flag -e.",
    "train --epochs three": "--epochs takes a whole number; got 'three'.",
    "train --epochs=three": "--epochs takes a whole number; got 'three'.",
    "train --epochs": "--epochs takes a whole number; got nothing.",
    "train --epochs --json": "--epochs takes a whole number; got nothing.",
    "train --latent-dims None": "--latent-dims takes a whole number; got 'None'.",
    "train --seed 3.5": "--seed takes a whole number; got '3.5'.",
    "train --beta much": "--beta takes a number; got 'much'.",
    "train --sparsity much": "--sparsity takes a number; got 'much'.",
    "train --json yes": "train takes no 'yes'.",
    "train --json=yes": "--json takes no value; got 'yes'.",
    "map": "map needs MODEL, a word.",
    "map mnist-2d --dimensions 1": "--dimensions takes 2 whole numbers; got 1.",
    "map mnist-2d --dimensions 1 b": "--dimensions takes 2 whole numbers; got 'b'.",
    "map mnist-2d --dimensions 0 1 2": "map takes no '2'.",
    "list extra": "list takes no 'extra'.",
    "rename a": "rename needs TO, a word.",
    "film run": "film needs --out, a path.",
    "add": "add needs PATH, a path.",
    "add x --side big": "--side takes a whole number; got 'big'.",
}
LIBRARY = ("<class", "NoneType", "invalid literal", "typing.", "Traceback", "{None}", "instantiated", "Unrecognized")
"""Words that only a programmer knows."""


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistyped_line_is_one_sentence(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("error: ")
    assert MISTAKES[line] in err


ODD = ["None", "-1", "nan", "", "1e99", "--", "=", "\u2028"]


@pytest.mark.parametrize("name", COMMANDS)
def test_odd_values_of_every_flag_are_told_in_our_words(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands that would run are not: what is asked is how a line is read."""
    stand_in = _standing_in(program.command(name))
    monkeypatch.setattr(program, "command", lambda asked: stand_in)
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert not stop.value.code
    text = capsys.readouterr().out
    assert not [word for word in LIBRARY if word in text]
    flags = {word.strip(",│").split("=")[0] for word in text.split() if word.startswith("--") and word[2:3].isalpha()}
    flags.discard("--help")
    assert flags or name in ("floor", "delete", "rename"), "the help names them"
    for number, flag in enumerate(sorted(flags)):
        code = main([name, "x", flag, ODD[number % len(ODD)]])
        said = "".join(capsys.readouterr())
        assert not [word for word in LIBRARY if word in said], said
        assert (code, said.count("\n")) in ((0, 0), (2, 1)), said


def _standing_in(command: object) -> object:
    """Take what a command takes, and do nothing."""

    def stand_in(*given: object, **named: object) -> int:
        return 0

    stand_in.__signature__ = inspect.signature(command)  # type: ignore[attr-defined,arg-type]
    for name in ("__annotations__", "__doc__", "__name__", "__qualname__", "__module__"):
        setattr(stand_in, name, getattr(command, name))
    return stand_in


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"latent-explorer {__version__}\n"


def test_a_bar_is_drawn_for_nobody_in_a_pipe(tmp_path_factory: pytest.TempPathFactory) -> None:
    """All that is long, with its progress in a pipe: whatever is said there is whole lines."""
    code = """
import sys
from vae.commands.runs.progress import formed, watched
from types import SimpleNamespace as One
def steps():
    for step in range(1, 4):
        yield One(step=step, steps=3, epoch=0, images_per_second=1.0, kl=[], reconstruction=1.0)
    return "trained"
assert watched(steps(), 0, False, False) == "trained"
assert len(list(formed(iter([One(iteration=i, total=3, kl_divergence=None) for i in range(4)]), False))) == 4
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
