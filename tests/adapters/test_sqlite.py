"""The repository on SQLite keeps the contract: in a file among processes, in memory among threads."""

from __future__ import annotations

import os
import sqlite3
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import get_context

import pytest

from loyaltykit import CommitUnknown, InvalidValue, StoreUnavailable, VersionConflict
from loyaltykit.adapters import sqlite
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.testing import RepositoryContract
from loyaltykit.testing.contract.trial import booked, change_of, state_of
from tests.adapters.processes import commit_and_die, count_up, same_operations

PROCESSES = 3
SPAWN = get_context("spawn")


class TestSqliteFile(RepositoryContract):
    factory = "loyaltykit.testing.contract.factories:sqlite_file"


class TestSqliteInMemory(RepositoryContract):
    factory = "loyaltykit.testing.contract.factories:sqlite_memory"


@pytest.fixture
def path(tmp_path):
    """Give the path of a store that isn't there yet."""
    return tmp_path / "loyalty.db"


@pytest.fixture
def opened(path):
    """Give a function that opens the store once more; all is closed in the end."""
    repositories = []

    def opening(**options):
        repositories.append(SqliteRepository(path, **options))
        return repositories[-1]

    yield opening
    for repository in repositories:
        repository.close()


@pytest.fixture
def store(opened):
    """Give a repository over the store."""
    return opened()


def pragma(repository, name):
    """Give what SQLite itself says of that setting."""
    return repository._connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_the_file_is_written_ahead_and_synchronised(store):
    """As SQLite says, not as we asked: WAL, and FULL, which is 2."""
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2


def test_processes_count_one_document_exactly(path):
    """Spawned ones, all of which open the new file at once; each operation is committed twice and applied once."""
    with ProcessPoolExecutor(PROCESSES, SPAWN) as pool:
        for done in [pool.submit(count_up, str(path), f"p{number}", 20) for number in range(PROCESSES)]:
            done.result()
    store = SqliteRepository(path)
    seen = state_of(store)
    store.close()
    assert seen.documents["counter"].body == str(20 * PROCESSES)
    assert seen.documents["counter"].version == 20 * PROCESSES
    assert sum(entry.amount for entry in seen.entries if entry.account == "counter") == 20 * PROCESSES


def test_processes_that_commit_the_same_operations_apply_each_once(path):
    """A webhook that arrives at several servers."""
    with ProcessPoolExecutor(PROCESSES, SPAWN) as pool:
        applied = list(pool.map(same_operations, [str(path)] * PROCESSES, range(PROCESSES), [40] * PROCESSES))
    assert sum(applied) == 40


def test_threads_share_one_repository(store):
    """One connection, used by one at a time."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: store.commit(change_of(f"o{n}", guards={f"k{n}": 0})), range(40)))
    assert len(state_of(store).documents) == 40


def test_a_store_is_there_when_it_is_opened_again(path):
    """Closed and opened: a replay is known to be one."""
    change = change_of("o", guards={"a": 0}, puts={"a": "1"}, entries=booked("o", ("a", 5)))
    for replayed in (False, True):
        store = SqliteRepository(path)
        assert store.commit(change).replayed is replayed
        store.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")
def test_a_forked_process_opens_the_file_for_itself(store):
    """A connection must not be carried over a fork; what the child commits, the parent sees, and goes on."""
    store.commit(change_of("parent", guards={"a": 0}))
    connection = store._connection
    child = os.fork()
    if child == 0:  # pragma: no cover - another process, which ends without telling what it ran
        store.commit(change_of("child", guards={"a": 1}))
        os._exit(0 if store._connection is not connection and store.receipt("parent") else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.load(["a"])["a"].version == 2
    assert not store.commit(change_of("parent again", guards={"a": 2})).replayed


def test_the_file_is_closed_for_a_fork_and_opened_again(store):
    """SQLite counts its locks by process: nobody may have the file open while a process is doubled."""
    store.commit(change_of("parent", guards={"a": 0}))
    sqlite._before_fork()
    assert store._away
    sqlite._after_fork_here()
    assert store.load(["a"])["a"].version == 1
    sqlite._before_fork()
    sqlite._after_fork_there()
    assert store.load(["a"])["a"].version == 1
    store.close()
    sqlite._before_fork()
    sqlite._after_fork_here()
    with pytest.raises(StoreUnavailable):
        store.load(["a"])


def test_a_fork_in_the_middle_of_a_commit_leaves_the_repository_behind(store, monkeypatch):
    """Its connection is the parent's: the child is told to make another."""
    store._connection.execute("BEGIN IMMEDIATE")
    sqlite._before_fork()
    assert not store._away
    sqlite._after_fork_there()
    monkeypatch.setattr(store, "_process", -1)
    with pytest.raises(StoreUnavailable, match="in the middle of a commit"):
        store.load(["a"])
    store._connection.execute("ROLLBACK")


