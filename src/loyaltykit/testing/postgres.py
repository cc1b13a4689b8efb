"""
PostgreSQL for tests: the server that ``LOYALTYKIT_TEST_POSTGRES`` names, else a throw-away cluster on loopback.

A cluster is made by the machine's own binaries in a temporary folder, and is gone with the process that started it,
however that ends: at once, unless processes live on that it has forked, and then with the last of them. Its default
collation is that of ICU for American English, so that whoever forgets to say ``"C"`` where bytes are to be compared is
found out.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from attrs import define, field, frozen

from loyaltykit.testing.contract.verdict import NotClaimed, Violated

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

VARIABLE: Final = "LOYALTYKIT_TEST_POSTGRES"
"""
Names the server to test on, as ``postgresql://user:password@host:port/database``, whose user may make tables; ``none``
says that nothing is tested there, even where PostgreSQL is installed.
"""

NONE: Final = "none"

SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "deadlock_timeout": "100ms",
    "log_min_messages": "fatal",
    **({"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}),  # a tenth of the time after a kill
}
"""What a cluster is started with, beside what its maker adds."""

DEBIAN: Final = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each version, and on no PATH."""

INITDB: Final = (
    *("--username", "postgres", "--auth", "trust", "--no-sync"),
    *("--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en-US"),
)
"""What a cluster is made with."""

PATIENCE: Final = 60
"""Seconds that a server has to start, or to go."""

CHILDREN: Final = "/proc/{process}/task/{process}/children"
"""Where a system tells which processes one has started."""

_WATCH: Final = """
read _
server=$(head -n 1 "$1/data/postmaster.pid") && kill -QUIT "$server"
for _ in $(seq 50); do kill -0 "$server" && sleep 0.1 || break; done
rm -rf "$1"
"""
"""
What waits for a word of this process, or for its end and that of all that it has forked, by whichever way; then ends
its server and removes the cluster.
"""


@frozen
class Server:
    """A running server: connect to *url*, such as ``postgresql://postgres@127.0.0.1:5433/postgres``."""

    url: str


@define
class Cluster:
    """
    A cluster of PostgreSQL's own, in a temporary folder, with a server that can be started, killed and stopped.

    *settings* are added to those of `SETTINGS`, such as ``{"fsync": "off"}`` where nothing is killed. Needs the
    binaries of PostgreSQL 15 or newer, and raises `NotClaimed` with what's missing. Run by root, the server is
    the system user ``postgres``, since it refuses to be root. Where `stop` is never called, the server is stopped and
    the folder removed when this process ends, and all that it has forked.

    Examples:
        >>> from loyaltykit.testing.postgres import Cluster
        >>> Cluster(settings={"fsync": "off"}).running
        False
    """

    settings: dict[str, str] = field(factory=dict)
    port: int = field(default=0, init=False)
    _folder: Path | None = field(default=None, init=False)
    _watcher: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _server: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Where to connect; the same after it was killed and started again."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def running(self) -> bool:
        """Whether the server runs."""
        return self._server is not None and self._server.poll() is None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop it, and remove the folder."""
        self.stop()

    def start(self) -> None:
        """
        Start the server, after a kill too; return when it answers.

        Raises `NotClaimed` where it can't be started, and `Violated` where it can't any more: a server that doesn't
        come back is no reason to skip a test.
        """
        begun = self._server is not None
        folder = self._folder or self._make()
        wanted = SETTINGS | {"port": str(self.port)} | self.settings
        options = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
        command = (str(_binaries() / "postgres"), "-D", str(folder / "data"), *options)
        with (folder / "log").open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603 - ours
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=_user(), group=_user(), cwd="/"
            )
        if problem := self._problem(folder, self._server):
            if begun:
                message = f"the server doesn't start again: {problem}"
                raise Violated(message)
            _missing(f"it doesn't start: {problem}")

    def kill(self) -> None:
        """
        Kill every process of the server at once, by SIGKILL, which none can catch; what it had written stays.

        Raises `NotClaimed` where the system doesn't tell which they are.
        """
        if self._server is None or not self.running:
            message = "the cluster has no server: start() it first"
            raise RuntimeError(message)
        postmaster = self._server.pid
        told = Path(CHILDREN.format(process=postmaster))
        if not told.exists():
            message = "not claimed: a server's processes are found in /proc, which this system lacks: none is killed"
            raise NotClaimed(message)
        self._server.send_signal(signal.SIGSTOP)  # so that it makes no more of them
        children = told.read_text().split()
        for process in (postmaster, *map(int, children)):
            with suppress(ProcessLookupError):  # one that was about to go
                os.kill(process, signal.SIGKILL)
        self._server.wait()
        _wait_until_gone([int(child) for child in children])

    def stop(self) -> None:
        """Stop the server if there's one, and remove its folder."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()
        if self._watcher is not None:
            self._watcher.communicate(b"\n")  # others may have open what it reads
        self._watcher = self._folder = self._server = None

    @staticmethod
    def _problem(folder: Path, process: subprocess.Popen[bytes]) -> str | None:
        """Wait until the server tells in its file that it takes connections; give what it says where it never does."""
        end, told = time.monotonic() + PATIENCE, folder / "data" / "postmaster.pid"
        while process.poll() is None and time.monotonic() < end:
            with suppress(FileNotFoundError):  # not there yet, or one left by a kill that goes just now
                lines = told.read_text()
                if lines.startswith(f"{process.pid}\n") and "ready" in lines:
                    return None
            time.sleep(0.005)
        return (folder / "log").read_text(errors="replace")

    def _make(self) -> Path:
        """Make the cluster, and have it watched; give its folder."""
        _binaries()  # or there's nothing to make it with
        folder = Path(tempfile.mkdtemp(prefix="loyaltykit-postgres-"))
        shutil.chown(folder, _user() or os.geteuid())
        self._watcher = subprocess.Popen(  # noqa: S603 - ours
            ["sh", "-c", _WATCH, "sh", str(folder)],  # noqa: S607 - every system with PostgreSQL has one
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            user=_user(),
            group=_user(),
            cwd="/",
        )
        _run("initdb", "--pgdata", str(folder / "data"), *INITDB)
        self._folder, self.port = folder, _free_port()
        return folder


