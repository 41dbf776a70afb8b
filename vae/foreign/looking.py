"""What two graphs take and give, settled in this order: by what is said, by shapes, by operators, by running them.

Where running decides, each alternative is fed to the encoder, decoded and compared with the things themselves: of the
wrong layout, range or output nothing like them comes back.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.foreign import guesses
from vae.foreign.findings import Decoding, Encoding, Finding, Findings, How, Layout, Option, Port, Said, Scale
from vae.foreign.guesses import Input, ours, theirs
from vae.foreign.ports import halves, picked, port_name
from vae.foreign.preparing import only_input, plain, row_of
from vae.foreign.reading import Raw, Source, read
from vae.foreign.spreads import settle_spread
from vae.foreign.trying import Trial
from vae.kinds.kind import Item, Kind
from vae.kinds.kinds import image, kind_of
from vae.library.cards import MAX_LATENT_DIMS

TRIED = 256
"""Test things that alternatives are compared on; of large ones fewer."""

TRIED_NUMBERS = 1 << 20
SHOWN = 8
"""Things that are shown beside what the model makes of them."""

CLEAR = 1.05
"""How many times as wrong the next alternative must be, for the best one to be believed."""

RANGE, LAYOUT, LOGITS = "--range LOW HIGH", "--layout NCHW|NHWC|flat", "--logits"
ERROR = "root mean square error"


def look(encoder: Source | None, decoder: Source, data: Dataset | None = None, said: Said | None = None) -> Findings:
    """Find out what two graphs take and give: by what is said, by their shapes, and by running them on test things.

    encoder: None for a decoder alone; data: what the model was trained on, None where it is not at hand. Raises
    `InputError` where they are no graphs, do not fit each other or the data, or are not safe to run.
    """
    raws = (None if encoder is None else read(encoder, "encoder"), read(decoder, "decoder"))
    if raws[0] is not None and raws[0].sha256 == raws[1].sha256:
        raise InputError(
            f"{raws[0].name} and {raws[1].name} are the same graph; give the encoder's and the decoder's, or a decoder "
            "alone."
        )
    return _Look(*raws, data, said or Said()).found()


@dataclass(frozen=True, eq=False)
class _Way:
    """One alternative of all that is open at once, and how far from the things it comes back."""

    layout: Layout | None
    scale: Scale | None
    mean: Port | None
    out: Port
    out_layout: Layout
    out_scale: Scale
    error: float | None = None


@dataclass(eq=False)
class _Look:
    """One look at two graphs."""

    raw_encoder: Raw | None
    raw_decoder: Raw
    data: Dataset | None
    said: Said
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def found(self) -> Findings:
        encoder_row, decoder_row = self._claimed()
        self.item = self._item(encoder_row, decoder_row)
        self.kind: Kind = kind_of(self.item)
        self.shape: Input = self.kind.input(self.item.shape)
        self._refuse_swapped(encoder_row, decoder_row)
        self.x = self._things()
        self.encoders = self._open_encoders(encoder_row)
        self.decoder = self._open_decoder(decoder_row)
        self.dims = math.prod(self.decoder.row)
        if not 1 <= self.dims <= MAX_LATENT_DIMS:
            raise InputError(
                f"{self.raw_decoder.name} takes codes of {self.dims:,} numbers; at most {MAX_LATENT_DIMS} are explored."
            )
        ways = self._ways()
        best = ways[0]
        self._say(best, ways)
        encoding = self._encoding(best)
        originals, pictures = self._pictures(best)
        return Findings(
            self.item,
            self.dims,
            encoding,
            Decoding(self.decoder.row, best.out, best.out_layout, best.out_scale),
            tuple(self.findings),
            self.said,
            originals,
            pictures,
            best.error,
            tuple(self.notes),
            self._origin(),
            (None if self.raw_encoder is None else self._trial(best).proto, self.decoder.proto),
        )

    # What the graphs claim

    def _claimed(self) -> tuple[guesses.Row | None, guesses.Row | None]:
        """Return the rows that the two inputs claim to take."""
        of = [
            None if raw is None else row_of(only_input(plain(raw), raw)) for raw in (self.raw_encoder, self.raw_decoder)
        ]
        return of[0], of[1]

    def _refuse_swapped(self, encoder_row: guesses.Row | None, decoder_row: guesses.Row | None) -> None:
        size = math.prod(self.shape)
        known = [None if row is None or None in row else math.prod(row) for row in (encoder_row, decoder_row)]  # type: ignore[arg-type]
        if self.raw_encoder is not None and known[1] == size and known[0] not in (size, None):
            raise InputError(
                f"{self.raw_encoder.name} takes {known[0]} numbers and {self.raw_decoder.name} takes {known[1]}, as "
                f"many as {self._a_thing()} has: encoder and decoder look swapped; give them the other way round."
            )

    def _a_thing(self) -> str:
        of = "" if self.data is None else f" of {self.data.name}"
        return f"{'an' if self.kind.noun[0] in 'aeiou' else 'a'} {self.kind.noun}{of}"

    def _item(self, encoder_row: guesses.Row | None, decoder_row: guesses.Row | None) -> Item:
        """Return what one thing is: of the data, or where there are none by the shapes of the graphs."""
        if self.data is not None:
            return self.data.item
        rows = [encoder_row, row_of(self.raw_decoder.proto.graph.output[0])]
        for row in rows:
            if row and None not in row and (item := self._item_of(tuple(map(int, row)))) is not None:  # type: ignore[arg-type]
                self._note("thing", str(list(item.shape)), "by shape", flag="--dataset NAME")
                return item
        raise InputError(
            f"What a thing is cannot be told from the shapes in {self.raw_decoder.name}; say with --dataset NAME what "
            "the model was trained on."
        )

    def _item_of(self, row: tuple[int, ...]) -> Item | None:
        if len(row) == 3:
            inner = self.said.layout == "NHWC" or (self.said.layout is None and row[0] not in (1, 3))
            shape = row if inner else (row[1], row[2], row[0])
            return Item("image", shape) if shape[2] in (1, 3) else None
        if len(row) == 2:
            if row[0] == row[1] or min(row) > 8:
                return image((1, *row))
            return Item("series", (max(row), min(row)))
        if len(row) == 1 and (shape_ := guesses.square(row[0])) is not None:
            return image(shape_)
        return Item("series", (row[0], 1)) if len(row) == 1 and row[0] >= 4 else None

    def _things(self) -> np.ndarray | None:
        """Return some test things as our networks take them, float32 [n, C, H, W]."""
        if self.data is None:
            return None
        most = max(SHOWN, min(TRIED, TRIED_NUMBERS // math.prod(self.shape)))
        return self.kind.feed(self.data.test.images[:most])

    # Opening

    def _open_encoders(self, row: guesses.Row | None) -> list[tuple[Layout, Trial]]:
        """Open the encoder with each layout that it may take."""
        if self.raw_encoder is None:
            return []
        every = guesses.layouts(self.kind, self.shape)
        fits = guesses.fitting(every, row)
        some = [layout for layout in fits if self.said.layout in (None, layout.name)]
        if not some:
            taken = ["n", *("?" if size is None else size for size in row or ())]
            if fits:
                raise InputError(
                    f"{self.raw_encoder.name} takes {_shown(taken)}, which is {fits[0].name} and not "
                    f"{self.said.layout}; leave --layout out, or export it again."
                )
            raise InputError(
                f"{self.raw_encoder.name} takes {_shown(taken)}, which is no layout of {self._a_thing()}, [C, H, W] = "
                f"{list(self.shape)}; choose the --dataset that it was trained on, or export it for such things."
            )
        opened, refused = [], []
        by_row: dict[tuple[int, ...], Trial] = {}
        for layout in some:
            try:
                by_row[layout.row] = by_row.get(layout.row) or Trial(self.raw_encoder, layout.row)
                opened.append((layout, by_row[layout.row]))
            except InputError as error:
                refused.append(error)
        if not opened:
            raise refused[0]
        return opened

    def _open_decoder(self, row: guesses.Row | None) -> Trial:
        """Open the decoder with the shape of codes that it claims to take, or that its weights or the encoder have."""
        if row is not None and None not in row:
            return Trial(self.raw_decoder, tuple(map(int, row)))  # type: ignore[arg-type]
        sizes = []
        if (taken := guesses.taken_size(plain(self.raw_decoder))) is not None:
            sizes.append((taken,))
        for _, trial in self.encoders:
            made = trial.run(trial.example(2))
            sizes += sorted({array.shape[1:] for array in made.values()}, key=math.prod)
        for shape in dict.fromkeys(sizes):
            if guesses.fitting([Layout("", (0, 1, 2), shape)], row):
                try:
                    return Trial(self.raw_decoder, shape)
                except InputError:
                    continue
        raise InputError(
            f"How many numbers a code of {self.raw_decoder.name} has is not in it; export it with only its first axis "
            "free."
        )

    def _trial(self, way: _Way) -> Trial:
        return next(trial for layout, trial in self.encoders if layout is way.layout)

    # What is open

    def _out_ports(self) -> list[tuple[Port, list[Layout]]]:
        """Return the decoder's outputs that may be things, each with the layouts that it may have."""
        z = np.random.default_rng(0).standard_normal((2, *self.decoder.row)).astype(np.float32)
        made = self.decoder.run(z)
        every = guesses.layouts(self.kind, self.shape)
        fits = [(Port(name), guesses.fitting(every, array.shape[1:])) for name, array in made.items()]
        found = []
        for port, some in fits:
            kept = [layout for layout in some if self.said.layout in (None, layout.name)] or some
            if kept:
                found.append((port, kept))
        if not found:
            shapes = ", ".join(_shown(["n", *array.shape[1:]]) for array in made.values())
            raise InputError(
                f"{self.raw_decoder.name} gives {shapes}, which is no layout of {self._a_thing()}, [C, H, W] = "
                f"{list(self.shape)}; choose the --dataset that it was trained on, or give the decoder alone that "
                "makes things."
            )
        if not all(np.isfinite(made[port.name]).all() for port, _ in found):
            raise InputError(
                f"{self.raw_decoder.name} gives numbers that are not finite (NaN or infinity) for codes near 0; train "
                "it with a smaller learning rate, or export it again."
            )
        return found

    def _mean_ports(self, made: dict[str, np.ndarray], trial: Trial) -> list[Port]:
        """Return what of an encoder's outputs may be the mean: of a code's size, or a half of one of twice that."""
        whole = [Port(name) for name, array in made.items() if math.prod(array.shape[1:]) == self.dims]
        sure = [port for port in whole if port.name not in trial.noisy] or whole
        if not sure:
            sure = [half for name, array in made.items() for half in halves(name, array.shape[1:], self.dims)]
        assert self.raw_encoder is not None
        if not sure:
            sizes = " and ".join(sorted({str(math.prod(array.shape[1:])) for array in made.values()}))
            raise InputError(
                f"{self.raw_encoder.name} gives {sizes} numbers, but {self.raw_decoder.name} takes codes of "
                f"{self.dims}; give two halves of one model."
            )
        meant = [port for port in sure if guesses.hint(port.name) == "mean"]
        return meant or [port for port in sure if guesses.hint(port.name) is None] or sure

    def _in_scales(self, trial: Trial) -> list[Scale]:
        every = guesses.scales(self.kind, self.x, self.shape[0])
        if self.said.range is not None:
            return [self._said_scale()]
        if trial.is_whole:
            return [scale for scale in every if scale.name == guesses.BYTES] or every[:1]
        return every

    def _said_scale(self) -> Scale:
        assert self.said.range is not None
        low, high = self.said.range
        return guesses.affine(f"{low:g} to {high:g}", low, high, self.shape[0])

    def _out_scales(self, port: Port) -> list[Scale]:
        logits = guesses.logits(self.shape[0])
        if self.said.logits:
            return [logits]
        if self.said.range is not None:
            return [self._said_scale()]
        every = guesses.scales(self.kind, self.x, self.shape[0])
        bound = guesses.bounded_by(self.decoder.proto, port.name) if self.kind.bounds is not None else None
        if bound is not None:
            return [scale for scale in every if scale.name == bound]
        return [*every, logits] if self.kind.bounds is not None else every

    # Running

    def _ways(self) -> list[_Way]:
        """Return all alternatives, the best first; those that are as good as each other in the order of usage."""
        outs = self._out_ports()
        ways: list[_Way] = []
        if not self.encoders:
            return sorted(self._ways_alone(outs), key=lambda way: way.error or 0.0)
        for layout, trial in self.encoders:
            for scale in self._in_scales(trial):
                ways += self._ways_of(layout, trial, scale, outs)
        if self.x is None:
            return self._ways_blind(ways)
        if not any(way.error is not None and np.isfinite(way.error) for way in ways):
            raise InputError(
                f"What {self.raw_decoder.name} makes of the codes of {self._a_thing()} is not finite (NaN or "
                "infinity); train it with a smaller learning rate, or export it again."
            )
        return _by_error(ways)

    def _ways_of(self, layout: Layout, trial: Trial, scale: Scale, outs: list[tuple[Port, list[Layout]]]) -> list[_Way]:
        blind = self.x is None
        made = trial.run(trial.example(2) if self.x is None else guesses.laid(layout, theirs(scale, self.x)))
        ways = []
        for mean in _at_rest(self._mean_ports(made, trial), made, trial):
            codes = picked(mean, made)
            if not np.isfinite(codes).all():
                if blind:
                    raise InputError(f"{trial.raw.name} gives codes that are not finite (NaN or infinity).")
                continue
            decoded = {} if blind else self.decoder.run(codes.reshape(-1, *self.decoder.row))
            for port, some in outs:
                for out_layout in some:
                    rows = None if blind else guesses.unlaid(out_layout, decoded[port.name], self.shape)
                    for out_scale in self._out_scales(port):
                        error = None if rows is None else self._error(ours(out_scale, rows, self.kind.bounds))
                        ways.append(_Way(layout, scale, mean, port, out_layout, out_scale, error))
        return ways

    def _error(self, expected: np.ndarray) -> float:
        assert self.x is not None
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.sqrt(np.square(expected - self.x, dtype=np.float64).mean()))

    def _drawn(self, port: Port) -> np.ndarray:
        """Return what the decoder makes of 64 draws from N(0, I), as it gives it."""
        z = np.random.default_rng(0).standard_normal((64, *self.decoder.row)).astype(np.float32)
        return self.decoder.run(z)[port.name]

    def _ways_alone(self, outs: list[tuple[Port, list[Layout]]]) -> list[_Way]:
        """Return the alternatives of a decoder alone, by where its numbers lie."""
        ways = []
        for port, some in outs:
            drawn = self._drawn(port)
            for out_scale in self._by_values(self._out_scales(port), drawn):
                ways += [_Way(None, None, None, port, layout, out_scale) for layout in some]
        return ways

    def _ways_blind(self, ways: list[_Way]) -> list[_Way]:
        """Order the alternatives where there are no things to run them on, by where the decoder's numbers lie."""
        ordered = []
        for port in dict.fromkeys(way.out for way in ways):
            likely = self._by_values(self._out_scales(port), self._drawn(port))[0]
            mine = [way for way in ways if way.out is port and way.out_scale.name == likely.name]
            like_in = guesses.UNIT if likely.logits else likely.name
            ordered += sorted(mine, key=lambda way: way.scale is None or way.scale.name != like_in)
        return ordered

    def _by_values(self, some: list[Scale], drawn: np.ndarray) -> list[Scale]:
        """Order scales by whether the decoder's numbers lie as they should in them; refuse where that says nothing."""
        if len(some) == 1 or self.kind.bounds is None:
            return some
        low, high = float(np.quantile(drawn, 0.001)), float(np.quantile(drawn, 0.999))
        likely = None
        if low >= -0.25 and high <= 1.25:
            likely = guesses.UNIT
        elif -1.3 <= low < -0.3 and high <= 1.3:
            likely = guesses.BOTH
        elif low > -30 and 60 < high < 300:
            likely = guesses.BYTES
        if likely is None:
            raise InputError(
                f"{self.raw_decoder.name} gives numbers from {low:.3g} to {high:.3g}; say with --logits that they are "
                "logits, or with --range LOW HIGH what black and white are."
            )
        return sorted(some, key=lambda scale: scale.name != likely)

    # What is said of it

    def _note(
        self, what: str, value: str, how: How, ways: list[tuple[str, float | None]] | None = None, flag: str = ""
    ) -> None:
        options = tuple(Option(*way) for way in ways or [(value, None)])
        tried = [option.figure for option in options if option.figure is not None]
        sure = how != "taken for granted" and not (
            len(tried) > 1 and how == "by running" and tried[1] < CLEAR * tried[0]
        )
        self.findings.append(Finding(what, value, how, options, ERROR if tried else "", flag, sure))

    def _say(self, best: _Way, ways: list[_Way]) -> None:
        """Write down what was settled, and by what."""
        raw = [("decoder", self.raw_decoder)] if self.raw_encoder is None else []
        if self.raw_encoder is not None:
            raw = [("encoder", self.raw_encoder), ("decoder", self.raw_decoder)]
        for does, each in raw:
            self._note(does, f"{each.name}, written by {each.producer}, opset {each.opset}", "by shape")
        self._note("code", f"{self.dims} numbers" + _as_row(self.decoder.row), "by shape")
        if best.layout is not None:
            self._say_one("layout of the input", best, ways, lambda way: guesses.named(way.layout, self.kind), LAYOUT)
            self._say_one("range of the input", best, ways, lambda way: way.scale.name, RANGE)
            self._say_one("mean", best, ways, lambda way: port_name(way.mean), "")
        if len({way.out.name for way in ways}) > 1:
            self._say_one("thing", best, ways, lambda way: way.out.name, "")
        self._say_one("layout of the output", best, ways, lambda way: guesses.named(way.out_layout, self.kind), LAYOUT)
        self._say_one("range of the output", best, ways, lambda way: way.out_scale.name, f"{RANGE} or {LOGITS}")
        if best.error is not None and self.x is not None:
            mean = self._error(np.broadcast_to(self.x.mean(0), self.x.shape))
            self._note("reconstruction", f"{ERROR} {best.error:.4f}", "by running")
            if best.error > mean:
                self.notes.append(
                    f"What comes back is no nearer to the things than their mean is ({best.error:.3f} to {mean:.3f}): "
                    "is this the data that the model was trained on?"
                )

    def _say_one(self, what: str, best: _Way, ways: list[_Way], name: Any, flag: str) -> None:
        value, said = name(best), self._is_said(what)
        others: dict[str, float | None] = {}
        for way in ways:
            others.setdefault(name(way), way.error)
        if said:
            self._note(what, value, "said")
        elif len(others) == 1:
            self._note(what, value, self._how_alone(what, best), flag=flag)
        elif best.error is None:
            by: How = "by running" if what == "range of the output" else "taken for granted"
            self._note(what, value, by, [(each, None) for each in others], flag)
        else:
            self._note(what, value, "by running", sorted(others.items(), key=lambda item: item[0] != value), flag)

    def _is_said(self, what: str) -> bool:
        if what.startswith("layout"):
            return self.said.layout is not None
        return what.startswith("range") and (
            self.said.range is not None or (self.said.logits and what.endswith("output"))
        )

    def _how_alone(self, what: str, best: _Way) -> How:
        if what == "range of the output" and guesses.bounded_by(self.decoder.proto, best.out.name):
            return "by its operators"
        if what == "mean" and guesses.hint(port_name(best.mean)) == "mean":
            return "by name"
        if what == "mean" and self._trial(best).noisy:
            return "by running"
        return "by shape"

    # What the encoder says beside the mean

    def _encoding(self, best: _Way) -> Encoding | None:
        if best.layout is None or best.scale is None or best.mean is None:
            return None
        trial = self._trial(best)
        rows = trial.example(64) if self.x is None else guesses.laid(best.layout, theirs(best.scale, self.x))
        if left := (*trial.left_out,):
            self.notes.append(f"Left out: {', '.join(left)}, of operators that are not run here, and not needed.")
        settled = settle_spread(trial, rows, best.mean, self.dims, self._expect_of(best), self.said, self.x is None)
        if settled.finding is not None:
            self.findings.append(settled.finding)
        self.notes += settled.notes
        return Encoding(best.layout, best.scale, settled.mean, settled.spread, settled.form)

    def _expect_of(self, best: _Way) -> Any:
        """Return a function from codes [n, d] to expected things [n, C, H, W], in our units."""

        def expect(codes: np.ndarray) -> np.ndarray:
            rows = self.decoder.run(codes.reshape(-1, *self.decoder.row))[best.out.name]
            return ours(best.out_scale, guesses.unlaid(best.out_layout, rows, self.shape), self.kind.bounds)

        return expect

    def _pictures(self, best: _Way) -> tuple[np.ndarray, np.ndarray]:
        """Return a few things of the data, and what the model makes of them; of a decoder alone what it draws."""
        expect = self._expect_of(best)
        nothing = np.empty((0, *self.item.shape), self.kind.kept)
        if best.layout is None or best.scale is None or best.mean is None or self.x is None:
            z = np.random.default_rng(0).standard_normal((SHOWN, self.dims)).astype(np.float32)
            return nothing, self.kind.show(expect(z))
        some = self.x[:SHOWN]
        made = self._trial(best).run(guesses.laid(best.layout, theirs(best.scale, some)))
        return self.kind.show(some), self.kind.show(expect(picked(best.mean, made)))

    def _origin(self) -> dict[str, Any]:
        told = {"encoder": self.raw_encoder, "decoder": self.raw_decoder}
        return {
            does: {
                "file": raw.name[:120],
                "producer": raw.producer,
                "opset": raw.opset,
                "sha256": raw.sha256,
                "weights": raw.beside,
                "inputs": [value.name[:80] for value in raw.proto.graph.input][:16],
                "outputs": [value.name[:80] for value in raw.proto.graph.output][:16],
            }
            for does, raw in told.items()
            if raw is not None
        }


