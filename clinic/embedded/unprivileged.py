"""How to start Postgres, which refuses to run as root, whoever is running us."""

import functools
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Identity:
    """What goes before a command, and into Popen, so that it runs as somebody other than root."""

    prefix: tuple[str, ...] = ()
    popen: dict[str, Any] = field(default_factory=dict)  # Popen's user=, group=, extra_groups=
    owner: int | None = None

    def give(self, *folders: Path) -> None:
        """Hand the folders to the identity, where it is another account."""
        if self.owner is not None:
            for folder in folders:
                os.chown(folder, self.owner, -1)


@functools.cache
def unprivileged() -> Identity:
    """Nothing to do for an ordinary user. For root a user namespace, where files keep their owner; else `nobody`."""
    if os.getuid() != 0:
        return Identity()
    unshare = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
    if shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
        return Identity(prefix=unshare)
    nobody = pwd.getpwnam("nobody")
    return Identity(popen={"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}, owner=nobody.pw_uid)


def tied_to_us(signal_name: str) -> tuple[str, ...]:
    """A prefix that has the kernel send the signal when the process that started the command dies, even by kill -9."""
    return ("setpriv", "--pdeathsig", signal_name) if shutil.which("setpriv") else ()
