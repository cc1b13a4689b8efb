"""What earlier releases stored is read for good; what this one writes is what the samples hold."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from loyaltykit import (
    Adjustment,
    Award,
    Carried,
    Clawback,
    Currency,
    Decision,
    HistoryCleared,
    IssuedCode,
    Money,
    Order,
    Payout,
    Percent,
    Period,
    Points,
    PointValue,
    Program,
    Reason,
    Redeem,
    Release,
    Return,
    Settlement,
    StatementLine,
    StoreTooNew,
    Term,
    Window,
)
from loyaltykit.documents import code, codes_given, detail, member, note, notice, order, promo_use, revision, worker
from loyaltykit.documents.code import StoredCode
from loyaltykit.documents.form import as_json
from loyaltykit.documents.level_held import LevelHeld
from loyaltykit.documents.member import Member, Referral
from loyaltykit.documents.note import Note
from loyaltykit.documents.notice import StoredNotice
from loyaltykit.documents.order import PlacedOrder
from loyaltykit.documents.promo_use import PromoHeld, PromoUse
from loyaltykit.documents.worker import BonusPeriod, Worker
from loyaltykit.ledger.account import NEVER, Account, Hold, Pending, Posting
from loyaltykit.ledger.entry import Entry
from loyaltykit.operations import (
    adjust,
    clear_history,
    generate_codes,
    issue_card,
    issue_code,
    pay_out,
    set_tier,
    settlement,
    statement,
)
from loyaltykit.operations.book import Book
from loyaltykit.operations.issue_card import IssuedCard
from loyaltykit.operations.programs import Programs
from loyaltykit.operations.set_tier import LevelSet
from tests.documents.card_samples import CARD_SAMPLES

SAMPLES = Path(__file__).parent / "samples"
RUB = Currency("RUB")
WORTH = PointValue("0.50", "RUB")
MOSCOW = ZoneInfo("Europe/Moscow")

PLACED = datetime(2026, 3, 1, tzinfo=UTC)
COMPLETED = datetime(2026, 3, 1, 1, tzinfo=UTC)
AT = 1_772_323_200_000_000
"""The moment `PLACED`, as bodies hold it."""

MAY, SEPTEMBER = 1_777_582_800_000_000, 1_787_950_800_000_000
"""Midnights in Moscow at which points expire."""


def sample(name):
    """Give the body that the sample called *name* holds."""
    text = (SAMPLES / f"{name}.json").read_text("utf-8")
    assert text.endswith("\n")
    return text[:-1]


def rub(amount):
    return Money(amount, "RUB")


MEMBERS = {
    "member-v1-empty": Member(),
    "member-v1-full": Member(
        Account(
            as_of=AT,
            lots=((MAY, 0, 41), (MAY, 1, 3), (NEVER, 0, 2**53 + 1)),
            holds={
                "order-5": Hold(AT + 604_800_000_000, ((MAY, 0, 200), (NEVER, 0, 7))),
                'заказ "6"/7': Hold(AT + 604_800_000_001, ((1_775_000_000_000_000, 1, 1),)),
            },
            pending=(
                Pending(AT + 10_800_000_000, SEPTEMBER, 100, "order-4", "first_app_order", "6d6e9d7c"),
                Pending(AT + 10_800_000_001, NEVER, 21, "order-4", "cashback", "6d6e9d7c"),
            ),
            debt=12,
            inactive_at=1_803_859_200_000_000,
        ),
        channels={"телефон": 1, "app": 2},
        visits=3,
        sold=123_650,
    ),
    "member-v1-owing": Member(
        Account(
            as_of=AT,
            holds={"o7": Hold(AT + 604_800_000_000, ((MAY, 1_772_000_000_000_000, 200), (NEVER, 0, 7)))},
            debt=190,
            unspent=((1_772_000_000_000_000, 1_772_000_000_000_000, 30), (NEVER, 1_771_900_000_000_000, 5)),
        ),
        channels={"app": 1},
        visits=2,
        sold=51_200,
        paid=16_055,
        life=3,
    ),
    "member-v1-referred": Member(
        Account(as_of=AT),
        code="D48M",
        invited=2,
        referral=Referral(referrer='друг "7"', code="#РOMAШKA_01", order="o5", until=AT + 604_800_000_000),
    ),
    "member-v1-rewarded": Member(
        Account(as_of=AT), visits=1, referral=Referral(referrer="m7", joined=True, rewarded=True)
    ),
    "member-v1-barred": Member(Account(as_of=AT), visits=2, last_visit=AT - 1, barred=("VIP",)),
    "member-v1-levels": Member(
        Account(as_of=AT),
        visits=30,
        sold=5_000_000,
        sales=2,
        last_visit=AT - 1,
        gone={AT - 3: None, AT - 2: AT - 3},
        days=((739_675, 4_900_000, 120_000, 29), (739_676, 100_000, 0, 1)),
        levels={
            "классы": LevelHeld(
                level="золото",
                since=AT - 1,
                before="серебро",
                then=((MAY, "серебро"), (SEPTEMBER, None)),
                lapses_at=SEPTEMBER,
                given="золото",
                until=MAY,
                notices=((MAY - 604_800_000_000, MAY),),
                told=(MAY + 1, SEPTEMBER),
            ),
            "regulars": LevelHeld(level=None, since=AT, before="5 %", lapses_at=AT),
        },
        categories=("VIP", "Эконом"),
        away=((MAY, ("VIP",)), (SEPTEMBER, ())),
    ),
    "member-v1-told": Member(
        Account(as_of=AT, lots=((MAY, 0, 41),)), consent=(True, AT - 9), warned=(MAY,), wakes=SEPTEMBER, cleared=2
    ),
    "member-v1-declined": Member(Account(as_of=AT), consent=(False, AT)),
}

NOTICES = {
    "notice-v1-credited": StoredNotice(
        kind="points_credited", at=AT, figures={"points": Points(41), "balance": Points(350)}, code="D48M"
    ),
    "notice-v1-adjusted": StoredNotice(
        kind="points_adjusted",
        at=AT,
        figures={"points": Points(-41), "balance": Points(0), "description": ""},
        note="жалоба 7",
    ),
    "notice-v1-ahead": StoredNotice(
        kind="discount_will_end",
        at=AT,
        figures={
            "tier": "regulars",
            "level": "золото",
            "percent": Percent("7.5"),
            "until": datetime(2026, 5, 1, tzinfo=MOSCOW),
        },
    ),
    "notice-v1-card": StoredNotice(kind="card_bought", at=AT, figures={"card": "c1", "face": Money(50, "RUB")}),
}

CLEARINGS = {
    "history-cleared-v1-done": HistoryCleared("m1", PLACED, cleared=True),
    "history-cleared-v1-refused": HistoryCleared(
        "m1",
        PLACED,
        cleared=False,
        reasons=(Reason("has_points", balance=Points(41), held=Points(0), pending=Points(9), debt=Points(0)),),
    ),
}

LEVELS_SET = {
    "level-set-v1-given": LevelSet("m1", "постоянные", "gold", PLACED),
    "level-set-v1-taken": LevelSet("m1", "regulars", None, PLACED),
}

CARDS_ISSUED = {
    "issued-card-v1-sold": IssuedCard(card="c1", code=None, face=Money(500, "RUB"), at=PLACED),
    "issued-card-v1-bought": IssuedCard(
        card='карта "2"', code=None, face=Money(50, "RUB"), at=PLACED, expires=COMPLETED, points=Points(500)
    ),
    "issued-card-v1-refused": IssuedCard(
        card="c3",
        code=None,
        face=Money(50, "RUB"),
        at=PLACED,
        points=Points(500),
        reasons=(Reason("points_missing", price=Points(500), balance=Points(112), missing=Points(388)),),
    ),
}

PROMO_USES = {
    "promo-use-v1-budget": PromoUse(
        uses=3, units=2**53 + 1, reserved={'заказ "5"': (AT + 1, 4_120), "o6": (AT + 2, 0)}, as_of=AT
    ),
    "promo-use-v1-empty": PromoUse(as_of=AT),
}

HELD = {
    '{"promo":"summer","code":"SUMMER"}': PromoHeld(promo="summer", code="SUMMER"),
    '{"promo":"лето","code":"K7PX23WD","units":4120,"judged":false,"worker":"w7"}': PromoHeld(
        promo="лето", code="K7PX23WD", units=4_120, judged=False, worker="w7"
    ),
}
"""What an order's document has of its promo code."""

