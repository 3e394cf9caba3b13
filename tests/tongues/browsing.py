"""A browser of one language that notes which pages it drew and what stayed English on them."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.tongues.reading import english_in, read


class Browser:
    """Opens pages and notes what was drawn and what stayed English."""

    def __init__(self, language: str, names: list[str]) -> None:
        self.client = Client(headers={"Accept-Language": language})
        self.language, self.names = language, names
        self.drawn: set[str] = set()
        self.english: dict[str, list[str]] = {}

    def see(self, response: Any) -> Any:
        """Read a page."""
        self.drawn |= {template.name for template in response.templates if template.name}
        if response.status_code == 302:
            return response
        spoken, said = read(response.text)
        left = list(english_in(said, self.names))
        if left or spoken != self.language:
            self.english[f"{response.request['PATH_INFO'][:20]} {spoken}"] = left
        return response

    def get(self, name: str, *args: str) -> Any:
        return self.see(self.client.get(reverse(name, args=args)))

    def post(self, name: str, /, *args: str, **typed: Any) -> Any:
        return self.see(self.client.post(reverse(name, args=args), typed))
