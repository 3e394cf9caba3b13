"""What is taken in, as what it becomes, and what is not; by real files and the real process beside us."""

import io
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from patients.documents import forgetting, taking
from patients.documents.taking import Taken, page_picture, take
from patients.errors import FileRefused
from patients.wording_documents import why_not_taken
from tests.patients.documents.making import GPS, armed_pdf, bomb, encoded, locked_pdf, pdf, photo, scanned_pdf, sent

FILES = Path(__file__).parents[2] / "files"


def made(content: bytes, name: str = "page.jpg", said: str = "image/jpeg") -> Taken:
    """One file made anew."""
    (one,) = take([sent(content, name, said)])
    return one


def refusal(file: SimpleUploadedFile) -> FileRefused:
    """Why a file is not taken."""
    with pytest.raises(FileRefused) as caught:
        take([file])
    return caught.value


def whole(one: Taken) -> bytes:
    """The content of a file made anew."""
    return b"".join(one.pieces())


def test_photo_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    one = made(photo())
    assert (one.media_type, one.page_count, one.width, one.height) == ("image/jpeg", 1, 40, 60)
    image = Image.open(io.BytesIO(whole(one)))
    assert image.size == (40, 60)
    assert (image.getpixel((20, 5)), image.getpixel((20, 55))) == ((0, 0, 0), (255, 255, 255))
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"script" not in whole(one)
    assert b"Kadamb" in photo()  # the control: it was there


@pytest.mark.parametrize("packed", [False, True])
def test_picture_in_a_pdf_forgets_where_it_was_taken_and_looks_the_same(packed: bool) -> None:
    before = scanned_pdf(packed=packed)
    one = made(before)
    photo_of: list[Any] = [PdfReader(io.BytesIO(content)).pages[0] for content in (before, whole(one))]
    sent_jpeg, kept_jpeg = pictures_of(photo_of[0]), pictures_of(photo_of[1]["/Resources"]["/XObject"]["/FXX1"])
    for told in (b"Kadamb", b"At home", b"Behind it.", b"In the garden"):
        assert told in sent_jpeg  # the control: it was there
        assert told not in kept_jpeg
    assert b"Somebody Private" not in whole(one)
    assert Image.open(io.BytesIO(kept_jpeg)).tobytes() == Image.open(io.BytesIO(sent_jpeg)).tobytes()
    assert not any(Image.open(io.BytesIO(kept_jpeg)).getexif().get_ifd(GPS))


def pictures_of(page: Any) -> bytes:
    """The one JPEG of a page, unpacked as far as that."""
    picture = page["/Resources"]["/XObject"]["/Im"]
    raw: bytes = picture._data  # noqa: SLF001 - pypdf unpacks further
    return zlib.decompressobj().decompress(raw) if "/FlateDecode" in picture["/Filter"] else raw


def test_picture_packed_in_a_way_that_cannot_be_looked_into_is_not_kept() -> None:
    content = b"5 0 obj\r\n<</Filter[/ASCIIHexDecode/DCTDecode]/Length 2>>stream\r\n00\r\nendstream\r\nendobj\r\n"
    with pytest.raises(forgetting.NotForgotten):
        forgetting.forgotten(content)


def test_process_writes_no_file_past_its_ceiling(tmp_path: Path) -> None:
    grown = "remaking.bounded(); open(sys.argv[1], 'wb').truncate(remaking.MOST_WRITTEN + int(sys.argv[2]))"
    command = [sys.executable, "-c", f"import sys; from patients.documents import remaking; {grown}"]
    ends = [subprocess.run([*command, tmp_path / "a", more], check=False, stderr=-3).returncode for more in ("0", "1")]
    assert ends == [0, 1]


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_picture_of_another_form_becomes_a_jpeg_on_white(form: str) -> None:
    one = made(encoded(Image.new("RGBA", (30, 20), (0, 0, 0, 0)), form), "x.exe", "text/html")
    image = Image.open(io.BytesIO(whole(one)))
    assert (image.format, image.getpixel((3, 3)), one.name) == ("JPEG", (255, 255, 255), "x.exe")