CODES = {
    "code-v1-referral": StoredCode(owner='участник "1"'),
    "code-v1-forgotten": StoredCode(owner="m1", life=3),
    "code-v1-promo": StoredCode(
        promo="summer", batch="b1", bound_to="m1", uses=1, reserved={'заказ "5"': (AT, 0), "o6": (AT + 1, 5_000)}
    ),
    "code-v1-worker": StoredCode(promo="drivers", worker="w7", uses=2**53 + 1),
}

WORKERS = {
    "worker-v1-empty": Worker(),
    "worker-v1-full": Worker(
        as_of=AT,
        balance=-2_550,
        bonuses={
            "weekly": (
                BonusPeriod("6d6e9d7c", AT - 1_209_600_000_000, AT - 604_800_000_000, AT, 50, 50_000),
                BonusPeriod("6d6e9d7c", AT - 1_209_600_000_000, AT, AT + 604_800_000_000, 3),
            ),
            "ночной": (BonusPeriod("0f3a", AT - 5, AT - 5, NEVER, 1),),
        },
        life=4,
    ),
}

PROMISED = {"placed_at": AT, "revision": "6d6e9d7c"}
ORDERS = {
    "order-v1-bare": PlacedOrder(order=Order(id="o1"), status="placed", as_of=AT, limited=False, **PROMISED),
    "order-v1-placed": PlacedOrder(
        order=Order(
            id='заказ "5"/7',
            customer="m1",
            price=rub(412),
            branch="centre",
            service="taxi",
            tariff="economy",
            worker="w7",
            worker_tariff="silver",
            channel="app",
            district="Airport",
            starts_at=datetime(2026, 3, 2, tzinfo=UTC),
        ),
        status="placed",
        as_of=AT,
        limited=True,
        held=200,
        **PROMISED,
    ),
    "order-v1-promised": PlacedOrder(
        order=Order(id="o10", customer="m1", price=rub(412), worker="w7"),
        status="placed",
        as_of=AT,
        limited=True,
        held=150,
        discount=4_120,
        promised=(("invitation", "m1", 100, True), ("invitation", "m9", 50, False)),
        advanced=100,
        promo=PromoHeld(promo="summer", code="SUMMER", units=4_120),
        invited=("m9", "D48M"),
        lives={"m1": 3},
        **PROMISED,
    ),
    "order-v1-by-codes": PlacedOrder(
        order=Order(id="o10", customer="m1", price=rub(412), worker="w7"),
        status="completed",
        as_of=AT,
        limited=True,
        held=150,
        captured=((MAY, 0, 100), (NEVER, 0, 50)),
        awards=(("m1", Pending(AT, MAY, 100, "o10", "invitation", "6d6e9d7c")),),
        completed_at=AT,
        discount=4_120,
        promo=PromoHeld(promo="drivers", code="K7PX23WD", worker="w8"),
        invited=("m9", None),
        referrers=("m9", None),
        credits=(("w7", "surcharge", "centre", 5_000),),
        counted=("w7", "weekly", AT, 0),
        **PROMISED,
    ),
    "order-v1-cleared": PlacedOrder(
        order=Order(id="o14", customer="m1"),
        status="placed",
        as_of=AT,
        limited=False,
        paid=5_000,
        cleared=2,
        **PROMISED,
    ),
    "order-v1-ends": PlacedOrder(
        order=Order(id="o12", service="haircut", starts_at=PLACED, ends_at=COMPLETED),
        status="placed",
        as_of=AT,
        limited=False,
        **PROMISED,
    ),
    "order-v1-sale": PlacedOrder(
        order=Order(id="o11", customer="m1", price=rub(90), visit=False),
        status="placed",
        as_of=AT,
        limited=True,
        **PROMISED,
    ),
    "order-v1-levels": PlacedOrder(
        order=Order(id="o13", customer="m1", price=rub(412)),
        status="placed",
        as_of=AT,
        limited=True,
        discount=2_060,
        tier=("regulars", "5 %", "5"),
        levels=(("regulars", "5 %"), ("классы", "gold")),
        **PROMISED,
    ),
    "order-v1-visit": PlacedOrder(
        order=Order(id="o12", customer="m1", price=rub(412)),
        status="completed",
        as_of=AT + 3_600_000_000,
        limited=True,
        completed_at=AT + 3_600_000_000,
        paid=40_000,
        discount=2_060,
        tier=("regulars", "5 %", "5"),
        visited=(AT + 3_600_000_000, AT - 1),
        received=((739_675, 30_000), (739_676, 10_000)),
        **PROMISED,
    ),
    "order-v1-day": PlacedOrder(
        order=Order(id="o16", customer="m1", price=rub(412)),
        status="completed",
        as_of=AT,
        limited=True,
        completed_at=AT,
        visited=(AT, None),
        day=739_675,
        **PROMISED,
    ),
    "order-v1-completed": PlacedOrder(
        order=Order(id="o5", customer="m1", price=rub(412), worker="w7", channel="app"),
        status="completed",
        as_of=AT + 3_600_000_000,
        limited=True,
        held=200,
        captured=((MAY, 0, 150), (NEVER, 0, 50)),
        awards=(
            ("m1", Pending(AT + 3_600_000_000, SEPTEMBER, 41, "o5", "cashback", "6d6e9d7c")),
            ("m1", Pending(AT + 14_400_000_000, NEVER, 100, "o5", "first_app_order", "6d6e9d7c")),
        ),
        **PROMISED,
    ),
    "order-v1-refunded-in-part": PlacedOrder(
        order=Order(id="o8", customer="m1", price=rub(412), worker="w8", channel="app"),
        status="completed",
        as_of=AT + 7_200_000_000,
        limited=True,
        held=200,
        captured=((MAY, 0, 150), (MAY, 1, 20), (NEVER, 1_772_000_000_000_000, 30)),
        awards=(("m1", Pending(AT + 3_600_000_000, SEPTEMBER, 41, "o8", "cashback", "6d6e9d7c")),),
        asked="all",
        completed_at=AT + 3_600_000_000,
        had=("app", "телефон"),
        paid=16_055,
        refunded=10_000,
        **PROMISED,
    ),
    "order-v1-given-ahead": PlacedOrder(
        order=Order(id="o17", customer="m1", price=rub(412)),
        status="completed",
        as_of=AT,
        limited=True,
        completed_at=AT,
        refunded=10_000,
        given_ahead=6_000,
        **PROMISED,
    ),
    "order-v1-refunded": PlacedOrder(
        order=Order(id="o9", price=rub(412)),
        status="refunded",
        as_of=AT + 7_200_000_000,
        limited=True,
        asked=300,
        completed_at=AT + 3_600_000_000,
        refunded=41_200,
        **PROMISED,
    ),
    "order-v1-cancelled": PlacedOrder(
        order=Order(id="o6", customer="m1"),
        status="cancelled",
        as_of=AT + 3_600_000_000,
        limited=False,
        held=50,
        **PROMISED,
    ),
}