def test_a_store_in_memory_does_not_go_along_into_a_fork(monkeypatch):
    """The child would have a copy that nobody else sees: rather none."""
    store = SqliteRepository(":memory:")
    monkeypatch.setattr(store, "_process", -1)
    with pytest.raises(StoreUnavailable, match="stays with the process that made it"):
        store.load(["a"])
    store.close()


def test_a_file_locked_for_too_long_is_unavailable(store, opened):
    """Nothing was written, and the same change goes through when the lock is gone."""
    impatient, change = opened(timeout=0), change_of("o", guards={"a": 0})
    store._connection.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="database is locked; nothing was written"):
        impatient.commit(change)
    assert impatient.load(["a"])["a"].version == 0
    store._connection.execute("ROLLBACK")
    assert not impatient.commit(change).replayed


def test_a_closed_store_is_unavailable(store):
    """For every call; closing it once more is no mistake."""
    store.close()
    for call in (
        lambda: store.load(["a"]),
        lambda: store.commit(change_of("o")),
        lambda: store.receipt("o"),
        lambda: store.keys("", after=None, limit=1),
        lambda: store.entries(account=None, start=None, end=None, after=None, limit=1),
        lambda: store.due(datetime(2026, 3, 1, tzinfo=UTC), after=None, limit=1),
    ):
        with pytest.raises(StoreUnavailable, match="closed"):
            call()
    store.close()


def test_a_path_that_cannot_be_written_is_unavailable(tmp_path):
    """A folder that isn't there, a folder itself, a file that is none of SQLite's."""
    other = tmp_path / "notes.txt"
    other.write_text("no database, but long enough to have a header of its own" * 10, encoding="utf-8")
    for path in (tmp_path / "no" / "loyalty.db", tmp_path, other):
        with pytest.raises(StoreUnavailable, match="the store can't be reached"):
            SqliteRepository(path)


def test_a_commit_within_a_commit_is_refused_and_the_first_goes_on(store):
    """As a signal handler may try it: what the other began isn't rolled back by this one."""
    connection = store._connection
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO document VALUES ('a', 1, NULL)")
    with pytest.raises(StoreUnavailable, match="under way in the same thread"):
        store.commit(change_of("o"))
    connection.execute("COMMIT")
    assert store.load(["a"])["a"].version == 1


class Failing:
    """A connection whose COMMIT fails, before or after it was made."""

    def __init__(self, connection, *, made):
        self._connection, self._made = connection, made
        self.executemany = connection.executemany

    @property
    def in_transaction(self):
        return self._connection.in_transaction

    def execute(self, statement, *values):
        if statement == "COMMIT":
            if self._made:
                self._connection.execute("COMMIT")
            message = "disk I/O error"
            raise sqlite3.OperationalError(message)
        return self._connection.execute(statement, *values)


@pytest.mark.parametrize("made", [False, True])
def test_a_commit_that_fails_says_whether_it_is_known(store, monkeypatch, made):
    """Where the transaction still stands, nothing was written; where it's gone, that isn't known: the retry tells."""
    change, connection = change_of("o", guards={"a": 0}), store._connection
    monkeypatch.setattr(store, "_connection", Failing(connection, made=made))
    with pytest.raises(CommitUnknown if made else StoreUnavailable, match="disk I/O error") as caught:
        store.commit(change)
    assert getattr(caught.value, "operation_id", None) == ("o" if made else None)
    monkeypatch.setattr(store, "_connection", connection)
    assert not connection.in_transaction
    assert store.commit(change).replayed is made


