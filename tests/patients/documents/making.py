"""Files as phones, scanners and attackers send them, made in memory."""

import hashlib
import io
import struct
import zlib
from collections.abc import Sequence

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from patients.documents.adding import add_document
from patients.documents.taking import Taken, take
from patients.models import Document, DocumentKind, Patient
from tests.patients.making import NOW, member

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
TURNED = 6
"""EXIF: the camera was held upright, the picture lies on its side."""


def sent(content: bytes, name: str = "page.jpg", said: str = "image/jpeg") -> SimpleUploadedFile:
    """A file as a browser sends it: name and type are only said."""
    return SimpleUploadedFile(name, content, content_type=said)


def photo(width: int = 60, height: int = 40) -> bytes:
    """A JPEG of a phone that was held upright: its left half is black, and it knows where it was taken."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("black", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = TURNED, "Kadamb Phones"
    exif[GPS] = {1: "N", 2: (23.0, 1.0, 2.0)}
    return encoded(image, "JPEG", exif=exif, comment=b"<script>alert(1)</script>")


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """The bytes of a picture."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def bomb(side: int = 20_000) -> bytes:
    """A PNG of a few bytes that says it has so many points each way."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def pdf(pages: int = 1, *, width: int = 200, height: int = 100) -> bytes:
    """A PDF of empty pages."""
    made = pypdfium2.PdfDocument.new()
    for _number in range(pages):
        made.new_page(width, height)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def armed_pdf() -> bytes:
    """A PDF that runs script when it opens, links away, carries a program and names its maker."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(2))))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer.root_object[NameObject("/OpenAction")] = script
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    writer.add_annotation(0, Link(rect=(5, 5, 50, 50), url="https://evil.example/"))
    writer.add_attachment("invoice.exe", b"MZ\x90")
    writer.add_metadata({"/Author": "Somebody Private"})
    writer.pages[1].rotate(90)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue() + b"<html><script>alert(1)</script></html>"


def scanned_pdf(*, packed: bool = False) -> bytes:
    """A PDF of one page with the photo of a phone on it, as its bytes or packed once more, and a note beside both.

    The photo tells of itself in front, between its scans, and by a second picture behind its end.
    """
    writer, picture, note, shown = PdfWriter(), StreamObject(), StreamObject(), StreamObject()
    noise = Image.effect_noise((60, 40), 80).convert("RGB")
    exif = Image.Exif()
    exif[MAKER], exif[GPS] = "Kadamb Phones", {1: "N", 2: (23.0, 1.0, 2.0)}
    jpeg = encoded(noise, "JPEG", exif=exif, comment=b"At home", progressive=True)
    behind = encoded(noise, "JPEG", exif=exif, comment=b"In the garden")
    scan = jpeg.rindex(b"\xff\xc4")  # a table before a later scan: a comment may stand there as well
    jpeg = jpeg[:scan] + b"\xff\xfe\x00\x0cBehind it." + jpeg[scan:] + behind
    note.set_data(b"<?xpacket?><x>Somebody Private</x>")
    note.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    filters = ArrayObject([NameObject("/FlateDecode")] * packed + [NameObject("/DCTDecode")])
    picture.set_data(zlib.compress(jpeg) if packed else jpeg)
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(60),
            NameObject("/Height"): NumberObject(40),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): filters if packed else filters[0],
            NameObject("/Metadata"): writer._add_object(note),  # noqa: SLF001 - pypdf has no public name for it
        }
    )
    shown.set_data(b"q 60 0 0 40 0 0 cm /Im Do Q")
    page = writer.add_blank_page(60, 40)
    pictures = DictionaryObject({NameObject("/Im"): writer._add_object(picture)})  # noqa: SLF001 - as above
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): pictures})
    page[NameObject("/Contents")] = writer._add_object(shown)  # noqa: SLF001 - as above
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_pdf() -> bytes:
    """A PDF that opens with a password only."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def taken(*contents: bytes) -> list[Taken]:
    """Files made anew; one photo where none is named."""
    return take([sent(content) for content in contents or (photo(),)])


def ready(content: bytes = b"", *, name: str = "page.jpg", pages: int = 0) -> Taken:
    """A file as if it had been made anew, without the process: a picture, or a PDF of so many pages."""
    content = content or (pdf(pages) if pages else encoded(Image.new("L", (30, 20), 90), "JPEG"))
    said = hashlib.sha256(content).hexdigest()
    return Taken(
        name=name, media_type="application/pdf" if pages else "image/jpeg", page_count=pages or 1, width=30, height=20,
        byte_count=len(content), sha256=said, sha256_sent=said, content=io.BytesIO(content),
        thumbnail=encoded(Image.new("L", (3, 2), 90), "JPEG"),
    )  # fmt: skip


def a_document(
    patient: Patient, kind: str = DocumentKind.REPORT, files: Sequence[Taken] = (), **facts: object
) -> Document:
    """A document of a patient, by the desk unless said."""
    facts.setdefault("by", member())
    facts.setdefault("now", NOW)
    return add_document(patient=patient, kind=kind, files=files or [ready()], **facts)  # type: ignore[arg-type]