LIMITED = {"share": Percent(25), "charged": rub(412), "limit": Points(200), "requested": Points(300)}
SETTLEMENTS = {
    "settlement-v1-placed": Settlement(
        rub(412),
        rub(412),
        Points(200),
        rub(100),
        rub(312),
        (
            Decision("redemption", (Redeem("m1", Points(200), rub(100)),), (Reason("limited_by_share", **LIMITED),)),
            Decision("cashback", (Award("m1", Points(41), rub(412), Percent(5)),)),
            Decision("first_app_order", (Award("m1", Points(100), delay=Term("PT3H")),)),
        ),
        "o5",
        "placed",
        PLACED,
        "6d6e9d7c",
    ),
    "settlement-v1-cancelled": Settlement(
        None,
        None,
        Points(0),
        rub(0),
        None,
        (Decision("hold", (Release("m1", Points(190)),), (Reason("returned_after_expiry", points=Points(10)),)),),
        "o6",
        "cancelled",
        COMPLETED,
        "6d6e9d7c",
    ),
    "settlement-v1-refunded-in-part": Settlement(
        rub(412),
        rub(312),
        Points(152),
        rub(76),
        rub("236.28"),
        (
            Decision("redemption", (Return("m1", Points(40)),), (Reason("returned_after_expiry", points=Points(8)),)),
            Decision("cashback", (Clawback("m1", Points(9)),)),
            Decision("first_app_order", (Clawback("m1", Points(24), Points(14)),)),
            Decision("gift", (), (Reason("forgiven", points=Points(3)),)),
            Decision("clawback", (), (Reason("too_late_to_claw_back", until=PLACED),)),
            Decision("order", (), (Reason("refund_limited", rest=rub(100), asked=rub(101)),)),
        ),
        "o8",
        "completed",
        COMPLETED,
        "6d6e9d7c",
        rub("75.72"),
        (
            Carried("money", None, Fraction(84, 103)),
            Carried("redemption", "m1", Fraction(56, 103)),
            Carried("cashback", 'm "1"', Fraction(98, 103)),
        ),
    ),
    "settlement-v1-refunded": Settlement(
        rub(412),
        rub(0),
        Points(0),
        rub(0),
        rub(0),
        (Decision("order", (), (Reason("already_refunded", order="o9"),)),),
        "o9",
        "refunded",
        COMPLETED,
        "6d6e9d7c",
        rub(0),
    ),
    "settlement-v1-reasons": Settlement(
        rub(250),
        rub(250),
        Points(0),
        rub(0),
        rub(250),
        (
            Decision("program", (), (Reason("outside_branches", branch=None, branches=("centre", "север")),)),
            Decision(
                "cashback",
                (),
                (
                    Reason(
                        "outside_period",
                        rule="winter",
                        period=Period(date(2026, 12, 1), date(2027, 2, 28)),
                        moment=PLACED.astimezone(MOSCOW),
                    ),
                    Reason(
                        "outside_period",
                        rule="spring",
                        period=Period(PLACED.replace(microsecond=1), None),
                        moment=PLACED,
                    ),
                    Reason(
                        "outside_windows",
                        rule="friday",
                        windows=(
                            Window(["fri"], "17:00", "20:00"),
                            Window(["sat", "sun"], "22:00", "02:00", "Europe/Samara"),
                        ),
                        moment=PLACED.astimezone(MOSCOW),
                    ),
                    Reason("below_minimum", minimum=rub(300), actual=rub(250)),
                ),
            ),
            Decision("order", (), (Reason("already_ended", order="o7", status="cancelled"),)),
        ),
        "o7",
        "completed",
        COMPLETED,
        "6d6e9d7c",
    ),
}

