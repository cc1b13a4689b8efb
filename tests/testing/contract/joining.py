"""Stores on SQLite that join a transaction of the host's own, as P29's hooks ask for: a good one, and a bad one."""

from __future__ import annotations

from contextlib import asynccontextmanager

from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.testing.broken.hosts import CommitsForTheHost, HostFile, Joined
from loyaltykit.testing.contract.tasks import OnLoop
from tests.testing.contract.broken_async import BROKEN_ASYNC, Turned, TurnedFactory

JOINING = frozenset({"threads", "processes", "durable", "joins_transaction"})


class JoiningFile(HostFile):
    """A factory of SQLite files that have a table of the host's own; what joins is a *joined*."""

    def __init__(self, joined=Joined, capabilities=JOINING, make=SqliteRepository):
        super().__init__(make, capabilities, joined=joined)


class TurnedJoining(TurnedFactory):
    """The same behind async calls."""

    @asynccontextmanager
    async def transaction(self):
        with self.factory.transaction() as (repository, write):

            async def turned(text):
                write(text)

            yield Turned(repository), turned

    async def written(self):
        return self.factory.written()


BROKEN_ASYNC["CommitsForTheHost turned"] = "P29", lambda: OnLoop(TurnedJoining(JoiningFile(CommitsForTheHost)))
