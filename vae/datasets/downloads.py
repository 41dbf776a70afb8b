"""Fetch files from the network: progress as it comes, a checksum at the end, nothing half-fetched left behind."""

import hashlib
import http.client
import ssl
import tarfile
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from vae.errors import InputError

CHUNK_BYTES = 1 << 18
SILENCE_SECONDS = 30  # a server that sends nothing for this long is given up

# URLError and the rest are OSErrors too; what is left of OSError is the disk's, and means something else to a person.
NETWORK_ERRORS = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError)


@dataclass(frozen=True)
class Progress:
    """Say how far a long preparation is.

    done, total: bytes while `stage` starts with "download", files or steps otherwise; total is 0 where it is unknown.
    """

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Download:
    """A file to fetch from the first of `urls` that sends bytes with this MD5. members: what to take out of an archive.

    MD5 is what the data sets' authors published; it guards against damage, not against malice, and what is read later
    is read as plain numbers.
    """

    name: str
    urls: tuple[str, ...]
    md5: str
    members: tuple[str, ...] = ()


def fetch(download: Download, folder: Path) -> Iterator[Progress]:
    """Put the file, or its archive's members, into `folder`; raise one `InputError` where no address delivers it."""
    path = folder / download.name
    reasons = []
    for url in download.urls:
        try:
            yield from _receive(url, path, download.md5)
            break
        except NETWORK_ERRORS as error:
            reason = (
                f"HTTP {error.code}" if isinstance(error, urllib.error.HTTPError) else getattr(error, "reason", error)
            )
            reasons.append(f"{url}: {reason}")
            path.unlink(missing_ok=True)
    else:
        tried = "; ".join(reasons)
        raise InputError(
            f"Could not download {download.name} ({tried}). Check the network and try again, or fetch it elsewhere "
            f"and point LATENT_DATA_DIR at it."
        )
    if download.members:
        yield Progress(f"unpack {download.name}", 0, 1)
        _unpack(path, download.members)
        path.unlink()


def _receive(url: str, path: Path, md5: str) -> Iterator[Progress]:
    """Stream one address into `path`; a short or damaged body is a `ConnectionError` like any other failure of it."""
    digest, done = hashlib.md5(usedforsecurity=False), 0
    request = urllib.request.Request(url, headers={"User-Agent": "latent-explorer"})
    with urllib.request.urlopen(request, timeout=SILENCE_SECONDS) as response, path.open("wb") as file:
        total = int(response.headers.get("Content-Length") or 0)
        while chunk := response.read(CHUNK_BYTES):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            yield Progress(f"download {path.name}", done, total)
    if done < total:
        raise ConnectionError(f"cut short after {done:,} of {total:,} bytes")
    if digest.hexdigest() != md5:
        raise ConnectionError(f"wrong checksum: MD5 {digest.hexdigest()}, expected {md5}")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what goes wrong in the block while it reads `path` into one sentence about that file."""
    try:
        yield
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
    ) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path} cannot be read ({error}); fetch it again.") from None


def _unpack(archive: Path, members: tuple[str, ...]) -> None:
    """Write each member beside the archive under its last name, so that no path in an archive is ever followed."""
    with ExitStack() as stack:
        with reading(archive):
            read = _open_archive(archive, stack)
        for member in members:
            with reading(archive):
                content = read(member)
            (archive.parent / Path(member).name).write_bytes(content)


def _open_archive(archive: Path, stack: ExitStack) -> Callable[[str], bytes]:
    """Return the function that reads a member of a zip or tar file by its name."""
    if zipfile.is_zipfile(archive):
        return stack.enter_context(zipfile.ZipFile(archive)).read
    opened = stack.enter_context(tarfile.open(archive))  # noqa: SIM115 (the stack closes it)

    def read(member: str) -> bytes:
        file = opened.extractfile(member)
        if file is None:
            raise ValueError(f"{member} is not a file")
        return file.read()

    return read
