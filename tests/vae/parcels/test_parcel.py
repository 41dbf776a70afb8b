"""Files that came together: which encodes and which decodes is found out from shapes, then from names."""

import io
import zipfile

import pytest

from tests.foreign import strangers
from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.parcels.parcel import sort_out


def opened(proto):
    """Return a graph that says nothing of its shapes, as some exporters write it."""
    for value in (*proto.graph.input, *proto.graph.output):
        value.type.tensor_type.ClearField("shape")
    return proto


@pytest.fixture
def came(tmp_path):
    """Write files into a folder, and sort them out."""
    folder, scratch = tmp_path / "came", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()

    def sort(**files):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.SerializeToString()
            (folder / name.replace("__", ".")).write_bytes(data)
        return sort_out(folder, scratch)

    return sort


def zipped(**files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.SerializeToString()
            archive.writestr(f"some/folder/{name.replace('__', '.')}", data)
    return held.getvalue()


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a"), ("decoder", "encoder")])
@pytest.mark.parametrize("code", [(4,), (1, 2, 2)])
def test_shapes_tell_an_encoder_from_a_decoder_whatever_they_are_called(came, names, code):
    first, second = names
    parcel = came(**{f"{first}__onnx": strangers.encoder(code=code), f"{second}__onnx": strangers.decoder(code=code)})
    assert (parcel.encoder.stem, parcel.decoder.stem, parcel.missing) == (first, second, "")


@pytest.mark.parametrize(("e", "d"), [("vae_enc", "vae_dec"), ("q", "p"), ("inference", "generator")])
def test_names_tell_them_where_shapes_do_not(came, e, d):
    parcel = came(**{f"{d}__onnx": opened(strangers.decoder()), f"{e}__onnx": opened(strangers.encoder())})
    assert (parcel.encoder.stem, parcel.decoder.stem) == (e, d)


def test_what_is_missing_is_said(came):
    parcel = came(some__onnx=strangers.encoder())
    assert parcel.roles == {"some.onnx": "encoder"} and "decoder is still missing" in parcel.missing


def test_a_decoder_alone_is_whole(came):
    parcel = came(some__onnx=strangers.decoder())
    assert parcel.roles == {"some.onnx": "decoder"} and not parcel.missing and "encoder added" in parcel.beside


def apart(proto, location):
    """Put a graph's weights into a file of their own; return both."""
    held = io.BytesIO()
    for tensor in proto.graph.initializer:
        if tensor.raw_data and tensor.data_type == 1:
            offset, data = held.tell(), tensor.raw_data
            held.write(data)
            tensor.ClearField("raw_data")
            tensor.data_location = 1
            for key, value in (("location", location), ("offset", str(offset)), ("length", str(len(data)))):
                entry = tensor.external_data.add()
                entry.key, entry.value = key, value
    return proto, held.getvalue()


def test_weights_beside_a_graph_go_with_it_under_the_name_that_it_knows(came):
    graph, weights = apart(strangers.decoder(), "my decoder.onnx.data")
    parcel = came(**{"my-decoder__onnx": graph})
    assert "add my decoder.onnx.data" in parcel.missing
    parcel = came(**{"my-decoder__onnx__data": weights, "notes__txt": b"of mine"})
    assert parcel.roles["my-decoder.onnx.data"] == "weights" and parcel.roles["notes.txt"] == "left alone"
    assert not parcel.missing and (parcel.decoder.parent / "my decoder.onnx.data").read_bytes() == weights


def test_all_weights_that_are_missing_are_named_at_once(came):
    halves = {"encoder": strangers.encoder, "decoder": strangers.decoder}
    parcel = came(**{f"{name}__onnx": apart(half(), f"{name}.onnx.data")[0] for name, half in halves.items()})
    assert "add decoder.onnx.data and encoder.onnx.data, which lie beside the graphs" in parcel.missing


def test_a_zip_of_graphs_is_unpacked_and_one_of_ours_is_not(came, tmp_path):
    parcel = came(some__zip=zipped(e__onnx=strangers.encoder(), d__onnx=strangers.decoder()))
    assert parcel.roles == {"e.onnx": "encoder", "d.onnx": "decoder"} and parcel.ours is None
    write_tiny_model(tmp_path / "mine", 2)
    assert sort_out(tmp_path / "mine", tmp_path).ours == tmp_path / "mine"


def test_no_more_of_a_zip_is_unpacked_than_a_model_has(came, tmp_path):
    many = {f"w{number}__data": b"x" for number in range(80)}
    with pytest.raises(InputError, match="more than 64 files"):
        came(many__zip=zipped(e__onnx=strangers.encoder(), **many))
    assert not list((tmp_path / "scratch").iterdir())


LINK = zipfile.ZipInfo("d.onnx")
LINK.external_attr = 0o120777 << 16


def test_a_link_in_a_zip_is_not_followed(came):
    held = io.BytesIO(zipped(e__onnx=strangers.encoder()))
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(LINK, "/etc/passwd")
    with pytest.raises(InputError, match="A link, which is not followed"):
        came(some__zip=held.getvalue())


REFUSED = {
    "a pickle": ({"model__pt": b"\x80\x02}"}, "model.pt is not opened: such a file is a Python pickle"),
    "a pickle in a zip": ({"model__zip": zipped(model__pkl=b"x")}, "model.pkl is not opened"),
    "a pickle in disguise": ({"model__onnx": b"\x80\x04}"}, "because a pickle runs whatever code is in it"),
    "no graph": ({"encoder__onnx": b"nothing of the kind"}, "encoder.onnx is no ONNX graph"),
    "an empty one": ({"encoder__onnx": b""}, "encoder.onnx is empty"),
    "another file": ({"notes__txt": b"nothing of the kind"}, "notes.txt is no ONNX graph"),
    "three": ({f"{i}__onnx": strangers.decoder() for i in range(3)}, "Those are 3 graphs"),
    "a zip beside": ({"a__zip": b"x", "b__onnx": b"x"}, "a.zip is a whole parcel by itself; bring it without b.onnx"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_model_is_refused_in_a_sentence(came, case):
    files, sentence = REFUSED[case]
    with pytest.raises(InputError, match=sentence):
        came(**files)
