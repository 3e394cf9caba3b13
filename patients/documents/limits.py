"""How much is taken in: of one file, of one upload, of one patient. What the clinic may set itself is a setting."""

from typing import Final

MOST_FILES: Final = 20
"""Files of one upload: a letter of many pages, photographed."""
MOST_PAGES: Final = 100
"""Pages of one PDF."""
MOST_PIXELS: Final = 64_000_000
"""Points of one picture: a phone's camera has 12 to 50 million. A small file may unfold into far more."""
MOST_BYTES_A_PATIENT: Final = 1024**3
MOST_BY_LINK_A_DAY: Final = 10
"""Documents that one patient sends by links within a day: a link may fall into anybody's hands."""
MOST_TRIES_AN_HOUR: Final = 20
"""Times that one link sends files within an hour, kept or not: each costs seconds of a processor."""
LONGEST_TITLE: Final = 120
LONGEST_NAME: Final = 120
PIECE_BYTES: Final = 256 * 1024
"""Content is kept, read and handed out in pieces of this size: memory holds a few of them, never a document."""
