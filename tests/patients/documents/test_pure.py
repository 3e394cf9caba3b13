"""Names of files and what their first bytes say."""

import pytest

from patients.documents.file_names import as_said, for_download
from patients.documents.sniffing import kind_of


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/x.pdf", "x.pdf"),
        ("C:\\Users\\asha\\letter.pdf", "letter.pdf"),
        ("રેફરલ પત્ર.pdf", "રેફરલ પત્ર.pdf"),
        ("a\x00b\u202egpj.exe", "abgpj.exe"),
        ('a"b<c>.pdf\r\nX: y', "abc.pdfX y"),
        ("..", "document"),
        ("", "document"),
        ("  .hidden. ", "hidden"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_name_is_kept_as_said_without_what_harms(said: str, kept: str) -> None:
    assert as_said(said) == kept


@pytest.mark.parametrize(
    ("name", "media_type", "offered"),
    [
        ("scan.heic", "image/jpeg", "scan.jpg"),
        ("page.pdf.exe", "application/pdf", "page.pdf"),
        ("Dr. Rao, 3.5.2026", "application/pdf", "Dr. Rao, 3.pdf"),
        ("noending", "image/jpeg", "noending.jpg"),
    ],
)
def test_download_ends_as_what_it_is(name: str, media_type: str, offered: str) -> None:
    assert for_download(name, media_type) == offered


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg>", "svg"),
        (b"  <SVG onload=alert(1)>", "svg"),
        (b"\n\n<!DOCTYPE HTML>", "html"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "unknown"),
        (b"\x00\x00\x00\x18ftypheic", "heic"),
        (b"", "unknown"),
        (b"\n%PDF-1.4", "text"),
    ],
)
def test_first_bytes_say_what_it_is(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind
