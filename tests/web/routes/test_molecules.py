"""What chemistry says of molecules, asked of a real server."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from rdkit import Chem
from rdkit.Chem import Crippen

from tests.running import Server
from tests.web.routes.test_maps import fetch, refusal

ETHANOL, BENZENE = "[C][C][O]", "[C][=C][C][=C][C][=C][Ring1][=Branch1]"


def url(server: Server, *asked: tuple[str, str]) -> str:
    return f"{server.url}/api/molecules?{urlencode(asked)}"


def told(server: Server, *asked: tuple[str, str]) -> Any:
    status, _, body = fetch(url(server, *asked))
    assert status == 200
    return json.loads(body)


def test_molecules_are_drawn_together_in_order_and_what_is_none_is_null(server: Server) -> None:
    first, none, last = told(server, ("of", ETHANOL), ("of", "[Nonsense]"), ("of", BENZENE))["molecules"]
    assert none is None
    assert (first["smiles"], first["formula"], first["rings"]) == ("CCO", "C2H6O", 0)
    assert first["logp"] == pytest.approx(Crippen.MolLogP(Chem.MolFromSmiles("CCO")), abs=0.01)
    assert len(last["atoms"]) == 6 == len(last["bonds"]) and last["rings"] == 1
    assert {order for _, _, order, _ in last["bonds"]} == {1, 2}
    assert all(label == "" for *_, label in last["atoms"])


def test_a_smiles_becomes_symbols_and_one_that_is_none_is_told(server: Server) -> None:
    assert told(server, ("smiles", "OCC"))["symbols"] == ["[C]", "[C]", "[O]"]
    for wrong, why in (("C(", "no SMILES"), ("CC.O", "several molecules"), ("C" * 1001, "at most 1,000 letters")):
        answer = told(server, ("smiles", wrong))
        assert answer.keys() == {"problem"} and why in answer["problem"]


def test_molecules_on_a_way_are_alike_to_both_ends(server: Server) -> None:
    alike = told(server, *(("between", smiles) for smiles in ("CCO", "CCN", "c1ccccc1")))["alike"]
    assert alike[0][0] == 1 == alike[-1][1] and alike[0][1] == alike[-1][0] < 1
    assert all(0 <= share <= 1 for pair in alike for share in pair)


@pytest.mark.parametrize(
    "asked",
    [[], [("of", "[C]")] * 25, [("of", "[C]" * 500)], [("between", "C")] * 25],
    ids=["none", "many", "long", "way"],
)
def test_what_asks_for_nothing_or_too_much_is_refused(server: Server, asked: list[tuple[str, str]]) -> None:
    assert refusal(url(server, *asked))[:2] == (400, "bad-request")
