"""Level 1: what one caller after another sees. Each property is played on a fresh store."""

from __future__ import annotations

from functools import partial
from itertools import product
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from loyaltykit.errors import CommitUnknown, OperationMismatch, StoreUnavailable, VersionConflict
from loyaltykit.ledger.cursor import micros
from loyaltykit.ledger.entry import unbalanced
from loyaltykit.ledger.repository import MAX_BODY, MAX_CHANGE, MAX_GUARDS, Committed, Receipt, Versioned
from loyaltykit.testing.contract import race
from loyaltykit.testing.contract.factory import FAULTS, claims, fault_of
from loyaltykit.testing.contract.samples import (
    BODIES,
    DETAIL,
    KEYS,
    LONG,
    MOMENTS,
    big_entries,
    drawn_text,
    large_entries,
)
from loyaltykit.testing.contract.trial import (
    after_noon,
    all_due,
    all_entries,
    all_keys,
    booked,
    change_of,
    state_of,
    unchanged,
)
from loyaltykit.testing.contract.verdict import NotClaimed, check, raised, same

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltykit.ledger.entry import Entry
    from loyaltykit.ledger.repository import Change
    from loyaltykit.testing.contract.factory import Store
    from loyaltykit.testing.contract.trial import Trial

PAGES: Final = (1, 2, 3, 200)
"""Lengths of pages that must all give the same list."""

BOUNDS: Final = ((None, None), (None, after_noon(1)), (after_noon(1), None), (after_noon(1), after_noon(2)))
"""From when on, and up to when, entries are asked for."""


def round_trip_is_exact(trial: Trial) -> None:
    """Bodies, results, names and entries come back as they went in, to the last character, digit and bound (C4, C9)."""
    operation, digest = LONG[1:3]
    bodies = dict(zip(KEYS, [*BODIES, *drawn_text(trial.random)], strict=True))
    entries, due = big_entries(operation), dict(zip(KEYS, MOMENTS, strict=False))
    guards, result = dict.fromkeys(bodies, 0), f'"{DETAIL}"'
    trial.commit(operation, guards=guards, puts=bodies, entries=entries, due=due, result=result, digest=digest)
    seen = state_of(trial.store, operation, page=1)
    for key, body in bodies.items():
        same(seen.documents.get(key), Versioned(1, body), f"the document under {key!r}")
    same(len(seen.documents), len(bodies), "the number of documents")
    same(sorted(seen.entries, key=lambda entry: entry.line), list(entries), "the list of entries")
    same({each.key: each.moment for each in seen.due}, due, "the due moments")
    same(seen.receipts[operation], Receipt(operation, digest, result), "the receipt")
    same(all_entries(trial.store, account=KEYS[3]), [entries[3]], "the list of entries of an account")
    _largest(trial)


