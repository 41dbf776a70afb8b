"""Files that came together, sorted out: a model of ours, or which graph encodes, which decodes, and what is missing."""

import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from vae.datasets.dataset import Dataset
from vae.errors import InputError, first_line
from vae.exchange.checks import MAX_BYTES, MAX_ENTRIES, open_archive
from vae.foreign.doors import diffusers
from vae.foreign.doors.doors import halves_of
from vae.foreign.doors.halves import Halves
from vae.foreign.doors.networks import Named
from vae.foreign.graphs.preparing import plain, row_of
from vae.foreign.graphs.reading import PICKLES, Source, check_is_graph, refuse_by_name
from vae.foreign.guesses import guesses
from vae.own.archives import refused_entry

Role = Literal["encoder", "decoder", "weights", "model", "left alone"]

MOST_FILES = 64
"""In a zip of graphs: torch's exporter may write each weight of a small network into a file of its own."""

ENCODES = re.compile(r"enc|infer|recogn|(^|[^a-z])q([^a-z]|$)", re.IGNORECASE)
DECODES = re.compile(r"dec|gen|(^|[^a-z])[pg]([^a-z]|$)", re.IGNORECASE)
CODE = re.compile(r"(^|[^a-z])(z|latents?|codes?|noise)([^a-z]|$)", re.IGNORECASE)
"""What the names of files and of inputs say, where the shapes do not."""

PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Parcel:
    """What came: the two graphs' files, or `ours`, the zip file or folder of a model or run of ours.

    roles: what each file is, by its name; missing: a sentence on what would make it whole, "" where nothing has to
    come; beside: one on what might come, too; called: a name that suits it; likelihood: what its package's settings
    say of it, None where they say nothing.
    """

    roles: dict[str, Role]
    encoder: Source | None = None
    decoder: Source | None = None
    ours: Path | None = None
    missing: str = ""
    beside: str = ""
    called: str = ""
    likelihood: str | None = None


def of_halves(halves: Halves, name: str, called: str = "") -> Parcel:
    """Return the parcel of another package's model. name: of the file or folder; called: in place of its own name."""
    return Parcel(
        {name: "model"}, halves.encoder, halves.decoder, called=called or halves.name, likelihood=halves.likelihood
    )


@dataclass(frozen=True, eq=False)
class _Graph:
    path: Path
    taken: int | None
    """How many numbers a row of its input has, None where the graph does not say."""
    given: frozenset[int]
    port: str
    locations: frozenset[str]


def opened(
    source: Path, scratch: Path, data: Dataset | None = None, named: Named | None = None, likelihood: str | None = None
) -> Parcel:
    """Sort out what a file or a folder holds: a model of ours, of another package, two graphs, or weights of ours.

    named: the network that weights are of, and likelihood: theirs, where a person says so; others as `sort_out` has
    them.
    """
    if source.is_file() and (halves := halves_of(source, data, named, likelihood)) is not None:
        return of_halves(halves, source.name)
    return sort_out(source, scratch, data)


def sort_out(source: Path, scratch: Path, data: Dataset | None = None) -> Parcel:
    """Sort out the files of a folder, or of a zip file: by shapes, and where these do not say by names.

    scratch: an empty folder on the same disk, for what is unpacked; its owner removes it; data: what the model learnt,
    for packages whose networks take images of any size. Nothing is run. `InputError` where there is nothing that can be
    taken in, such as a pickle.
    """
    if not source.is_dir():
        strange = source.suffix.lower() in (".onnx", *PICKLES)
        if not source.exists():
            return Parcel({source.name: "model"}, ours=source)  # which says so
        return _sort_files([source], scratch) if strange else _sort_zip(source, scratch, data)
    if (halves := halves_of(source, data, None)) is not None:
        return of_halves(halves, source.resolve().name)
    files = sorted(path for path in source.iterdir() if path.is_file() and not path.name.startswith("."))
    if [path.suffix.lower() for path in files] == [".safetensors"]:
        halves = halves_of(files[0], data, None)
        assert halves is not None
        return of_halves(halves, files[0].name)
    if not files or {"card.json", "config.json"} & {path.name for path in files}:
        return Parcel(dict.fromkeys((path.name for path in files), "model"), ours=source)
    zips = [path for path in files if path.suffix.lower() == ".zip"]
    if zips and len(files) > 1:
        others = ", ".join(path.name for path in files if path != zips[0])
        raise InputError(f"{zips[0].name} is a whole parcel by itself; bring it without {others}.")
    if zips:
        return _sort_zip(zips[0], scratch, data)
    return replace(_sort_files(files, scratch), called=source.resolve().name)


