"""The programs of a year: its revisions, drawn so that everything a program can have meets everything else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from loyaltykit.program.program import Program
from loyaltykit.program.revisions import Revisions

if TYPE_CHECKING:
    from random import Random

NEW_YEAR: Final = datetime(2026, 1, 1, tzinfo=UTC)

YEAR: Final = timedelta(days=365)

CURRENCY: Final = "RUB"

COMMON: Final = {"percent": "SUMMER", "sum": "AUTUMN", "now": "AHEAD", "later": "AFTERWARDS"}
"""Promos with one code for everyone, by their names."""

SINGLE: Final = "thanks"
"""The promo whose codes are for a single use each."""

FOR_WORKERS: Final = "drivers"
"""The promo whose codes belong to workers."""

CARDS: Final = ("fifty", "hundred")
"""Gift cards on offer, the first for points."""

TERMS: Final = ("P1D", "P2D", "PT30H")
ZONES: Final = ("UTC", "Europe/Moscow", "Europe/Kyiv", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")


def drawn_revisions(random: Random) -> Revisions:
    """
    Draw the one to four revisions of a year's program; the first is in force always, the others from a day of it.

    What a promo limits is the same in all that have it, so that its uses can be counted through.

    Examples:
        >>> from random import Random
        >>> len(drawn_revisions(Random(7)).programs)
        4
    """
    for_good = {
        "id": "city",
        "currency": CURRENCY,
        "digits": random.choice((0, 0, 2)),
        "point_value": random.choice(("1", "1", "0.5", "0.01")),
        "time_zone": random.choice(ZONES),
    }
    promos, bonuses = _promos(random), _bonuses(random)
    days = sorted(random.sample(range(1, 365), random.randrange(4)))
    begins = [{}, *[{"in_force_from": (NEW_YEAR + day * timedelta(days=1)).date().isoformat()} for day in days]]
    return Revisions([Program.from_dict(for_good | begin | _rules(random, promos, bonuses)) for begin in begins])


def _rules(random: Random, promos: list[dict[str, Any]], bonuses: list[dict[str, Any]]) -> dict[str, Any]:
    """Draw all that a revision may settle as it likes."""
    rules: dict[str, Any] = {
        **_earning(random),
        "redemption": [_redemption(random)],
        "invitation": [{"referee_points": 30, "referrer_points": 50, "referee_credited": _either(random)}],
        "first_app_order": [{"points": 40, **_delayed(random)}],
        "service_points": [{"points": 5, "scope": {"services": ["wash"]}, **_delayed(random)}],
        "surcharge": [
            {"raise_to": "150", "scope": {"districts": ["centre"]}},
            {"name": "night", "percent": "10", "scope": {"windows": [{"from": "22:00", "to": "06:00"}]}},
            {"name": "away", "sum": "25", "scope": {"districts": ["suburb"]}},
        ],
        "worker_bonus": bonuses,
        "promo": random.sample(promos, random.randrange(1, len(promos) + 1)),
        "tier": [_ladder(random)],
        "category": [_category(random)],
        "expiry": _expiry(random),
        "gift_card": [
            {"name": CARDS[0], "face": "50", "points_price": 60, "valid_for": random.choice(("P30D", "P3M"))},
            {"name": CARDS[1], "face": "100"},
        ],
        "notice": [{"kind": "points_credited", "consent": False}],
        "hold_timeout": random.choice(("P1D", "P3D", "P7D")),
        "refundable_for": random.choice(("P5D", "P30D", "P90D")),
        "clawback": random.choice(("debt", "within_balance")),
        "worker_on_refund": random.choice(("keep", "take_back")),
    }
    needed = {"redemption", "cashback", "referral_split", "gift_card"}
    left_out = {"expiry"} if not rules["expiry"] else set()
    left_out |= {name for name in sorted(rules) if name not in needed and random.random() < _LEFT_OUT}
    kept = {name: value for name, value in rules.items() if name not in left_out}
    if "expiry" in kept and "notice" in kept:
        kept["notice"].append({"kind": "points_will_expire", "ahead": random.randrange(1, 8), "consent": False})
    if "tier" in kept and "promo" in kept:
        kept["discounts"] = random.choice(("best", "stack"))
    return kept


_LEFT_OUT: Final = 0.2
"""How often a revision has nothing of a kind."""


def _earning(random: Random) -> dict[str, Any]:
    """Draw what orders earn: cashback, or what is divided among four."""
    if random.random() < 0.4:  # noqa: PLR2004 - cashback is the rule
        shares = random.choice(((40, 40, 20, 0), (10, 60, 10, 20), (25, 25, 25, 25), (0, 34, 33, 33)))
        names = ("customer_referrer", "customer", "worker_referrer", "worker")
        split = {"percent": random.choice(("5", "12.5")), "shares": dict(zip(names, shares, strict=True))}
        return {"referral_split": [split | {"missing_referrer": random.choice(("participant", "program"))}]}
    steps = [{"from": "50", "percent": random.choice(("3", "7.5"))}, {"from": "300", "points": 25}]
    app = {"scope": {"channels": ["app"]}, "basis": random.choice(("price", "charged", "payable"))}
    return {
        "cashback": [
            {"name": "by app", "percent": random.choice(("10", "20")), **app, **_delayed(random)},
            {"name": "otherwise", **random.choice(({"percent": "5", "rounding": "floor"}, {"steps": steps}))},
        ]
    }


def _delayed(random: Random) -> dict[str, str]:
    return random.choice(({}, {"delay": random.choice(TERMS)}))


def _either(random: Random) -> str:
    return random.choice(("placing", "completion"))


def _redemption(random: Random) -> dict[str, Any]:
    drawn = {"max_share": random.choice(("30", "50", "100")), "minimum": 5, "maximum": random.choice((60, 400))}
    return {name: value for name, value in drawn.items() if random.random() < 0.6}  # noqa: PLR2004 - more often than not


def _expiry(random: Random) -> dict[str, str]:
    """Draw when points expire, if they do."""
    after = random.choice(({"after": "P9D"}, {"after": "P60D"}, {"after": "P2M", "until_end_of": "month"}, {}))
    inactivity = random.choice(({}, {}, {"inactivity": "P45D"}))
    grace = random.choice(({}, {"returned_after_expiry": "P4D"})) if after or inactivity else {}
    return after | inactivity | grace


def _promos(random: Random) -> list[dict[str, Any]]:
    """Draw promos of every kind, each with its limits."""
    gains: dict[str, dict[str, Any]] = {
        "percent": {"percent": "15"},
        "sum": {"sum": "40"},
        "later": {"points": 35, "credited": "completion"},
    }
    gains["now"] = {"points": 20, "credited": "placing"}
    common = [{"name": name, "code": COMMON[name], **gain, **_limits(random)} for name, gain in gains.items()]
    single = {"name": SINGLE, "kind": "individual", "percent": "20", "maximum_discount": "60"}
    budget = {"budget": str(random.randrange(50, 3_000))}
    workers = {"name": FOR_WORKERS, "kind": "worker", "sum": "30", "worker_points": 15, "first_order_only": True}
    return [*common, single | random.choice(({}, budget)), workers]


def _limits(random: Random) -> dict[str, Any]:
    drawn: dict[str, Any] = {"limit": random.randrange(1, 400), "per_member": random.choice((1, 3))}
    drawn["budget"] = str(random.randrange(20, 6_000))
    return {name: value for name, value in drawn.items() if random.random() < 0.5}  # noqa: PLR2004 - as often as not


def _bonuses(random: Random) -> list[dict[str, Any]]:
    """Draw the bonuses of workers: the same in all revisions that have any, so that what is paid can be counted."""
    ladder = [{"orders": 3, "sum": "20"}, {"orders": 8, "sum": "75.50"}]
    weekly = {"name": "weekly", "every": random.choice(("P7D", "P1M", "PT36H")), "ladder": ladder}
    return [{"name": "ten days by app", "every": "P10D", "ladder": ladder[:1], "scope": {"channels": ["app"]}}, weekly]


def _ladder(random: Random) -> dict[str, Any]:
    levels = [
        {"name": "silver", "percent": "3", "visits": random.choice((2, 10))},
        {"name": "gold", "percent": "7", "visits": 20, "sold": "3000"},
    ]
    rolling = random.choice(({}, {"over": "P3M"}))
    return {"name": "regulars", "levels": levels, **rolling, **random.choice(({}, {"lapse_after": 40}))}


def _category(random: Random) -> dict[str, Any]:
    removed = random.choice(({}, {"removed": {"days_away": 30}}))
    return {"name": "frequent", "added": {"visits": random.choice((3, 15))}, **removed}
