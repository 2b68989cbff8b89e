"""Hosts of their own on this machine: network namespaces, each with one cable to one bridge. Linux, and root only."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: Of 198.18.0.0/15, which is for benchmarks between hosts and is routed nowhere.
_NETWORK: Final = "198.18.{}"
_SECONDS: Final = 20


class Lan:
    """Names begin with the process id, so that the next run can clear away what a killed one has left."""

    def __init__(self) -> None:
        self._prefix = f"ts{os.getpid()}"
        self._network = _NETWORK.format(os.getpid() % 250)
        self._wire = f"{self._prefix}-wire"
        #: Address of each host by its name.
        self.addresses: dict[str, str] = {}

    @property
    def network(self) -> str:
        return f"{self._network}.0/24"

    def lay(self) -> None:
        """The bridge, in a namespace of its own where no firewall of this machine looks, and our own cable to it."""
        _ip("netns", "add", self._wire)
        _ip("-n", self._wire, "link", "add", "name", "lan", "type", "bridge", "forward_delay", "0")
        _ip("-n", self._wire, "link", "set", "lan", "up")
        _ip("link", "add", self._prefix, "type", "veth", "peer", "name", "outside", "netns", self._wire)
        _ip("-n", self._wire, "link", "set", "outside", "master", "lan", "up")
        _ip("addr", "add", f"{self._network}.1/24", "dev", self._prefix)
        _ip("link", "set", self._prefix, "up")

    def add(self, host: str) -> str:
        """A host with a cable; its address."""
        space, address = self._space(host), f"{self._network}.{len(self.addresses) + 2}"
        _ip("netns", "add", space)
        self.addresses[host] = address
        _ip("-n", self._wire, "link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", space)
        _ip("-n", self._wire, "link", "set", host, "master", "lan", "up")
        _ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        for link in ("eth0", "lo"):
            _ip("-n", space, "link", "set", link, "up")
        return address

    def enter(self, host: str) -> list[str]:
        """What goes before a command that runs on this host."""
        return ["ip", "netns", "exec", self._space(host)]

    def cut(self, host: str) -> None:
        """Pull its cable: nothing arrives any more, and nobody is told."""
        _ip("-n", self._wire, "link", "set", host, "down")

    def heal(self, host: str) -> None:
        _ip("-n", self._wire, "link", "set", host, "up")

    def clear(self) -> None:
        """The cables go with their namespaces. Does nothing the second time."""
        remove(f"{self._prefix}-")

    def _space(self, host: str) -> str:
        return f"{self._prefix}-{host}"


def remove(prefix: str) -> None:
    for space in Path("/run/netns").glob(f"{prefix}*"):
        _ip("netns", "del", space.name)


def remove_forgotten() -> None:
    """Of test processes that are no more."""
    for space in Path("/run/netns").glob("ts*-*"):
        number = space.name.removeprefix("ts").partition("-")[0]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            _ip("netns", "del", space.name)


def why_not() -> str | None:
    """The reason why no hosts can be made here; None where they can."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return "hosts of their own want root and iproute2"
    probe = f"ts{os.getpid()}-probe"
    try:
        _ip("netns", "add", probe)
        _ip("netns", "exec", probe, "true")
    except subprocess.CalledProcessError:
        return "this machine lets nobody make network namespaces"
    finally:
        remove(probe)
    return None


@contextmanager
def laid() -> Iterator[Lan]:
    remove_forgotten()
    lan = Lan()
    try:
        lan.lay()
        yield lan
    finally:
        lan.clear()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=_SECONDS)
