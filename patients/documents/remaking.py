"""Make a sent file anew: the picture without what was told beside it, the PDF without what could run in it.

Runs as a process of its own, with a ceiling of memory and of time: whoever sends us a file chooses what these parsers
read, and a parser that falls over takes nobody with it. Knows no Django and no setting, and is given no environment.

    python -m patients.documents.remaking jpeg|png|webp|heic|pdf SOURCE FOLDER MOST_PAGES MOST_PIXELS
    python -m patients.documents.remaking page SOURCE FOLDER NUMBER

Writes FOLDER/content and FOLDER/thumbnail (a page: content only) and says one line of JSON: what it has become, or
`{"refused": reason}`.
"""

import errno
import json
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps

from patients.documents import forgetting

MOST_MEMORY: Final = 1024**3
"""Bytes that the process may claim, the libraries themselves included."""
MOST_SECONDS: Final = 20
MOST_WRITTEN: Final = 128 * 1024**2
"""Bytes of one file that the process may write; what a document may have is asked afterwards, and is less."""
LONGEST_SIDE: Final = 2400
"""Points: A4 at 200 to the inch. A photo larger than this is made smaller."""
PAGE_SIDE: Final = 1800
"""Points of a PDF's page where it is looked at."""
THUMBNAIL_SIDE: Final = 320
QUALITY: Final = 88
QUALITY_OF_SMALL: Final = 75
FORMATS: Final = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "heic": ("HEIF", "AVIF")}
POINTS_AN_INCH: Final = 72
LONGEST_PAGE: Final = 14_400
"""Points of a page's side, as the PDF's own standard has it."""


class Refused(Exception):
    """The file is what it says and yet cannot be taken in."""


def remade_picture(source: Path, kind: str, most_pixels: int) -> tuple[Image.Image, dict[str, Any]]:
    """Return a picture upright, in sRGB, on white, and no larger than needed; nothing of its metadata comes along."""
    if kind == "heic":
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None  # counted here, before a point is unpacked
    with Image.open(source, formats=FORMATS[kind]) as sent:
        if sent.width * sent.height > most_pixels:
            raise Refused("too_many_points")
        sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is unpacked at half, a quarter or an eighth
        upright = ImageOps.exif_transpose(sent)
    upright = _plain(upright)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2)
    return upright, {"media_type": "image/jpeg", "pages": 1, "width": upright.width, "height": upright.height}


def remade_pdf(source: Path, most_pages: int) -> tuple[bytes, Image.Image, dict[str, Any]]:
    """Return a PDF of what the pages show: no script, action, attachment or form, no note of who made it or a picture.

    A picture that several pages share is written once for each of them: the ceiling of a file ends that.
    """
    import pypdfium2
    from pypdfium2 import raw

    sent = _opened(source)
    count = len(sent)
    if not count:
        raise Refused("damaged")
    if count > most_pages:
        raise Refused("too_many_pages")
    sent.init_forms()
    remade = pypdfium2.PdfDocument.new()
    for number in range(count):
        page = sent[number]
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)  # notes and filled-in fields are drawn onto the page
        page.close()
        width, height = _size(sent[number])
        drawn = sent.page_as_xobject(number, remade).as_pageobject()
        new = remade.new_page(width, height)
        new.insert_obj(drawn)
        new.gen_content()
        new.close()
    whole = BytesIO()
    remade.save(whole)
    try:
        content = forgetting.forgotten(whole.getvalue())
    except forgetting.NotForgotten as error:
        raise Refused("damaged") from error
    again = pypdfium2.PdfDocument(content)
    first = _drawn(again[0], THUMBNAIL_SIDE)
    width, height = again[0].get_size()
    return (
        content,
        first,
        {
            "media_type": "application/pdf",
            "pages": count,
            "width": round(width),
            "height": round(height),
        },
    )


def page_of(source: Path, number: int) -> Image.Image:
    """Return one page of a PDF of ours as a picture; the first page is 0."""
    return _drawn(_opened(source)[number], PAGE_SIDE)


def _opened(source: Path) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise Refused("locked" if "password" in str(error).lower() else "damaged") from error


def _size(page: Any) -> tuple[float, float]:
    width, height = page.get_size()
    if not (1 <= width <= LONGEST_PAGE and 1 <= height <= LONGEST_PAGE):
        raise Refused("damaged")
    return width, height


def _drawn(page: Any, longest: int) -> Image.Image:
    width, height = _size(page)
    drawn: Image.Image = page.render(scale=longest / max(width, height), may_draw_forms=False).to_pil()
    return drawn.convert("RGB")


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in grey or sRGB without transparency."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in {"RGBA", "LA", "PA", "P", "La", "RGBa"} or "transparency" in image.info:
        over = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(over, mask=over.getchannel("A"))
    if profile and image.mode == "RGB":
        with suppress(ImageCms.PyCMSError, OSError):
            from_theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
            image = ImageCms.profileToProfile(image, from_theirs, ImageCms.createProfile("sRGB")) or image
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _saved(image: Image.Image, where: Path, quality: int) -> None:
    bare = Image.frombytes(image.mode, image.size, image.tobytes())  # points only: nothing else can come along
    bare.save(where, "JPEG", quality=quality, progressive=False)


def _small(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return small


def _picture(kind: str, source: Path, folder: Path, most_pixels: int) -> dict[str, Any]:
    image, facts = remade_picture(source, kind, most_pixels)
    _saved(image, folder / "content", QUALITY)
    _saved(_small(image), folder / "thumbnail", QUALITY_OF_SMALL)
    return facts


def _pdf(source: Path, folder: Path, most_pages: int) -> dict[str, Any]:
    content, first, facts = remade_pdf(source, most_pages)
    (folder / "content").write_bytes(content)
    _saved(first, folder / "thumbnail", QUALITY_OF_SMALL)
    return facts


def _page(source: Path, folder: Path, number: int) -> dict[str, Any]:
    _saved(page_of(source, number), folder / "content", QUALITY)
    return {}


def bounded() -> None:
    """Claim no more than so much memory and time, whatever is asked; no file grows past what a document may have."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
    ):
        with suppress(ValueError, OSError):  # a system that knows no such limit still has the parent's clock
            resource.setrlimit(what, (most, most))


def main(arguments: list[str]) -> dict[str, Any]:
    """Do what was asked; any fault of a parser means that the file is damaged."""
    what, source, folder, *numbers = arguments
    asked: dict[str, Callable[[], dict[str, Any]]] = {
        "pdf": lambda: _pdf(Path(source), Path(folder), int(numbers[0])),
        "page": lambda: _page(Path(source), Path(folder), int(numbers[0])),
    }
    try:
        return asked.get(what, lambda: _picture(what, Path(source), Path(folder), int(numbers[1])))()
    except Refused as refusal:
        return {"refused": str(refusal)}
    except MemoryError:
        return {"refused": "too_heavy"}
    except OSError as error:
        return {"refused": "too_large" if error.errno == errno.EFBIG else "damaged"}
    except Exception:  # noqa: BLE001 - parsers of four formats, each with faults of its own
        return {"refused": "damaged"}


if __name__ == "__main__":
    bounded()
    sys.stdout.write(json.dumps(main(sys.argv[1:])))
