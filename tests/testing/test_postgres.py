"""The throw-away cluster: made where it can be, gone with its process, and killed as a power cut would not be."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import gettempdir

import psycopg
import pytest

from loyaltykit.testing import postgres
from loyaltykit.testing.contract.forked import begin
from loyaltykit.testing.contract.verdict import NotClaimed, Violated
from loyaltykit.testing.postgres import Cluster, Server, server


def _has_postgres():
    try:
        postgres._binaries()
    except NotClaimed:
        return False
    return True


needs_postgres = pytest.mark.skipif(not _has_postgres(), reason="there's no PostgreSQL on this machine")


@pytest.fixture
def cluster():
    with Cluster({"fsync": "off"}) as started:
        yield started


def test_what_was_committed_is_there_after_a_kill(cluster):
    """Every process of it is gone at once; the next one recovers, under the same name."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE told (word text)")
        connection.execute("INSERT INTO told VALUES ('kept')")
        cluster.kill()
        assert not cluster.running
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    cluster.start()
    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("SELECT word FROM told").fetchone() == ("kept",)


def test_its_own_collation_is_not_that_of_bytes(cluster):
    """An adapter that forgets to compare bytes is found out: here a small letter comes before a great one."""
    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("SELECT 'a' < 'B', 'a' < 'B' COLLATE \"C\"").fetchone() == (True, False)


@needs_postgres
def test_a_cluster_ends_with_its_process():
    """Also where that is killed and says nothing: no server and no folder stay."""
    script = (
        "import os, signal\n"
        "from loyaltykit.testing.postgres import Cluster\n"
        "cluster = Cluster()\n"
        "cluster.start()\n"
        "print(cluster._folder, cluster._server.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    folder, process = done.stdout.split()
    end = time.monotonic() + 30
    while Path(folder).exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not postgres._runs(int(process))


def test_without_its_programs_it_says_how_to_come_by_a_server(monkeypatch):
    """Tests are skipped with these words."""
    monkeypatch.setenv("PATH", gettempdir())
    monkeypatch.setattr(postgres, "DEBIAN", Path("/nowhere"))
    monkeypatch.delenv(postgres.VARIABLE, raising=False)
    with pytest.raises(NotClaimed, match=r"^not claimed: .* initdb .* LOYALTYKIT_TEST_POSTGRES$"):
        Cluster().start()


@needs_postgres
def test_a_setting_that_it_refuses_is_told_in_its_own_words():
    """What the server said is in the message."""
    cluster = Cluster({"max_connections": "many"})
    with pytest.raises(NotClaimed, match=r"it doesn't start: .*max_connections"):
        cluster.start()
    cluster.stop()


def test_a_server_that_does_not_come_back_is_no_reason_to_skip(cluster):
    """Where PostgreSQL is there and can't be started after a kill, something is broken."""
    cluster.kill()
    cluster.settings["max_connections"] = "many"
    with pytest.raises(Violated, match=r"doesn't start again: .*max_connections"):
        cluster.start()


@needs_postgres
def test_a_program_that_fails_is_told_in_its_own_words(monkeypatch):
    """Here initdb is asked for a locale that isn't there."""
    monkeypatch.setattr(postgres, "INITDB", ("--locale", "xx_YY"))
    cluster = Cluster()
    with pytest.raises(NotClaimed, match=r"initdb ends with 1: .*xx_YY"):
        cluster.start()
    cluster.stop()


def test_a_cluster_that_has_no_server_cannot_be_killed():
    """It says what to do first."""
    with pytest.raises(RuntimeError, match=r"start\(\) it first"):
        Cluster().kill()
    Cluster().stop()  # there's nothing to stop


def test_whoever_wants_no_postgresql_says_so(monkeypatch):
    """Then nothing is started, whatever is installed."""
    monkeypatch.setenv(postgres.VARIABLE, "none")
    server.cache_clear()
    for start in (Cluster().start, server):
        with pytest.raises(NotClaimed, match="LOYALTYKIT_TEST_POSTGRES says none"):
            start()


@needs_postgres
def test_a_forked_process_that_lives_on_does_not_hold_up_a_stop():
    """It has inherited all that is open, also what says that the cluster isn't needed any more."""
    cluster, stopped = Cluster({"fsync": "off"}), threading.Event()
    cluster.start()
    folder = cluster._folder
    forked = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
    begin(forked)
    stopping = threading.Thread(target=lambda: (cluster.stop(), stopped.set()), daemon=True)
    stopping.start()
    try:
        assert stopped.wait(30)
        assert forked.is_alive()
        assert not folder.exists()
    finally:
        forked.kill()
        forked.join()
        stopping.join()


def test_where_its_processes_cant_be_found_a_server_is_not_killed(cluster, monkeypatch):
    """It's said before anything is done to it."""
    monkeypatch.setattr(postgres, "CHILDREN", "/nowhere/{process}")
    with pytest.raises(NotClaimed, match=r"^not claimed: a server's processes are found in /proc"):
        cluster.kill()
    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_was_killed_cannot_be_killed_again(cluster):
    """There's none."""
    cluster.kill()
    with pytest.raises(RuntimeError, match=r"start\(\) it first"):
        cluster.kill()


def test_it_waits_until_processes_are_gone():
    """One that nobody has looked after yet counts as gone."""
    with subprocess.Popen(["sleep", "0.2"]) as process:  # noqa: S607
        assert postgres._runs(process.pid)
        postgres._wait_until_gone([process.pid])
        assert not postgres._runs(process.pid)


def test_as_anybody_but_root_the_server_runs_as_ourselves(monkeypatch):
    """Only root must be somebody else."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert postgres._user() is None
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert postgres._user() == "postgres"


@needs_postgres
def test_the_server_is_the_one_that_the_variable_names_else_one_for_all(monkeypatch):
    """A cluster of our own is started once a process."""
    server.cache_clear()
    monkeypatch.setenv(postgres.VARIABLE, "postgresql://somewhere/else")
    assert server() == Server("postgresql://somewhere/else")
    server.cache_clear()
    monkeypatch.delenv(postgres.VARIABLE)
    assert server() is server()
    with psycopg.connect(server().url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