@cache
def server() -> Server:
    """
    Give the server to test on, the same one each time; raises `NotClaimed` with words where there's none.

    One of our own doesn't wait for the disk (``fsync`` off): whoever kills it makes a `Cluster`.
    """
    named = os.environ.get(VARIABLE)
    if named and named != NONE:
        return Server(named)
    cluster = Cluster({"fsync": "off"})
    cluster.start()
    _OWN.append(cluster)
    return Server(cluster.url)


_OWN: Final[list[Cluster]] = []
"""Keeps what `server` has started for as long as this process lives."""


def _binaries() -> Path:
    """Give the folder of PostgreSQL's programs, that of the newest."""
    if os.environ.get(VARIABLE) == NONE:
        _missing(f"{VARIABLE} says {NONE}")
    installed = sorted(DEBIAN.glob("*/bin"), key=_version, reverse=True)
    found = shutil.which("initdb", path=os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, installed)]))
    if found is None:
        _missing("its initdb isn't among the programs of this machine")
    return Path(found).resolve().parent


def _version(folder: Path) -> int:
    return int(re.sub(r"\D", "", folder.parent.name) or 0)


def _missing(why: str) -> NoReturn:
    message = f"not claimed: there's no PostgreSQL to test on: {why}. Install it, or name a server in {VARIABLE}"
    raise NotClaimed(message)


def _user() -> str | None:
    """Give the system user that the server runs as where we are root, None where it runs as ourselves."""
    return "postgres" if os.geteuid() == 0 else None


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; what it says is kept for when it fails."""
    command = (str(_binaries() / program), *arguments)
    done = subprocess.run(  # noqa: S603 - ours
        command, check=False, capture_output=True, timeout=PATIENCE, user=_user(), group=_user(), cwd="/"
    )
    if done.returncode:
        _missing(f"{program} ends with {done.returncode}: {done.stderr.decode(errors='replace').strip()}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait_until_gone(processes: Sequence[int]) -> None:
    """Wait until none of *processes* runs: until then they hold the memory that a new server needs."""
    end = time.monotonic() + PATIENCE
    while any(_runs(process) for process in processes):
        if time.monotonic() > end:  # pragma: no cover - the system doesn't keep those that SIGKILL has ended
            message = f"some of {processes} still run"
            raise TimeoutError(message)
        time.sleep(0.001)


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"  # one whose parent hasn't looked after it yet holds nothing
