"""The demo's mail catcher, over its own SMTP and HTTP."""

import http.client
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.ports import free_port

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int, Path]]:
    """The command itself, on ports of its own; its SMTP port, its page's port, its home."""
    home, smtp, web = tmp_path_factory.mktemp("home"), free_port(), free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("INTERVAL_")}
    variables = {
        "INTERVAL_MODE": "demo",
        "INTERVAL_HOME": str(home),
        "INTERVAL_SMTP_PORT": str(smtp),
        "INTERVAL_MAIL_PORT": str(web),
    }
    command = [sys.executable, str(PROJECT / "manage.py"), "catch_mail"]
    process = subprocess.Popen(command, env={**inherited, **variables}, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            ask(web, "/")
            break
        except OSError:
            time.sleep(0.1)
    yield smtp, web, home
    process.send_signal(signal.SIGTERM)
    process.wait(10)


def ask(port: int, path: str, host: str | None = None) -> tuple[int, str, str]:
    """Status, policy and body of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}"})
    response = connection.getresponse()
    return response.status, response.headers["Content-Security-Policy"], response.read().decode()


def letter(number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "clinic@interval.example",
        "rekha@example.org",
        f"તમારી મુલાકાત {number}",
    )
    message["Message-ID"] = f"<{number}.a+b@interval.example>"
    message.set_content(f"Visit {number} <script>alert(1)</script>\n")
    message.add_alternative(f"<p>Visit <b>{number}</b></p>", subtype="html")
    return message


def test_letter_is_kept_whole_and_shown_by_its_message_id(catcher: tuple[int, int, Path]) -> None:
    smtp, web, home = catcher
    with smtplib.SMTP("127.0.0.1", smtp, timeout=5) as server:
        for number in (1, 2):
            server.send_message(letter(number))
    assert len(list((home / "mail").glob("*.eml"))) == 2
    status, policy, page = ask(web, "/")
    assert status == 200
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")
    assert page.index("તમારી મુલાકાત 2") < page.index("તમારી મુલાકાત 1")
    name = quote("<2.a+b@interval.example>", safe="")
    status, _, page = ask(web, f"/message/{name}")
    assert status == 200
    assert "Visit 2 &lt;script&gt;" in page
    status, policy, page = ask(web, f"/html/{name}")
    assert (status, page.strip()) == (200, '<base target="_blank"><p>Visit <b>2</b></p>')
    assert "sandbox" in policy


@pytest.mark.parametrize("path", ["/message/none", "/message/..%2F..%2Fsecrets%2Fsecret_key", "/other"])
def test_unknown_letter_is_not_found(catcher: tuple[int, int, Path], path: str) -> None:
    assert ask(catcher[1], path)[0] == 404


def test_another_sites_page_cannot_read_letters_by_a_name_of_its_own(catcher: tuple[int, int, Path]) -> None:
    assert ask(catcher[1], "/", host="evil.example")[0] == 403


def test_production_has_no_catcher() -> None:
    variables = {"PATH": os.environ["PATH"], "INTERVAL_MODE": "production"}
    ended = subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "catch_mail"],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "EMAIL_URL" in ended.stderr