def _largest(trial: Trial) -> None:
    """See a change at every bound of C9 come back."""
    guards, entries = {f"large/{number}": 0 for number in range(MAX_GUARDS)}, large_entries("large")
    puts = dict.fromkeys(list(guards)[: MAX_CHANGE // MAX_BODY - 1], f'"{"x" * (MAX_BODY - 2)}"')
    trial.commit("large", guards=guards, puts=puts, entries=entries)
    loaded = {key: Versioned(1, puts.get(key)) for key in guards}
    same(dict(trial.store.load(list(guards))), loaded, "what is loaded of a change as large as it may be")
    got = [entry for entry in all_entries(trial.store) if entry.operation == "large"]
    same(got, list(entries), "the list of its entries")


def absent_is_version_zero(trial: Trial) -> None:
    """What was never written loads as version 0 without a body, beside what was, and leaves nothing behind (C3)."""
    store = trial.store
    same(dict(store.load([])), {}, "loading no keys")
    trial.commit("write", guards={"there": 0}, puts={"there": "{}"})
    wanted = {"absent": Versioned(0, None), "there": Versioned(1, "{}")}
    same(dict(store.load(["absent", "there", "absent"])), wanted, "what is loaded")
    same(store.receipt("never"), None, "the receipt of an operation that never was")
    same(all_keys(store), ["there"], "the list of keys after loading an absent one")
    same(all_entries(store), [], "the list of entries")
    same(all_due(store), [], "the list of due moments")


def stale_guard_changes_nothing(trial: Trial) -> None:
    """A guard below or above the stored version is a conflict that leaves no trace, not even a receipt (C2)."""
    for number in range(2):
        trial.commit(f"write {number}", guards={"a": number}, puts={"a": f"{number}"})
    for version in (0, 1, 3, 2**40):
        _conflicts(trial, "late", {"a": version}, puts={"a": '"late"'})
    for version in (1, 7):
        _conflicts(trial, "late", {"absent": version}, puts={"absent": '"late"'})
    check(not trial.commit("late", guards={"a": 2}).replayed, "a decision taken anew after a conflict is a replay")


def _conflicts(trial: Trial, operation: str, guards: dict[str, int], puts: dict[str, str | None]) -> None:
    """Commit with a guard that's wrong; see that it's a conflict, and that nothing has changed."""
    before = state_of(trial.store, operation)
    due, entries = {next(iter(guards)): after_noon(1)}, booked(operation, ("member/m1", 5))
    change = change_of(operation, guards=guards, puts=puts, entries=entries, due=due)
    raised(VersionConflict, lambda: trial.store.commit(change), f"a commit with guards {guards}")
    unchanged(before, trial.store, "the store after a conflict")


def one_bad_guard_rolls_back_all(trial: Trial) -> None:
    """Of as many guards as a change may have, one that is stale undoes them all, wherever it stands (C2, C4)."""
    keys = [f"key/{number:02}" for number in range(MAX_GUARDS)]
    trial.commit("write", guards=dict.fromkeys(keys, 0), puts=dict.fromkeys(keys, '"old"'))
    for bad in (0, trial.random.randrange(1, MAX_GUARDS - 1), MAX_GUARDS - 1):
        guards = dict.fromkeys(keys, 1) | {keys[bad]: 0}
        _conflicts(trial, f"bad {bad}", guards, puts=dict.fromkeys(keys, '"new"'))


def read_guards_advance(trial: Trial) -> None:
    """A guard without a new body advances its version too and keeps its body; an absent one is created (C3)."""
    trial.commit("write", guards={"read": 0}, puts={"read": '"kept"'})
    trial.commit("read", guards={"read": 1, "absent": 0, "own": 0}, puts={"own": "1"})
    wanted = {"read": Versioned(2, '"kept"'), "absent": Versioned(1, None), "own": Versioned(1, "1")}
    same(dict(trial.store.load(list(wanted))), wanted, "what is loaded after a commit that only read")
    _conflicts(trial, "skewed", {"other": 0, "read": 1}, puts={"other": "1"})
    _conflicts(trial, "created twice", {"other": 0, "absent": 0}, puts={"other": "1"})
    trial.commit("empty", guards={"read": 2}, puts={"read": None})
    same(trial.store.load(["read"])["read"], Versioned(3, None), "an emptied document")


def creating_race_has_one_winner(trial: Trial) -> None:
    """Of two that saw a key absent, the second to commit is refused, and the first's body stays (C2)."""
    seen = trial.versions("card")
    trial.commit("first", guards=seen, puts={"card": '"first"'}, entries=booked("first", ("card", 5)))
    _conflicts(trial, "second", seen, puts={"card": '"second"'})
    same(trial.store.load(["card"])["card"], Versioned(1, '"first"'), "the winner's document")


def replay_gives_the_same_result(trial: Trial) -> None:
    """An operation that was committed gives the result it left, whatever a retry decided, and changes nothing (C1)."""
    results = {f"operation {number}": f'{{"n": {number}, "text": "{DETAIL}"}}' for number in range(3)}
    for number, (operation, result) in enumerate(results.items()):
        entries = booked(operation, ("member/m1", 5))
        trial.commit(operation, guards={"a": number}, puts={"a": "1"}, entries=entries, result=result)
    before = state_of(trial.store, *results)
    for operation, result in results.items():
        entries = booked(operation, ("member/m1", 900))
        again = trial.commit(operation, guards={"a": 3}, puts={"a": "2"}, entries=entries, result='"other"')
        same(again, Committed(result, replayed=True), f"the replay of {operation}")
    unchanged(before, trial.store, "the store after replays")


def replay_wins_over_stale_guards(trial: Trial) -> None:
    """A retry whose guards are stale by now, as those of every retry are, still gets its result (C1)."""
    change = change_of("place", guards={"a": 0, "b": 0}, puts={"a": "1"}, result='"held"')
    trial.store.commit(change)
    for again in range(1, 4):
        before = state_of(trial.store, "place")
        same(trial.store.commit(change), Committed('"held"', replayed=True), "a retry with stale guards")
        unchanged(before, trial.store, "the store after a retry")
        trial.commit(f"meanwhile {again}", guards={"a": again}, puts={"a": '"meanwhile"'})


def another_digest_is_a_mismatch(trial: Trial) -> None:
    """A known operation asked for something else is a mismatch with its stored result, and changes nothing (C1)."""
    trial.commit("refund", digest="of 5", guards={"a": 0}, puts={"a": "1"}, result='"5 given back"')
    before = state_of(trial.store, "refund")
    for digest, version in (("of 6", 1), ("of 6", 0), ("OF 5", 1), ("of 5 ", 1)):
        change = change_of("refund", digest=digest, guards={"a": version}, puts={"a": "2"})
        error = raised(OperationMismatch, partial(trial.store.commit, change), f"the digest {digest!r}")
        same((error.operation_id, error.result), ("refund", '"5 given back"'), "what the mismatch tells")
    unchanged(before, trial.store, "the store after mismatches")


def refusal_stays(trial: Trial) -> None:
    """A refusal is a result: asked again after funds arrived, the operation is refused as before (C1)."""
    refused = change_of("spend", result='"not enough points"')
    same(trial.store.commit(refused), Committed('"not enough points"', replayed=False), "a refusal")
    trial.commit("earn", guards={"a": 0}, puts={"a": "100"}, entries=booked("earn", ("a", 100)))
    before = state_of(trial.store, "spend")
    entries = booked("spend", ("a", -50))
    again = trial.commit("spend", guards={"a": 1}, puts={"a": "50"}, entries=entries, result='"spent"')
    same(again, Committed('"not enough points"', replayed=True), "the refused operation, asked again,")
    unchanged(before, trial.store, "the store after it")


def entries_are_append_only(trial: Trial) -> None:
    """Entries stand by moment, operation and line, each once, alike in pages of any length, and stay so (C7)."""
    operations, minutes = [f'["city","{number}"]' for number in range(9)], [0, 1, 2] * 3
    trial.random.shuffle(operations)
    trial.random.shuffle(minutes)
    written: list[Entry] = []
    for operation, minute in zip(operations, minutes, strict=True):
        at = after_noon(minute)
        change = change_of(operation, entries=booked(operation, ("a", 5), ("b", 7), at=at))
        for _replay in range(2):
            trial.store.commit(change)
        written = sorted([*written, *change.entries], key=lambda entry: (entry.at, entry.operation, entry.line))
        same(all_entries(trial.store), written, "the list of entries")
    for page, account, (start, end) in product(PAGES, (None, "a"), BOUNDS):
        got = all_entries(trial.store, page=page, account=account, start=start, end=end)
        of = [entry for entry in written if account is None or entry.account == account]
        between = [entry for entry in of if (not start or start <= entry.at) and (not end or entry.at < end)]
        same(got, between, f"the list of entries of {account or 'all'} from {start} up to {end} in pages of {page}")


def due_moments_are_kept_one_a_document(trial: Trial) -> None:
    """A document is due at the moment last given, or no more, by moment and key in pages of any length (C4)."""
    keys = ["member/ё", "member/m2", "member/M2", "member/😀", "member/\ufb01", "Member/m3", "members/1", "order/o1"]
    wanted: dict[str, datetime] = {}
    for number, key in enumerate(keys):
        trial.commit(f"first {key}", guards={key: 0}, due={key: after_noon(9)})
        moment = after_noon(number % 2) if number else None
        trial.commit(f"then {key}", guards={key: 1}, due={key: moment})
        wanted |= {key: moment} if moment else {}
        trial.commit(f"untouched {key}", guards={key: 2}, puts={key: "1"})
    ordered = sorted(wanted.items(), key=lambda item: (micros(item[1]), item[0]))
    first = [item for item in ordered if item[1] == after_noon(0)]
    for page in PAGES:
        got = [(due.key, due.moment) for due in all_due(trial.store, page=page)]
        same(got, ordered, f"the list of due moments in pages of {page}")
        same(all_keys(trial.store, page), sorted(keys), f"the list of keys in pages of {page}")
        begin = [key for key in sorted(keys) if key.startswith("member/")]
        same(all_keys(trial.store, page, "member/"), begin, f"that of a prefix in pages of {page}")
        early = [(due.key, due.moment) for due in all_due(trial.store, page=page, before=after_noon(0))]
        same(early, first, f"the list of what is due at the first moment in pages of {page}")
    _crowd_is_due(trial, [key for key, _ in ordered], keys)


def _crowd_is_due(trial: Trial, due: list[str], keys: list[str]) -> None:
    """See as many documents as a change may have behind those that are *due*, and that *keys* has, in one page."""
    crowd = [f"worker/{number:02}" for number in range(MAX_GUARDS)]
    trial.commit("crowd", guards=dict.fromkeys(crowd, 0), due=dict.fromkeys(crowd, after_noon(2)))
    same([each.key for each in all_due(trial.store)], [*due, *crowd], "the list of what is due with a crowd")
    same(all_keys(trial.store), sorted([*keys, *crowd]), "the list of keys with a crowd")


def load_is_fresh(trial: Trial) -> None:
    """What one connection was told is committed, every other sees at once, though it has loaded before (C8)."""
    stores = [trial.store, *(trial.factory.reopen() for _ in range(2))]
    for number in range(6):
        writer, operation = stores[number % 3], f"write {number}"
        entries = booked(operation, ("a", number + 1))
        writer.commit(change_of(operation, guards={"a": number}, puts={"a": f"{number}"}, entries=entries))
        wanted = state_of(writer, operation)
        same(wanted.documents["a"], Versioned(number + 1, f"{number}"), "what the writer loads")
        for reader in stores:
            unchanged(wanted, reader, "what another connection sees")


def survives_reopening(trial: Trial) -> None:
    """Documents, entries, due moments and receipts are all there when every connection was closed (C4, C7)."""
    operations = [f"write {number}" for number in range(3)]
    for number, operation in enumerate(operations):
        key, entries = f"key/{number}", booked(operation, ("a", 5))
        trial.commit(
            operation, guards={key: 0, "a": number}, puts={key: "1"}, entries=entries, due={key: after_noon(number)}
        )
    wanted = state_of(trial.store, *operations)
    getattr(trial.store, "close", lambda: None)()
    store = trial.factory.reopen()
    check(_inner(store) is not _inner(trial.store), "reopen() gave the repository that was there: nothing was reopened")
    unchanged(wanted, store, "the store after reopening")
    same(len(wanted.entries), 2 * len(operations), "the number of entries")
    again = store.commit(change_of(operations[0]))
    check(again.replayed, "an operation committed before reopening is applied again")


def _inner(store: Store) -> object:
    """Give the factory's own repository, be it async or not."""
    return getattr(store, "inner", store)


def entries_total_zero_at_every_read(trial: Trial) -> None:
    """Each unit's entries sum to zero at every read, in the midst of writing too: no operation is half there (C4)."""
    done = Event()
    watcher = _Watcher(trial.factory.reopen(), done) if "threads" in claims(trial.factory) else None
    try:
        for number in range(12):
            operation = f"book {number}"
            money = booked(operation, ("a", 10 + number), ("b", -3), unit="RUB")
            trial.commit(operation, guards={"a": number}, entries=money)
            _conflicts(trial, f"late {number}", {"a": number}, puts={})
            _balanced(trial.store)
    finally:
        done.set()
        if watcher:
            watcher.join(race.PATIENCE)
            check(not watcher.is_alive(), f"who reads while another writes still hangs after {race.PATIENCE} s")
    same(len(all_entries(trial.store)), 12 * 3, "the number of entries")
    if watcher and watcher.error:
        raise watcher.error


def _balanced(store: Store) -> None:
    left = unbalanced(store.entries(account=None, start=None, end=None, after=None, limit=10_000))
    same(left, {}, "what entries don't balance")


class _Watcher(Thread):
    """A thread that reads the sums for as long as others write."""

    def __init__(self, store: Store, done: Event) -> None:
        super().__init__(daemon=True)
        self._store, self._done = store, done
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            while not self._done.is_set():
                _balanced(self._store)
        except Exception as error:  # noqa: BLE001 - raised again where the property waits for it
            self.error = error


def trouble_is_told(trial: Trial) -> None:
    """Locked, full or failing, a store says that nothing was written, or that it isn't known, and that is true (C6)."""
    left = [kind for kind in FAULTS if not _meets(trial, kind)]
    if len(left) == len(FAULTS):
        message = "not claimed: the factory offers no fault(kind)"
        raise NotClaimed(message)
    trial.kept = f"not shown: {', '.join(left)}, which the factory can't cause" if left else ""


def _meets(trial: Trial, kind: str) -> bool:
    fault = fault_of(trial.factory, kind)
    if fault is None:
        return False
    change = change_of(f"in trouble: {kind}", guards={kind: 0}, puts={kind: f'"{"x" * 200_000}"'})
    before = state_of(trial.store, change.operation_id)
    with fault as store:
        error = raised((StoreUnavailable, CommitUnknown), lambda: store.commit(change), f"a commit to a store {kind}")
    if isinstance(error, StoreUnavailable):
        unchanged(before, trial.store, f"the store that was {kind}, after trouble")
    _applies_once(trial.store, change, kind)
    return True


def _applies_once(store: Store, change: Change, kind: str) -> None:
    store.commit(change)
    check(store.commit(change).replayed, f"the change that met a store {kind} is applied twice")
    same(store.load([kind])[kind].version, 1, "the version after it")
