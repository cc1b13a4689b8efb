"""What processes of their own do with one promo code in one SQLite file."""

from __future__ import annotations

from loyaltykit import Loyalty, Program, Retried, Retry
from loyaltykit.adapters.sqlite import SqliteRepository
from tests.operations.support import AT, ride


def drain(path, raw, number, orders, barrier, told):
    """Place and complete so many *orders* with a code, and tell what each got and how often others were faster."""
    met = []

    def observe(event):
        met.extend([event] if isinstance(event, Retried) else [])

    repository = SqliteRepository(path)
    loyalty = Loyalty(Program.from_dict(raw), repository, retry=Retry(attempts=500, longest=0.02), observe=observe)
    barrier.wait(30)
    got = []
    for turn in range(orders):
        order = ride(f"{300 + number}.00", id=f"o{number}-{turn}", customer=f"m{number}-{turn}")
        loyalty.place(order, at=AT, promo_code="SUMMER")
        done = loyalty.complete(order.id, at=AT)
        got.append((done.price - done.charged).minor)
    repository.close()
    told.put((got, len(met)))
