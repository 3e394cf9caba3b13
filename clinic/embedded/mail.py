"""The demo's mail catcher: an SMTP server that forwards nothing, and a list of what it caught. Loopback only."""

import datetime
import email
import email.policy
import html
import itertools
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from aiosmtpd.controller import Controller

SHOWN = 500
KEPT = 5000
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><link rel="stylesheet" href="/style.css"><main>{body}</main></html>"""
STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1c2733;background:#f6f7f8}
main{max-width:60rem;margin:auto;padding:1.5rem}table{border-collapse:collapse;width:100%;background:#fff}
td,th{padding:.5rem;text-align:left;border-bottom:1px solid #dde2e6}
td{overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#fff;padding:1rem}
iframe{width:100%;height:44rem;border:1px solid #dde2e6;background:#fff}"""
STRICT = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
POPUPS = "allow-popups allow-popups-to-escape-sandbox"  # its links open beside it, as in a mail program
LETTER = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox {POPUPS}"


class Folder:
    """Caught messages, one .eml each, named so that the newest sorts last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._numbers = itertools.count(1)

    def keep(self, content: bytes) -> Path:
        """Write the message, whole or not at all; the oldest go when there are too many."""
        stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        kept = self.folder / f"{stamp}-{next(self._numbers):04}.eml"
        making = kept.with_suffix(".part")
        making.write_bytes(content)
        making.rename(kept)
        for old in self.names()[KEPT:]:
            (self.folder / old).unlink(missing_ok=True)
        return kept

    def names(self) -> list[str]:
        """The newest first."""
        return sorted((file.name for file in self.folder.glob("*.eml")), reverse=True)

    def message(self, name: str) -> EmailMessage | None:
        """The message of that name, or of that Message-ID."""
        if name in self.names():
            return self._read(name)
        for candidate in self.names():
            found = self._read(candidate)
            if found and str(found["Message-ID"]).strip("<> ") == name.strip("<> "):
                return found
        return None

    def _read(self, name: str) -> EmailMessage | None:
        try:
            return email.message_from_bytes((self.folder / name).read_bytes(), policy=email.policy.default)
        except FileNotFoundError:
            return None


class Catch:
    """What aiosmtpd calls when a message has arrived."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd calls it so
        """Keep it before saying so."""
        self.folder.keep(envelope.original_content)
        return "250 Kept"


def serve(folder: Path, *, smtp_port: int, web_port: int) -> None:
    """Catch and show until the process ends."""
    caught = Folder(folder)
    catcher = Controller(Catch(caught), hostname="127.0.0.1", port=smtp_port, enable_SMTPUTF8=True)
    catcher.start()
    web = ThreadingHTTPServer(("127.0.0.1", web_port), _pages(caught, web_port))
    try:
        web.serve_forever(poll_interval=0.2)
    finally:
        catcher.stop()


def _pages(caught: Folder, port: int) -> type[BaseHTTPRequestHandler]:
    class Pages(BaseHTTPRequestHandler):
        """`/` lists, `/message/<name or Message-ID>` shows, `/html/<...>` is the HTML part, `/raw/<...>` the source."""

        def do_GET(self) -> None:  # http.server's name
            """Answer this machine's own browser; another name for it would be another site's page reaching in."""
            if self.headers.get("Host") not in {f"127.0.0.1:{port}", f"localhost:{port}"}:
                self.answer(403, "text/plain", "ask by 127.0.0.1", STRICT)
                return
            place, _, name = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
            if place == "style.css":
                self.answer(200, "text/css", STYLE, STRICT)
            elif not place:
                self.answer(200, "text/html", _list(caught), STRICT)
            elif place in {"message", "html", "raw"} and (message := caught.message(name)):
                kind = {"message": "text/html", "html": "text/html", "raw": "text/plain"}[place]
                self.answer(200, kind, _show(message, place, name), LETTER if place == "html" else STRICT)
            else:
                self.answer(404, "text/plain", "no such message", STRICT)

        def answer(self, status: int, kind: str, body: str, policy: str) -> None:
            """Send it."""
            content = body.encode("utf-8", "replace")
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing: addresses would bear nothing worth keeping."""

    return Pages


def _list(caught: Folder) -> str:
    names = caught.names()
    rows = []
    for name in names[:SHOWN]:
        if message := caught.message(name):
            to, subject, date = (html.escape(str(message[field] or "")) for field in ("To", "Subject", "Date"))
            rows.append(f'<tr><td>{date}<td>{to}<td><a href="/message/{quote(name)}">{subject or "(no subject)"}</a>')
    table = "<table><tr><th>Date<th>To<th>Subject" + "".join(rows) + "</table>" if rows else "<p>Nothing yet.</p>"
    return PAGE.format(title="Letters caught", body=f"<h1>Letters caught: {len(names)}</h1>{table}")


def _show(message: EmailMessage, place: str, name: str) -> str:
    if place == "raw":
        return message.as_string()
    rich = message.get_body(("html",))
    if place == "html":
        return f'<base target="_blank">{rich.get_content()}' if rich else ""
    plain = message.get_body(("plain",))
    head = "".join(f"<tr><th>{field}<td>{html.escape(str(value))}" for field, value in message.items())
    text = f"<h2>Text</h2><pre>{html.escape(plain.get_content())}</pre>" if plain else ""
    frame = (
        f'<h2>HTML</h2><iframe title="The letter as HTML" sandbox="{POPUPS}" src="/html/{quote(name)}"></iframe>'
        if rich
        else ""
    )
    subject = html.escape(str(message["Subject"]))
    back = f'<p><a href="/">All letters</a> · <a href="/raw/{quote(name)}">Source</a></p>'
    return PAGE.format(title=subject, body=f"{back}<h1>{subject}</h1><table>{head}</table>{frame}{text}")