def _at_rest(ports: list[Port], made: dict[str, np.ndarray], trial: Trial) -> list[Port]:
    """Return those ports alone that are what a sampled code is where its noise is 0, if one of them is."""
    sampled = [made[name].reshape(len(made[name]), -1) for name in trial.noisy]
    there = [(port, picked(port, made)) for port in ports]
    met = [port for port, codes in there if any(_is_near(codes, drawn) for drawn in sampled)]
    return met or ports


def _is_near(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-5)


def _by_error(ways: list[_Way]) -> list[_Way]:
    """Order alternatives by their error; of those nearly as good as the best, the most usual comes first.

    That is one with the same range at both ends, and then the first that was thought of.
    """
    tried = [way for way in ways if way.error is not None and np.isfinite(way.error)]
    least = min(way.error for way in tried if way.error is not None)
    near = [way for way in tried if (way.error or 0.0) <= CLEAR * least]
    first = min(near, key=lambda way: (not _alike(way), ways.index(way)))
    return sorted(tried, key=lambda way: (way is not first, way.error))


def _alike(way: _Way) -> bool:
    """Say whether things have one range at both ends; that of logits is 0 to 1."""
    return way.scale is None or way.scale.name == (guesses.UNIT if way.out_scale.logits else way.out_scale.name)


def _as_row(row: tuple[int, ...]) -> str:
    return "" if len(row) == 1 else f", in the decoder {list(row)}"


def _shown(row: list[Any]) -> str:
    return f"[{', '.join(map(str, row))}]"
