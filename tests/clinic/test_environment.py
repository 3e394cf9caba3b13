"""What the environment may say, and what is refused: values in, values out."""

import pytest

from clinic import environment
from clinic.environment import BadEnvironment, read

KEY = "k3y-Zq8vN1xT7rLwB4mHcJ9pSdF2gYaE6uKoXiV5nRtQbWzCjMhP"
GOOD = {
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "clinic.example, www.clinic.example",
    "DATABASE_URL": "postgresql://interval_app:pw@db.example/interval",
    "OWNER_DATABASE_URL": "postgresql://interval_owner:pw@db.example/interval",
    "REDIS_URL": "rediss://:pw@redis.example/0",
    "EMAIL_URL": "smtp+tls://user:pw@mail.example:587",
    "INTERVAL_HOME": "/var/lib/interval",
}
NEEDED = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")
WEAK = (
    ("SECRET_KEY", KEY[:49]),
    ("SECRET_KEY", "a" * 60),
    ("SECRET_KEY", "password" * 9),
    ("SECRET_KEY", "correct-horse-battery-staple-" * 2),
    ("SECRET_KEY", "0123456789" * 6),
    ("SECRET_KEY", "django-insecure-" + KEY),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", ".example"),
    ("ALLOWED_HOSTS", "clinic.example,*"),
    ("DATABASE_URL", "postgresql://interval_owner:pw@db.example/interval"),
    ("DATABASE_URL", "postgresql://postgres:pw@db.example/interval"),
    ("DATABASE_URL", "postgresql://db.example/interval"),
    ("REDIS_URL", "memory://"),
    ("INTERVAL_DATABASE_ROLE", "owner"),
)


def test_production_is_the_mode_unless_another_is_named() -> None:
    assert read({}).mode == "production"
    assert read({"INTERVAL_MODE": "demo"}).mode == "demo"


def test_good_production_is_fit_to_serve() -> None:
    settings = read(GOOD)
    assert settings.unfit == ()
    assert settings.allowed_hosts == ["clinic.example", "www.clinic.example"]
    assert settings.public_url == "https://clinic.example"
    assert (settings.database["USER"], settings.database["HOST"]) == ("interval_app", "db.example")
    assert (settings.email["EMAIL_HOST"], settings.email["EMAIL_PORT"], settings.email["EMAIL_USE_TLS"]) == (
        "mail.example",
        587,
        True,
    )


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, ""])
def test_missing_value_is_named(name: str, value: str | None) -> None:
    given = {key: found for key, found in {**GOOD, name: value}.items() if found is not None}
    assert read(given).unfit == (f"{name} is missing",)


@pytest.mark.parametrize(("name", "value"), WEAK)
def test_weak_value_is_named(name: str, value: str) -> None:
    (reason,) = read({**GOOD, name: value}).unfit
    assert reason.startswith(f"{name} is weak")


@pytest.mark.parametrize("url", ["smtp:///", "smtp+tls://:587"])
def test_mail_address_without_a_server_is_weak(url: str) -> None:
    (reason,) = read({**GOOD, "EMAIL_URL": url}).unfit
    assert reason == "EMAIL_URL is weak: it names no mail server"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTERVAL_MOD", "demo"),
        ("INTERVAL_SECRET_KEY", KEY),
        ("INTERVAL_MODE", "staging"),
        ("INTERVAL_BEHIND_PROXY", "perhaps"),
        ("INTERVAL_SMTP_PORT", "smtp"),
        ("PORT", "70000"),
        ("DATABASE_URL", "sqlite:///clinic.db"),
        ("EMAIL_URL", "consolemail://"),
    ],
)
def test_unknown_name_or_unreadable_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadEnvironment, match=rf"^{name} "):
        read({**GOOD, name: value})


@pytest.mark.parametrize(
    ("word", "meant"), [("False", False), ("false", False), ("0", False), ("no", False), ("True", True), ("1", True)]
)
def test_switch_is_read_as_meant(word: str, meant: bool) -> None:
    assert read({**GOOD, "INTERVAL_BEHIND_PROXY": word}).behind_proxy is meant


def test_migrating_in_production_needs_the_owners_address() -> None:
    given = {key: value for key, value in GOOD.items() if key != "OWNER_DATABASE_URL"}
    with pytest.raises(BadEnvironment, match=r"^OWNER_DATABASE_URL is missing"):
        read({**given, "INTERVAL_DATABASE_ROLE": "owner"})
    assert read(given).unfit == ()


def test_demo_ignores_what_other_programs_left_in_the_environment() -> None:
    settings = read({**GOOD, "INTERVAL_MODE": "demo", "PORT": "8101"})
    assert settings.database["USER"] == "interval_app"
    assert settings.database["HOST"].startswith("/tmp/interval-")  # noqa: S108  # the embedded Postgres's socket
    assert settings.redis_url.startswith("unix://")
    assert (settings.email["EMAIL_HOST"], settings.email["EMAIL_PORT"]) == ("127.0.0.1", 8102)


def test_refusal_says_every_reason_and_ends_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        environment.refuse_to_serve(("SECRET_KEY is missing", "EMAIL_URL is missing"))
    assert ended.value.code == 3
    assert capsys.readouterr().err == "Interval does not start:\nSECRET_KEY is missing\nEMAIL_URL is missing\n"


def test_haste_is_for_tests_alone() -> None:
    assert read({"INTERVAL_MODE": "test", "INTERVAL_HASTE": "20"}).haste == 20
    assert read(GOOD).haste == 1
    for mode in ("production", "demo"):
        with pytest.raises(BadEnvironment, match="INTERVAL_HASTE is for tests"):
            read(GOOD | {"INTERVAL_MODE": mode, "INTERVAL_HASTE": "2"})
    for value in ("0", "61", "-1", "fast"):
        with pytest.raises(BadEnvironment, match="from 1 to 60"):
            read({"INTERVAL_MODE": "test", "INTERVAL_HASTE": value})


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "INTERVAL_BOUNCE_MAILBOX",
            ("maildir:/var/mail/b", "mbox:/var/mail/b", ""),
            ("/var/mail/b", "maildir:b", "imap://x"),
        ),
        (
            "INTERVAL_BOUNCE_ADDRESS",
            ("b@clinic.example", ""),
            ("b", "Bounces <b@clinic.example>", "b@clinic", "a b@c.example"),
        ),
    ],
)
def test_where_letters_come_back_to_is_read_or_refused_by_name(
    name: str, good: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    attribute = name.removeprefix("INTERVAL_").lower()
    assert [getattr(read(GOOD | {name: value}), attribute) for value in good] == list(good)
    for value in bad:
        with pytest.raises(BadEnvironment, match=name):
            read(GOOD | {name: value})