def test_large_photo_is_kept_no_larger_than_a_page_needs() -> None:
    one = made(encoded(Image.new("L", (5000, 1000), 128), "JPEG"))
    assert (one.width, one.height) == (2400, 480)
    assert max(Image.open(io.BytesIO(one.thumbnail)).size) == 320


def test_pdf_loses_what_could_run_and_keeps_its_pages() -> None:
    sent_bytes = armed_pdf()
    one = made(sent_bytes, "letter.pdf", "application/pdf")
    kept = whole(one)
    for word in (b"/JavaScript", b"/OpenAction", b"/EmbeddedFile", b"/URI", b"/Annots", b"Somebody Private", b"script"):
        assert (word in sent_bytes, word in kept) == (True, False), word
    pages = PdfReader(io.BytesIO(kept)).pages
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [(200, 100), (100, 200)]
    assert (one.media_type, one.page_count) == ("application/pdf", 2)
    drawn = Image.open(io.BytesIO(page_picture(one.pieces(), 1)))
    assert (drawn.format, drawn.size) == ("JPEG", (900, 1800))


def test_svg_and_html_are_refused_whatever_they_are_called() -> None:
    """BTX-073: the type the client names is not believed."""
    svg = refusal(sent((FILES / "upload_consent_script.svg").read_bytes(), "consent.svg", "image/svg+xml"))
    html = refusal(sent((FILES / "upload_html_named_jpg.jpg").read_bytes(), "upload_html_named_jpg.jpg", "image/jpeg"))
    assert why_not_taken(svg).startswith("“consent.svg” is a drawing that can run a program (SVG).")
    assert why_not_taken(html).startswith("“upload_html_named_jpg.jpg” is a web page, not a picture or a PDF.")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\nnothing", "damaged"),
        (photo()[:300], "damaged"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "damaged"),
        (encoded(Image.new("L", (9, 9)), "GIF") + pdf(), "gif"),
        (b"<html>" + pdf(), "html"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"word/document.xml", "office"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"photo.jpg", "zip"),
        (b"MZ\x90\x00", "program"),
        (b"\x00\x00\x00\x18ftypmp42", "video"),
        (b"Dear colleague", "text"),
        (bomb(), "too_many_points"),
        (locked_pdf(), "locked"),
        (pdf(101), "too_many_pages"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_file_that_is_no_document_is_refused_with_a_sentence(content: bytes, why: str) -> None:
    """BTX-073: empty, cut off, packed, locked, and two things in one."""
    found = refusal(sent(content, "../../x.pdf"))
    assert (found.why, found.name) == (why, "x.pdf")
    assert "“x.pdf”" in why_not_taken(found)


def test_picture_with_a_page_behind_it_is_only_a_picture() -> None:
    one = made(encoded(Image.new("L", (9, 9)), "PNG") + b"<script>alert(1)</script>" + pdf())
    assert whole(one).endswith(b"\xff\xd9")
    assert b"script" not in whole(one)


def test_file_above_the_limit_is_refused_before_it_is_opened(settings: Settings) -> None:
    settings.UPLOAD_FILE_MEGABYTES = 1
    found = refusal(sent(photo() + b"\x00" * 1024 * 1024))
    assert why_not_taken(found) == ("“page.jpg” is larger than 1 MB. Photograph the pages, or save it smaller.")


def test_who_waits_too_long_for_a_turn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "PATIENCE_SECONDS", 0.01)
    for _turn in range(taking.AT_ONCE):
        assert taking._turns.acquire(timeout=5)  # noqa: SLF001 - two others are at it
    try:
        found = refusal(sent(photo()))
    finally:
        for _turn in range(taking.AT_ONCE):
            taking._turns.release()  # noqa: SLF001
    assert why_not_taken(found) == "Other pictures are being read at the moment. Send it again in a minute."
    assert made(photo()).page_count == 1  # the control: turns come back
