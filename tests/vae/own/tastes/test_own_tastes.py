"""A person's own tables of tastes: what is read, what is left out and told, and what is no such table."""

from pathlib import Path

import numpy as np
import pytest

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.own.making import Making
from vae.own.readers import inspect, reader_of
from vae.own.tastes.files import open_tastes
from vae.own.tastes.one import read_taste

ITEM = Item("tastes", (4, 1), {"items": ["Ants (1990)", "Bees, and more (1991)", "Cats (1992)", "Dogs (1993)"]})


def written(folder: Path, text: str, name: str = "likes.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_a_row_a_like_becomes_a_taste_a_person(tmp_path: Path) -> None:
    pairs = [(user, item) for user in "abcd" for item in "vwxyz" if (user, item) != ("a", "v")]
    path = written(tmp_path, "User,Item\n" + "".join(f"{user},{item}\n" for user, item in pairs))
    own = open_tastes(path, Making())
    assert own.titles == list("vwxyz")
    assert own.things.shape == (4, 5, 1)
    np.testing.assert_array_equal(own.things[0, :, 0], [0, 1, 1, 1, 1])
    assert own.things[1:].all()
    assert inspect(path).things == "tastes"  # its heading says so


def test_four_stars_are_a_like_and_what_is_off_the_scale_is_left_out_by_its_row(tmp_path: Path) -> None:
    rows = [f"{user},{item},5" for user in "abcd" for item in "vwxyz"]
    text = "\n".join(["userId,movieId,rating", *rows, "a,q,3.5", "b,v,7", "c,w,many", "e,v,1", ",v,5"])
    own = open_tastes(written(tmp_path, text), Making())
    assert own.titles == list("vwxyz") and len(own) == 4
    told = {one.name: one.reason for one in own.left_out.shown}
    assert told["row 23"] == "its rating 7 is none from 0 to 5"
    assert told["row 24"] == "its rating many is none from 0 to 5"
    assert told["e"] == "likes none of the items"
    assert "names no user" in told["row 26"]


def test_a_column_an_item_is_read_too(tmp_path: Path) -> None:
    text = "user,v,w,x,y\n" + "".join(f"{user},1,0,{user % 2},1\n" for user in range(5)) + "9,1,1\n9,0,1,1,1\n"
    own = open_tastes(written(tmp_path, text), Making())
    assert own.titles == ["v", "w", "x", "y"] and len(own) == 6
    np.testing.assert_array_equal(own.things[1, :, 0], [1, 0, 1, 1])
    assert own.left_out.shown[0].name == "row 7"


def test_a_set_is_made_of_it(tmp_path: Path) -> None:
    text = "user,title\n" + "".join(f'{user},"Film, {item}"\n' for user in range(20) for item in range(user % 5 + 4))
    path = written(tmp_path, text)
    (tmp_path / "made").mkdir()
    *_, made = _run(reader_of(path, Making()).make(path, Making(), tmp_path / "made"))
    assert made.item.kind == "tastes" and made.item.meaning["items"][0] == "Film, 0"
    assert sum(made.sizes) == 20
    things = np.load(tmp_path / "made" / "train" / "things.npy")
    np.testing.assert_allclose(made.item.meaning["usual"], things[..., 0].mean(0), rtol=1e-3)


def _run(steps):
    while True:
        try:
            yield next(steps)
        except StopIteration as end:
            yield end.value
            return


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is no table of tastes; choose a .csv"),
        ("\n\n", "is empty; a row for each like"),
        ("1,2,3\n4,5,6\n", "has no heading that says what its columns are; begin it with user,item"),
        ("user,item,rating\na,v,50\nb,w,70\n", "Nothing in likes.csv is liked .*row 2.*bring them to that scale"),
        ("user,item\na,v\nb,v\n", "A taste is of at least 4 items; 1 in likes.csv"),
        ("user,item\na,v\na,w\na,x\na,y\n", "needs at least 4 tastes; 1 of these"),
        ("user,item\na,v\0\n", "is no text; bring a .csv"),
    ],
)
def test_what_is_no_table_of_tastes_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        open_tastes(written(tmp_path, text), Making())


def test_another_kinds_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    with pytest.raises(InputError, match=r"image\.png is no table of tastes"):
        open_tastes(tmp_path / "image.png", Making())


@pytest.mark.parametrize(
    ("text", "liked", "note"),
    [
        ("Ants\nCATS (1992)\n", [0, 2], ""),
        ("2\n4\n", [1, 3], ""),
        ("Bees, and more\n", [1], ""),
        ("item,rating\nAnts,5\nCats,2\nDogs,9\n", [0], "Left out: row 3, 2 stars are no like: 4 are, and 1 more rows."),
        ("Ants\nWolves\n", [0], "Left out: row 2, 'Wolves' is none of its items."),
    ],
)
def test_one_persons_likes_are_found_by_title_or_number(text: str, liked: list[int], note: str) -> None:
    one = read_taste(text.encode(), ITEM)
    assert np.flatnonzero(one.values[:, 0]).tolist() == liked
    assert one.note == note


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The list is empty"),
        ("Wolves\n", "Nothing in the list is liked that the model knows .row 1, 'Wolves'"),
        ("user,item\na,Ants\nb,Cats\n", "of several people; bring the rows of one"),
        ("\x89PNG\0", "no text; bring a .csv"),
    ],
)
def test_what_is_no_list_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_taste(text.encode("latin-1"), ITEM)