def _sort_zip(path: Path, scratch: Path, data: Dataset | None) -> Parcel:
    with open_archive(path) as archive:
        names = {PurePosixPath(entry.filename).name for entry in archive.infolist()}
        strange = any(name.lower().endswith((".onnx", *PICKLES)) for name in names)
        strange |= not names.isdisjoint(diffusers.WEIGHTS)
        if "card.json" in names or not strange:  # what is neither is refused when it is opened as one of ours
            return Parcel({path.name: "model"}, ours=path)
        files = list(_unpacked(path, archive, scratch))
    if (halves := halves_of(scratch, data, None)) is not None:
        return of_halves(halves, path.name, path.stem)
    return replace(_sort_files(sorted(files), scratch), called=path.stem)


def _unpacked(path: Path, archive: zipfile.ZipFile, scratch: Path) -> Iterator[Path]:
    """Unpack the files of a zip side by side, whatever folders they claim to lie in."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    entries = [entry for entry in entries if "__MACOSX" not in entry.filename]
    if len(entries) > MAX_ENTRIES:
        raise InputError(f"{path.name} holds more than {MAX_ENTRIES:,} files; that is no model.")
    some = {PurePosixPath(entry.filename.replace("\\", "/")).name: entry for entry in entries}
    some = {name: entry for name, entry in some.items() if not name.startswith(".") and PLAIN.sub("-", name)}
    if len(some) > MOST_FILES or sum(entry.file_size for entry in some.values()) > MAX_BYTES:
        raise InputError(
            f"{path.name} holds more than {MOST_FILES} files or {MAX_BYTES >> 20:,} MiB; put the graphs alone into it."
        )
    for name, entry in some.items():
        if reason := refused_entry(entry):
            raise InputError(f"{path.name}/{name} is not read. {reason}")
        target = scratch / name
        try:
            with archive.open(entry) as file, target.open("wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
        except Exception as error:  # zipfile, zlib and the system raise classes of their own
            raise InputError(f"{path.name}/{name} cannot be unpacked ({first_line(error)}); pack it again.") from None
        yield target


def _sort_files(files: list[Path], scratch: Path) -> Parcel:
    graphs = [path for path in files if _may_be_graph(path)]
    if not graphs:
        for path in files:
            refuse_by_name(path)
        raise InputError(f"{_listed(files)} {'is' if len(files) == 1 else 'are'} no ONNX graph; {_WANTED}.")
    read = [_read(path) for path in graphs]
    if len(read) > 2:
        raise InputError(f"Those are {len(read)} graphs, {_listed(graphs)}; a model has two, an encoder and a decoder.")
    encoder, decoder = _sides(read)
    roles: dict[str, Role] = {path.name: "left alone" for path in files}
    for graph in read:
        roles[graph.path.name] = "encoder" if graph is encoder else "decoder"
        roles |= {path.name: "weights" for path in files if _plain(path.name) in set(map(_plain, graph.locations))}
    first, second = (None if graph is None else _beside(graph, files, scratch) for graph in (encoder, decoder))
    said = Parcel(roles, first, second)
    present = set(map(_plain, roles))
    absent = {name[:80]: None for graph in read for name in graph.locations if _plain(name) not in present}
    if absent:
        lies = "which lies beside the graph" if len(absent) == 1 else "which lie beside the graphs"
        return replace(said, missing=f"The weights are still missing: add {' and '.join(absent)}, {lies}.")
    if decoder is None:
        return replace(said, missing="The decoder is still missing: add it. It makes things of codes.")
    if encoder is None:
        return replace(said, beside="With an encoder added, things have places: a map, and what comes back of them.")
    return said


_WANTED = "bring encoder.onnx and decoder.onnx of any framework, or the zip of a model of this explorer"


def _may_be_graph(path: Path) -> bool:
    """Say whether a file is taken for a graph; a pickle or weights beside one are left alone."""
    return path.suffix.lower() == ".onnx"


def _read(path: Path) -> _Graph:
    """Read what a graph claims, without the weights that lie elsewhere."""
    import onnx

    raw = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    if not raw:
        raise InputError(f"{path.name} is empty, or larger than {MAX_BYTES >> 20:,} MiB; export it again.")
    check_is_graph(raw, path.name)
    try:
        proto: Any = onnx.load_model_from_string(raw)
    except Exception:  # protobuf raises a class of its own
        raise InputError(f"{path.name} is no ONNX graph, or a damaged one; {_WANTED}.") from None
    graph = proto.graph
    held = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in held]
    if not inputs or not graph.output:
        raise InputError(f"{path.name} takes or gives nothing; export it again.")
    taken = _size(row_of(inputs[0]))
    if taken is None and len(inputs) == 1:
        taken = _taken_by_weights(proto)
    given = frozenset(size for value in graph.output if (size := _size(row_of(value))) is not None)
    locations = frozenset(
        entry.value
        for tensor in graph.initializer
        if tensor.data_location == 1
        for entry in tensor.external_data
        if entry.key == "location"
    )
    return _Graph(path, taken, given, inputs[0].name, locations)


def _taken_by_weights(proto: Any) -> int | None:
    from types import SimpleNamespace

    return guesses.taken_size(plain(SimpleNamespace(proto=proto, name="the graph", does="decoder")))  # type: ignore[arg-type]


def _size(row: tuple[int | None, ...] | None) -> int | None:
    return None if row is None or not row or None in row else prod(row)  # type: ignore[arg-type]


def _sides(graphs: list[_Graph]) -> tuple[_Graph | None, _Graph | None]:
    """Tell the encoder from the decoder; one graph alone is one of them."""
    if len(graphs) == 1:
        (graph,) = graphs
        return (graph, None) if _leans(graph) > 0 else (None, graph)
    first, second = graphs
    if first.taken is not None and second.taken is not None and first.taken != second.taken:
        return (first, second) if first.taken > second.taken else (second, first)  # a code is smaller than a thing
    return (first, second) if _leans(first) >= _leans(second) else (second, first)


def _leans(graph: _Graph) -> float:
    """Say how much a graph looks like an encoder, above 0, or a decoder, below: by shapes first, then by names."""
    by_shape = 0.0
    if graph.taken is not None and graph.given and graph.taken not in graph.given:
        by_shape = 10.0 if graph.taken > max(graph.given) else -10.0
    name = graph.path.stem
    by_name = 2.0 * bool(ENCODES.search(name)) - 2.0 * bool(DECODES.search(name))
    return by_shape + by_name - 1.0 * bool(CODE.search(graph.port))


def _beside(graph: _Graph, files: list[Path], scratch: Path) -> Path:
    """Return the graph's file with its weights beside it, under the names by which it knows them.

    What was brought may be called a little otherwise than it was: a name that is safe anywhere has no spaces.
    """
    here = {path.name for path in files}
    if graph.locations <= here:
        return graph.path
    named = {_plain(path.name): path for path in files}
    for location in graph.locations - here:
        source = named.get(_plain(location))
        if source is not None and Path(location).name == location:
            _lay(source, scratch / location)
    for location in graph.locations & here:
        _lay(graph.path.parent / location, scratch / location)
    _lay(graph.path, scratch / graph.path.name)
    return scratch / graph.path.name


def _lay(source: Path, target: Path) -> None:
    """Let a file have a second place; a copy, where the disk has no links."""
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _plain(name: str) -> str:
    """Return a name as an upload's file has it."""
    return PLAIN.sub("-", name).lstrip(".-")


def _listed(files: list[Path]) -> str:
    names = [path.name for path in files[:3]]
    return ", ".join(names) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
