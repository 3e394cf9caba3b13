"""What is random in a page or a letter: a short word or a number looked for may stand there by chance."""

import re
from typing import Final

RANDOM: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9_-]{32,}")


def without_random_parts(content: str) -> str:
    """Return it without public ids, form tokens and the secrets of links; everything else stays, attributes too."""
    return RANDOM.sub("", content)