def test_an_interruption_in_the_midst_leaves_no_transaction_behind(store, monkeypatch):
    """Control-C between two statements: nothing is written, and the next commit goes through."""

    def interrupted(*_):
        raise KeyboardInterrupt

    change = change_of("o", guards={"a": 0}, due={"a": datetime(2026, 3, 1, tzinfo=UTC)})
    with monkeypatch.context() as patched:
        patched.setattr("loyaltykit.adapters.sqlite.micros", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.commit(change)
    assert store.load(["a"])["a"].version == 0
    assert not store.commit(change).replayed


def test_more_keys_than_one_question_takes_are_loaded_in_several(store):
    """All of them, in their order."""
    keys = [f"key/{number}" for number in range(1_203)]
    store.commit(change_of("o", guards={keys[0]: 0, keys[600]: 0, keys[-1]: 0}))
    loaded = store.load(keys)
    assert list(loaded) == keys
    assert [key for key in keys if loaded[key].version] == [keys[0], keys[600], keys[-1]]


def test_a_conflict_names_the_key(store):
    """The one that has changed, of those that were guarded."""
    store.commit(change_of("o", guards={"b": 0}))
    with pytest.raises(VersionConflict, match="b is no longer at version 0") as caught:
        store.commit(change_of("p", guards={"a": 0, "b": 0}))
    assert caught.value.key == "b"


def test_a_store_is_the_same_file_after_its_process_has_moved(tmp_path, monkeypatch):
    """Closed for a fork and opened again, in another folder; and never made anew."""
    monkeypatch.chdir(tmp_path)
    store = SqliteRepository("loyalty.db")
    store.commit(change_of("o", guards={"a": 0}))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    sqlite._before_fork()
    sqlite._after_fork_here()
    assert store.load(["a"])["a"].version == 1
    sqlite._before_fork()
    (tmp_path / "loyalty.db").unlink()
    sqlite._after_fork_here()
    with pytest.raises(StoreUnavailable, match="is gone"):
        store.load(["a"])
    store.close()


def test_a_store_needs_a_path():
    """An empty one would be SQLite's own, which ends with its connection."""
    with pytest.raises(InvalidValue, match="needs a path"):
        SqliteRepository("")


def beside(path):
    """Give every file beside that at *path*, and itself, with what's in it."""
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


def test_a_store_that_is_only_read_sees_what_others_commit(store, opened):
    """While another has it open; it commits nothing itself."""
    reader = opened(read_only=True)
    store.commit(change_of("o", guards={"a": 0}))
    assert reader.load(["a"])["a"].version == 1
    with pytest.raises(StoreUnavailable, match="readonly database; nothing was written"):
        reader.commit(change_of("p"))
    assert store.receipt("p") is None


@pytest.mark.parametrize("name", ["loyalty.db", "50% of #1? ö.db"])
def test_a_closed_store_is_read_without_a_trace(tmp_path, name):
    """Whatever its name; no commit goes through, and no log stays behind."""
    path = tmp_path / name
    writer = SqliteRepository(path)
    writer.commit(change_of("o", guards={"a": 0}))
    writer.close()
    before = beside(path)
    reader = SqliteRepository(path, read_only=True)
    assert reader.load(["a"])["a"].version == 1
    with pytest.raises(StoreUnavailable, match="readonly database"):
        reader.commit(change_of("p"))
    reader.close()
    assert beside(path) == before


def test_what_a_killed_process_left_is_read_and_stays(path):
    """Its log holds what it committed last."""
    killed = SPAWN.Process(target=commit_and_die, args=(path,))
    killed.start()
    killed.join()
    log, before = path.with_name("loyalty.db-wal"), path.read_bytes()
    logged = log.read_bytes()
    assert logged
    reader = SqliteRepository(path, read_only=True)
    assert reader.load(["a"])["a"].version == 1
    reader.close()
    assert (path.read_bytes(), log.read_bytes()) == (before, logged)


def test_a_file_that_holds_no_store_is_not_made_one(path):
    """None that is there, and none of somebody else's, though it has a table of ours."""
    with pytest.raises(StoreUnavailable, match="can't be reached"):
        SqliteRepository(path, read_only=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE document (id)")
    before = beside(path)
    with pytest.raises(StoreUnavailable, match=r"loyalty\.db has no table receipt: name the file"):
        SqliteRepository(path, read_only=True)
    assert beside(path) == before


def test_a_store_in_memory_is_never_only_read():
    """It would be empty for good."""
    with pytest.raises(InvalidValue, match="nothing to read"):
        SqliteRepository(":memory:", read_only=True)


def test_a_store_that_is_only_read_stays_so_after_a_fork(path):
    """It's opened anew as it was."""
    SqliteRepository(path).close()
    reader = SqliteRepository(path, read_only=True)
    sqlite._before_fork()
    sqlite._after_fork_here()
    with pytest.raises(StoreUnavailable, match="readonly database"):
        reader.commit(change_of("p"))
    reader.close()
