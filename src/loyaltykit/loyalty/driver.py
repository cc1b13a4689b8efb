"""The driver: it runs an operation over a repository, and begins it anew where somebody else was faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from loyaltykit.errors import CommitUnknown, Contended, OperationMismatch, StoreUnavailable, VersionConflict
from loyaltykit.loyalty import observe as events
from loyaltykit.loyalty.observe import Replayed, Retried
from loyaltykit.operations.requests import Commit, Load, ReadDue, ReadEntries, ReadKeys

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.ledger.repository import Committed, Reader, Repository
    from loyaltykit.loyalty.observe import Observer, Retry
    from loyaltykit.operations.requests import Operation, Request, T


class Driver:
    """What runs operations over *repository* and *reader*; without a *retry* a conflict is the caller's."""

    def __init__(self, repository: Repository, reader: Reader, *, retry: Retry | None, observe: Observer) -> None:
        self._repository = repository
        self._reader = reader
        self._retry = retry
        self._observe = observe

    def run(self, begin: Callable[[], Operation[T]]) -> T:
        """
        Run the operation that *begin* begins, and give its result.

        Raises `Contended` where every attempt met a conflict, `OperationMismatch` with the first call's result, and
        what the repository and the operation raise.
        """
        attempt = 1
        while True:
            begun = time.monotonic()
            try:
                return self._attempt(begin())
            except VersionConflict as conflict:
                if self._retry is None:
                    raise
                if attempt >= self._retry.attempts:
                    raise Contended.of(conflict, attempt) from conflict
                self._observe(Retried(conflict.key, attempt))
                time.sleep(self._retry.pause(attempt, time.monotonic() - begun))
                attempt += 1

    def _attempt(self, operation: Operation[T]) -> T:
        answer: Any = None
        seen: dict[str, int] = {}
        while True:
            try:
                request = operation.send(answer)
            except StopIteration as stop:
                result: T = stop.value
                return result
            except VersionConflict:
                raise
            except Exception as error:
                self._see_if_torn(seen, error)
                raise
            answer = self._answer(request)
            if isinstance(request, Load):
                seen |= {key: each.version for key, each in answer.items()}

    def _see_if_torn(self, seen: dict[str, int], error: Exception) -> None:
        """Raise `VersionConflict` where what was *seen* has changed since: the *error* may have come of that."""
        now = self._repository.load(tuple(seen)) if seen else {}
        for key, version in seen.items():
            if now[key].version != version:
                raise VersionConflict.of(key, version) from error

    def _answer(self, request: Request) -> Any:
        if isinstance(request, Commit):
            return self._commit(request)
        return request.ask(self._reader if isinstance(request, (ReadEntries, ReadDue, ReadKeys)) else self._repository)

    def _commit(self, request: Commit) -> Committed:
        """Commit what is asked for; the same again while it isn't known whether it was written."""
        unknown: CommitUnknown | None = None
        attempts = 1 if self._retry is None else self._retry.attempts
        for attempt in range(1, attempts + 1):
            try:
                return self._committed(request)
            except CommitUnknown as error:
                unknown = error
            except StoreUnavailable:
                if unknown is None:
                    raise
            if self._retry is not None and attempt < attempts:
                time.sleep(self._retry.pause(attempt))
        assert unknown is not None  # noqa: S101 - else it would have been raised
        raise unknown

    def _committed(self, request: Commit) -> Committed:
        change = request.change
        try:
            committed = self._repository.commit(change)
        except OperationMismatch as mismatch:
            mismatch.first = None if request.read is None else request.read(mismatch.result)
            raise
        except VersionConflict as conflict:
            conflict.operation_id = change.operation_id
            raise
        event = Replayed if committed.replayed else events.Committed
        self._observe(event(change.operation_id))
        return committed
