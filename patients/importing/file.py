"""The file of an import: kept in pieces beside it while it is needed, read as one."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

from patients.models import Import, ImportPiece

PIECE: Final = 1 << 20
IN_MEMORY: Final = 4 << 20


def keep(imported: Import, pieces: Iterable[bytes]) -> None:
    """Keep a file beside its import."""
    for number, content in enumerate(pieces):
        ImportPiece.objects.create(of=imported, number=number, content=content)


@contextmanager
def opened(imported: Import) -> Iterator[BinaryIO]:
    """Yield the file to read from; what does not fit in a little memory lies on the disk meanwhile."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        numbers = imported.pieces.order_by("number").values_list("number", flat=True)
        for number in list(numbers):
            file.write(bytes(imported.pieces.values_list("content", flat=True).get(number=number)))
        file.seek(0)
        yield cast("BinaryIO", file)


def drop(imported: Import) -> None:
    """Forget the file: what is needed of it stands in the rows."""
    imported.pieces.all().delete()


def in_pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file in pieces of the size they are kept in."""
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece
