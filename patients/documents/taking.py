"""Take in what was sent: look at each file's bytes, have it made anew beside us, keep the result until it is stored.

All of it is slow and none of it touches the database: it is done before a deed opens its transaction.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from patients.documents import file_names, limits, sniffing
from patients.documents.limits import PIECE_BYTES
from patients.errors import FileRefused

AT_ONCE: Final = 2
"""Files that one web process has made anew at the same time: the rest of the clinic goes on."""
PATIENCE_SECONDS: Final = 20.0
MOST_SECONDS: Final = 30
MEGABYTE: Final = 1024 * 1024
_turns = threading.BoundedSemaphore(AT_ONCE)
_turns_by_link = threading.BoundedSemaphore(AT_ONCE - 1)
"""Who holds a link keeps nobody of the clinic from a turn, and no thread of the server waits for one."""


@dataclass(frozen=True)
class Taken:
    """A file made anew, not stored yet. Its content is a file without a name: nothing is left when the process ends."""

    name: str
    media_type: str
    page_count: int
    width: int
    height: int
    byte_count: int
    sha256: str
    sha256_sent: str
    content: IO[bytes]
    thumbnail: bytes

    def __del__(self) -> None:
        """Let go of the content, stored or not."""
        self.content.close()

    def pieces(self) -> Iterator[bytes]:
        """Yield the content in pieces, from its beginning."""
        self.content.seek(0)
        yield from iter(lambda: self.content.read(PIECE_BYTES), b"")


def take(files: Sequence["UploadedFile[Any]"], *, by_link: bool = False) -> list[Taken]:
    """Return the files made anew, in their order; by link no turn is waited for.

    Raises:
        FileRefused: the first that is not taken, and why.

    """
    if not by_link:
        return [_take_one(file) for file in files]
    with _turn("", of=_turns_by_link, patience=0):
        return [_take_one(file, patience=0) for file in files]


def page_picture(pieces: Iterable[bytes], number: int) -> bytes:
    """Return a page of a stored PDF as a JPEG; the first page is 0.

    Raises:
        FileRefused: too many pages are being drawn at the moment.

    """
    with tempfile.TemporaryDirectory(prefix="interval-") as name:
        folder = Path(name)
        with (folder / "source").open("wb") as source:
            source.writelines(pieces)
        _remade("page", folder, [str(number)], name="")
        return (folder / "content").read_bytes()


def _take_one(file: "UploadedFile[Any]", *, patience: float = PATIENCE_SECONDS) -> Taken:
    name = file_names.as_said(file.name or "")
    with tempfile.TemporaryDirectory(prefix="interval-") as made:
        folder = Path(made)
        kind, sha256_sent = _received(file, folder / "source", name)
        facts = _remade(kind, folder, [str(limits.MOST_PAGES), str(limits.MOST_PIXELS)], name=name, patience=patience)
        content, sha256, count = _held(folder / "content")
        if count > settings.UPLOAD_FILE_MEGABYTES * MEGABYTE:
            raise FileRefused("too_large", name)
        return Taken(
            name=name,
            media_type=facts["media_type"],
            page_count=facts["pages"],
            width=facts["width"],
            height=facts["height"],
            byte_count=count,
            sha256=sha256,
            sha256_sent=sha256_sent,
            content=content,
            thumbnail=(folder / "thumbnail").read_bytes(),
        )


def _received(file: "UploadedFile[Any]", where: Path, name: str) -> tuple[str, str]:
    """Write down what was sent, and say what it is and which bytes it was."""
    most, count, head, seen = settings.UPLOAD_FILE_MEGABYTES * MEGABYTE, 0, b"", hashlib.sha256()
    with where.open("wb") as source:
        for piece in file.chunks(PIECE_BYTES):
            count += len(piece)
            if count > most:
                raise FileRefused("too_large", name)
            if len(head) < sniffing.HEAD_BYTES:
                head += piece[: sniffing.HEAD_BYTES - len(head)]
            seen.update(piece)
            source.write(piece)
    if not count:
        raise FileRefused("empty", name)
    kind = sniffing.kind_of(head)
    if kind not in sniffing.PICTURES and kind != "pdf":
        raise FileRefused(kind, name)
    return kind, seen.hexdigest()


def _held(path: Path) -> tuple[IO[bytes], str, int]:
    """Return a file's content as a file without a name, with its hash and its size."""
    held, seen, count = tempfile.TemporaryFile(prefix="interval-"), hashlib.sha256(), 0  # noqa: SIM115 - closed with what holds it
    with path.open("rb") as made:
        for piece in iter(lambda: made.read(PIECE_BYTES), b""):
            held.write(piece)
            seen.update(piece)
            count += len(piece)
    return held, seen.hexdigest(), count


def _remade(
    what: str, folder: Path, numbers: Sequence[str], *, name: str, patience: float = PATIENCE_SECONDS
) -> dict[str, Any]:
    """Run the making anew in its own process, and return what it says."""
    command = [sys.executable, "-m", "patients.documents.remaking", what, str(folder / "source"), str(folder), *numbers]
    with _turn(name, of=_turns, patience=patience):
        try:
            done = subprocess.run(
                command, cwd=settings.BASE_DIR, env={}, capture_output=True, timeout=MOST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise FileRefused("too_heavy", name) from error
    try:
        said: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:  # it was ended at its ceiling, or a parser fell over
        raise FileRefused("too_heavy" if done.returncode < 0 else "damaged", name) from error
    if "refused" in said:
        raise FileRefused(said["refused"], name)
    return said


@contextmanager
def _turn(name: str, *, of: threading.BoundedSemaphore, patience: float) -> Iterator[None]:
    """Wait for a turn, but not for ever."""
    if not of.acquire(timeout=patience):
        raise FileRefused("busy", name)
    try:
        yield
    finally:
        of.release()
