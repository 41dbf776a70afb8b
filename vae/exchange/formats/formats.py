"""The forms that a model goes out in: a line here makes another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from vae.errors import InputError, unknown
from vae.files import replacing
from vae.library.shelf import Model, check_files
from vae.runs.shelf import Run


@dataclass(frozen=True)
class Format:
    """One form of a model.

    sentence: what it is; ending: what stands behind the model's name, a file's where it begins with a dot, else a
    folder's; writer: "module:function" of (model, path) -> lines to be said of it, imported where it is used.
    """

    sentence: str
    ending: str
    writer: str

    @property
    def folder(self) -> bool:
        return not self.ending.startswith(".")

    def write(self, model: Model, path: Path) -> list[str]:
        """Write the model at `path`, where there is nothing yet; return what was found, a line each."""
        module, name = self.writer.split(":")
        writer: Callable[[Model, Path], Any] = getattr(import_module(module), name)
        return list(writer(model, path) or [])


@dataclass(frozen=True)
class Exported:
    """What was written where, and what there is to say of it."""

    path: Path
    said: list[str] = field(default_factory=list)


def export(source: Model | Run, form: str = "zip", out: Path | None = None) -> Exported:
    """Write a model in one of `FORMATS` at `out`, or here under the model's own name, whole or not at all.

    A run that is not finished goes out as a zip alone. `InputError` for an unknown format, where something is at `out`
    already or nothing can be written there, and where the model does not allow the format.
    """
    if form not in FORMATS:
        raise unknown("format", form, FORMATS)
    chosen = FORMATS[form]
    path = out or Path(source.name + chosen.ending)
    if form == "zip":
        from vae.exchange.pack import pack

        return Exported(pack(source, path))
    if isinstance(source, Run):
        raise InputError(f"{source.name} is a run that has not become a model; only --format zip takes it along.")
    if path.exists() or path.is_symlink():
        raise InputError(f"{path} exists already; choose another --out.")
    if chosen.folder and path.suffix in (".zip", ".onnx", ".py", ".safetensors", ".html"):
        raise InputError(f"--format {form} writes a folder; give --out the name of one, such as {path.stem}.")
    check_files(source.card, source.folder)
    with replacing(path) as temporary:
        said = chosen.write(source, temporary)
    return Exported(path, said)


FORMATS: dict[str, Format] = {
    "zip": Format("one file that `import` takes, with the history of its training", ".zip", "vae.exchange.pack:pack"),
    "onnx": Format("two graphs with their weights in them", "-onnx", "vae.exchange.formats.graphs:write_pair"),
    "torch": Format("safetensors and a small model.py", "-torch", "vae.exchange.formats.modules:write_module"),
    "hub": Format("a folder for the Hugging Face Hub", "-hub", "vae.exchange.formats.hub:write_folder"),
    "html": Format("one page that needs no server, with the model in it", ".html", "vae.exchange.page:write"),
}
"""The formats, the usual one first."""