TAKEN = Reason("limited_by_balance", balance=Points(30), requested=Points(400))
ADJUSTMENTS = {
    "adjustment-v1-given": Adjustment("m1", Points(50), PLACED),
    "adjustment-v1-taken": Adjustment("участник", Points(-30), COMPLETED, (TAKEN,)),
}

SHORT = Reason("less_than_asked", balance=rub("15.50"), asked=rub(20))
PAYOUTS = {
    "payout-v1-paid": Payout("w7", rub("1579.20"), rub(0), PLACED),
    "payout-v1-refused": Payout("водитель", rub(0), rub("15.50"), COMPLETED, (SHORT,)),
}

PROGRAM = Program.from_dict(
    {
        "id": "city",
        "currency": "RUB",
        "point_value": "0.50",
        "time_zone": "Europe/Moscow",
        "cashback": [{"percent": "5"}],
        "expiry": {"after": "P6M", "until_end_of": "month"},
    }
)

ISSUED_CODE = IssuedCode('участник "1"', "#РOMAШKA_01", PLACED)

SORRY = 'Sorry for "the wait",\nизвините'

ISSUED = {"kind": "issued", "points": Points(41), "order": "o5", "rule": "cashback", "revision": "6d6e9d7c"}
DETAILS = {
    "entry-detail-v1-issued": (
        Posting(AT, "issued", 41, "o5", "cashback", "6d6e9d7c"),
        StatementLine(at=PLACED, operation="complete o5", **ISSUED),
    ),
    "entry-detail-v1-expired": (
        Posting(AT, "expired", -41),
        StatementLine(at=PLACED, kind="expired", points=Points(-41), revision="6d6e9d7c", operation="complete o5"),
    ),
    "entry-detail-v1-adjusted": (
        Posting(AT, "adjusted", 50, by="жалоба 7"),
        StatementLine(
            at=PLACED,
            kind="adjusted",
            points=Points(50),
            revision="6d6e9d7c",
            operation="complete o5",
            description=SORRY,
        ),
    ),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_stored_member_is_read_and_written(name):
    """Figures past 2⁵³ too, which other readers of JSON would round."""
    assert member.decode("member/m1", sample(name)) == MEMBERS[name]
    assert member.encode(MEMBERS[name]) == sample(name)


@pytest.mark.parametrize("name", PROMO_USES)
def test_a_stored_use_of_a_promo_is_read_and_written(name):
    """What's reserved of it with it."""
    assert promo_use.decode("promo/summer", sample(name)) == PROMO_USES[name]
    assert promo_use.encode(PROMO_USES[name]) == sample(name)


@pytest.mark.parametrize("text", HELD)
def test_what_an_order_keeps_of_a_promo_is_read_and_written(text):
    """It stands in the order's body."""
    assert promo_use.read_held(json.loads(text)) == HELD[text]
    assert as_json(promo_use.written_held(HELD[text])) == text


@pytest.mark.parametrize("name", CODES)
def test_a_stored_code_is_read_and_written(name):
    """Referral codes and issued promo codes are documents of one kind."""
    assert code.decode("code D48M", sample(name)) == CODES[name]
    assert code.encode(CODES[name]) == sample(name)


@pytest.mark.parametrize("name", WORKERS)
def test_a_stored_worker_is_read_and_written(name):
    """With the periods that are open, ended or not."""
    assert worker.decode("worker/w7", sample(name)) == WORKERS[name]
    assert worker.encode(WORKERS[name]) == sample(name)


def test_a_stored_count_of_codes_is_read_and_written():
    """By it codes lengthen in time."""
    assert codes_given.decode("codes", sample("codes-given-v1")) == 9_280
    assert codes_given.encode(9_280) == sample("codes-given-v1")


def test_a_stored_issue_of_a_code_is_read_and_written():
    """The result of a call that's made again."""
    assert issue_code.decode("issue m1 i1", sample("issued-code-v1")) == ISSUED_CODE
    assert issue_code.encode(ISSUED_CODE) == sample("issued-code-v1")


@pytest.mark.parametrize("name", ORDERS)
def test_a_stored_order_is_read_and_written(name):
    """What wasn't told isn't there."""
    assert order.decode("order/o1", sample(name), RUB) == ORDERS[name]
    assert order.encode(ORDERS[name]) == sample(name)


@pytest.mark.parametrize("name", SETTLEMENTS)
def test_a_stored_settlement_is_read_and_written(name):
    """With all its reasons, word for word."""
    read = settlement.decode("place o5", sample(name), WORTH)
    assert read == SETTLEMENTS[name]
    assert str(read) == str(SETTLEMENTS[name])
    assert settlement.encode(SETTLEMENTS[name], WORTH) == sample(name)


def test_a_stored_revision_is_read_and_written():
    """It's the same program, with the same id."""
    read = Program.from_dict(revision.decode("revision/1", sample("revision-v1")))
    assert (read, read.revision) == (PROGRAM, PROGRAM.revision)
    assert revision.encode(PROGRAM.to_dict()) == sample("revision-v1")


@pytest.mark.parametrize("name", DETAILS)
def test_a_stored_detail_of_an_entry_is_read_and_written(name):
    """It says what for, as far as there's such."""
    posting, line = DETAILS[name]
    book = Book(Programs(PROGRAM), "complete", "o5", asked={})
    book.post("member m1", posting, "6d6e9d7c")
    entry, other = book.change("null").entries
    assert (entry.detail, other.detail) == (sample(name), sample(name))
    stored = Entry(
        at=PLACED,
        operation="complete o5",
        line=0,
        account="m1",
        unit="points",
        amount=posting.amount,
        detail=entry.detail,
    )
    written = Note(text=SORRY) if posting.by == "жалоба 7" else None
    assert statement.line_of(detail.decode(stored.operation, stored.detail), stored, 0, written) == line


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_a_stored_adjustment_is_read_and_written(name):
    """The result of a call that's made again."""
    assert adjust.decode("adjust m1 a1", sample(name), WORTH) == ADJUSTMENTS[name]
    assert adjust.encode(ADJUSTMENTS[name], WORTH) == sample(name)


@pytest.mark.parametrize("name", CLEARINGS)
def test_S8_a_stored_clearing_of_a_history_is_read_and_written(name):
    """That it was done, or why not."""
    assert clear_history.decode("clear m1 c1", sample(name), WORTH) == CLEARINGS[name]
    assert clear_history.encode(CLEARINGS[name], WORTH) == sample(name)


@pytest.mark.parametrize("name", LEVELS_SET)
def test_Y1_a_stored_level_by_hand_is_read_and_written(name):
    """That one was given, or taken back."""
    assert set_tier.decode("set_tier m1 s1", sample(name)) == LEVELS_SET[name]
    assert set_tier.encode(LEVELS_SET[name]) == sample(name)


@pytest.mark.parametrize("name", CARDS_ISSUED)
def test_S3_a_stored_issue_of_a_card_is_read_and_written(name):
    """Without its code."""
    assert issue_card.decode("card c1", sample(name), WORTH) == CARDS_ISSUED[name]
    assert issue_card.encode(CARDS_ISSUED[name], WORTH) == sample(name)


def test_G10_a_stored_batch_of_codes_is_read_and_written():
    """The codes themselves: they're the answer."""
    assert generate_codes.decode("codes b1 0", sample("codes-generated-v1")) == ("D48M7K2P", "K7PX23WD")
    assert generate_codes.encode(("D48M7K2P", "K7PX23WD")) == sample("codes-generated-v1")


@pytest.mark.parametrize("name", PAYOUTS)
def test_a_stored_payout_is_read_and_written(name):
    """What was paid, or why not."""
    assert pay_out.decode("pay_out w7 p1", sample(name), WORTH) == PAYOUTS[name]
    assert pay_out.encode(PAYOUTS[name], WORTH) == sample(name)


def test_a_stored_note_is_read_and_written():
    """Free text, as it was written; erased, there's none."""
    assert note.decode("note m1 a1", sample("note-v1")) == Note(text=SORRY)
    assert note.encode(Note(text=SORRY)) == sample("note-v1")
    assert note.decode("note m1 a1", None) == Note()


def test_S6_a_stored_note_names_who_wrote_it():
    """With a text or without one."""
    for name, written in (
        ("note-v1-operator", Note(text=SORRY, operator="Анна")),
        ("note-v1-bare", Note(operator="7")),
    ):
        assert note.decode("note m1 a1", sample(name)) == written
        assert note.encode(written) == sample(name)


@pytest.mark.parametrize("name", NOTICES)
def test_a_stored_notice_is_read_and_written(name):
    """With figures of all types, moments in their zone; acknowledged, there's none."""
    assert notice.decode("notice m1 1", sample(name), WORTH) == NOTICES[name]
    assert notice.encode(NOTICES[name], WORTH) == sample(name)
    assert notice.decode("notice m1 1", None, WORTH) is None


def test_every_sample_is_read_here():
    """One that nobody reads proves nothing."""
    known = {
        *MEMBERS,
        *CODES,
        *PROMO_USES,
        *ORDERS,
        *WORKERS,
        *SETTLEMENTS,
        *DETAILS,
        *ADJUSTMENTS,
        *PAYOUTS,
        *CLEARINGS,
        *LEVELS_SET,
        *CARDS_ISSUED,
        "codes-generated-v1",
        "revision-v1",
        "note-v1",
        "note-v1-operator",
        "note-v1-bare",
        *NOTICES,
        "codes-given-v1",
        "issued-code-v1",
        *CARD_SAMPLES,
    }
    assert {path.stem for path in SAMPLES.glob("*.json")} == known


READERS = {
    "member-v1-full": lambda body: member.decode("member/m1", body),
    "promo-use-v1-budget": lambda body: promo_use.decode("promo/summer", body),
    "code-v1-referral": lambda body: code.decode("code D48M", body),
    "worker-v1-full": lambda body: worker.decode("worker/w7", body),
    "order-v1-placed": lambda body: order.decode("order/o1", body, RUB),
    "settlement-v1-placed": lambda body: settlement.decode("place o5", body, WORTH),
    "codes-given-v1": lambda body: codes_given.decode("codes", body),
    "issued-code-v1": lambda body: issue_code.decode("issue m1 i1", body),
    "revision-v1": lambda body: revision.decode("revision/1", body),
    "note-v1": lambda body: note.decode("note/1", body),
    "notice-v1-credited": lambda body: notice.decode("notice/1", body, WORTH),
    "payout-v1-paid": lambda body: pay_out.decode("pay_out w7 p1", body, WORTH),
    "history-cleared-v1-done": lambda body: clear_history.decode("clear m1 c1", body, WORTH),
    "level-set-v1-given": lambda body: set_tier.decode("set_tier m1 s1", body),
    "issued-card-v1-sold": lambda body: issue_card.decode("card c1", body, WORTH),
    "codes-generated-v1": lambda body: generate_codes.decode("codes b1 0", body),
    "entry-detail-v1-issued": lambda body: detail.decode("complete o5", body),
    "adjustment-v1-given": lambda body: adjust.decode("adjust m1 a1", body, WORTH),
}


@pytest.mark.parametrize("name", READERS)
def test_a_later_form_is_refused_by_every_reader(name):
    """Better than to misread it: while two releases share a store, the older one says so."""
    with pytest.raises(StoreTooNew, match="form 2"):
        READERS[name](sample(name).replace('"v":1', '"v":2', 1))
