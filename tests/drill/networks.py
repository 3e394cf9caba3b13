"""Two hosts in network namespaces of their own, and the three servers each at an address that they can be cut from."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

SERVERS: Final = {"postgres": "10.77.0.11", "redis": "10.77.0.12", "smtp": "10.77.0.13"}
RULE: Final = ("priority", "77", "blackhole")
HOSTS: Final = {"a": 1, "b": 2}


@dataclass(frozen=True)
class Host:
    """A host of its own: what is started behind its prefix sees only its own network."""

    name: str

    @property
    def namespace(self) -> str:
        """What the kernel knows it as."""
        return f"interval-{self.name}"

    @property
    def address(self) -> str:
        """Where it is."""
        return f"10.77.{HOSTS[self.name]}.2"

    @property
    def prefix(self) -> tuple[str, ...]:
        """What goes before a command that is to run on it."""
        return ("ip", "netns", "exec", self.namespace)

    def cut(self, server: str, *, out: bool = True, back: bool = True) -> None:
        """Cut it from a server: what it says, what it would hear, or both. Nobody is told, packets are gone."""
        if out:
            _ip("-n", self.namespace, "rule", "add", "to", SERVERS[server], *RULE)
        if back:
            _ip("rule", "add", "from", SERVERS[server], "to", self.address, *RULE)

    def join(self, server: str) -> None:
        """Join it again, whichever way was cut."""
        _ip("-n", self.namespace, "rule", "del", "to", SERVERS[server], *RULE, check=False)
        _ip("rule", "del", "from", SERVERS[server], "to", self.address, *RULE, check=False)


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """Build the networks; whatever happens, nothing of them is left."""
    hosts = tuple(Host(name) for name in HOSTS)
    _remove(hosts)
    try:
        for address in SERVERS.values():
            _ip("address", "add", f"{address}/32", "dev", "lo")
        for host in hosts:
            _connect(host)
        yield hosts[0], hosts[1]
    finally:
        _remove(hosts)


def _connect(host: Host) -> None:
    near, far, net = f"interval-{host.name}0", f"interval-{host.name}1", f"10.77.{HOSTS[host.name]}"
    _ip("netns", "add", host.namespace)
    _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", host.namespace)
    _ip("address", "add", f"{net}.1/24", "dev", near)
    _ip("link", "set", near, "up")
    _ip("-n", host.namespace, "address", "add", f"{net}.2/24", "dev", far)
    _ip("-n", host.namespace, "link", "set", far, "up")
    _ip("-n", host.namespace, "link", "set", "lo", "up")
    _ip("-n", host.namespace, "route", "add", "default", "via", f"{net}.1")


def _remove(hosts: tuple[Host, ...]) -> None:
    for host in hosts:
        for server in SERVERS:
            host.join(server)
        _ip("netns", "delete", host.namespace, check=False)
        _ip("link", "delete", f"interval-{host.name}0", check=False)
    for address in SERVERS.values():
        _ip("address", "delete", f"{address}/32", "dev", "lo", check=False)


def _ip(*words: str, check: bool = True) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
