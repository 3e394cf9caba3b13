"""Where the embedded parts keep what they keep."""

import os
import stat
from pathlib import Path

import pytest

from clinic.embedded.home import CHECKOUT, Home, HomeUnusable


def test_home_is_the_checkouts_own_unless_another_is_named(tmp_path: Path) -> None:
    assert Home.from_environment({}) == Home(CHECKOUT / ".interval", 8000, 8001, 8002)
    named = Home.from_environment({"INTERVAL_HOME": str(tmp_path), "PORT": "8101", "INTERVAL_MAIL_PORT": "9000"})
    assert named == Home(tmp_path, 8101, 8102, 9000)


@pytest.mark.parametrize("port", ["0", "65534", "-1", "80a", "eight"])
def test_port_that_is_none_is_refused_by_name(port: str) -> None:
    with pytest.raises(HomeUnusable, match=r"^PORT must be a port"):
        Home.from_environment({"PORT": port})


def test_sockets_stay_short_however_deep_the_home_lies(tmp_path: Path) -> None:
    home = Home(tmp_path / ("deep" * 20) / ("deeper" * 20))
    assert len(str(home.sockets / ".s.PGSQL.5432")) < 107
    assert home.sockets != Home(tmp_path).sockets


def test_sockets_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.sockets.mkdir(mode=0o700)
    try:
        home.sockets.chmod(0o777)
        with pytest.raises(HomeUnusable, match="open to others"):
            home.prepare()
    finally:
        home.sockets.rmdir()


def test_home_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeUnusable) as refused:
        Home(tmp_path / "file" / "home").prepare()
    assert str(refused.value) == f"Cannot make {tmp_path}/file/home: Not a directory"


def test_secret_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.kept_secret("secret_key") is None
    made = home.secret("secret_key")
    assert len(made) == 50
    assert home.secret("secret_key") == home.kept_secret("secret_key") == made
    kept = tmp_path / "secrets" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert kept.stat().st_uid == os.getuid()
