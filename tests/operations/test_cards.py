"""Gift cards: sold, bought for points, looked at, given away, frozen, forgotten, expired (S3, S8, B10)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from loyaltykit import (
    InvalidValue,
    Loyalty,
    MixedUnits,
    Money,
    NaiveMoment,
    Notice,
    OperationMismatch,
    Points,
    UnknownCard,
)
from loyaltykit.adapters.memory import MemoryRepository
from tests.operations.cards import FIFTY, OFFERS, booked, on, rich, sold, stored
from tests.operations.support import (
    AT,
    DAY,
    HOUR,
    balance,
    city,
    codes,
    entries_of,
    everything,
    give,
    keys_of,
    ride,
    rub,
    statement,
)


def test_S3_a_card_is_sold_for_money(life, repository):
    """Of any face, by anyone, for anyone; who has the code has the money."""
    loyalty = life()
    issued = loyalty.cards.issue("c1", at=AT, face=rub("412.50"))
    assert (issued.face, issued.expires, issued.points, issued.reasons) == (rub("412.50"), None, None, ())
    assert on(loyalty) == (rub("412.50"), rub(0))
    assert loyalty.cards.check(issued.code.lower().replace("-", " "), at=AT).balance == rub("412.50")
    view = loyalty.cards.view("c1", at=AT)
    assert (view.code, view.face, view.member, view.frozen, view.offer) == (
        issued.code,
        rub("412.50"),
        None,
        False,
        None,
    )
    assert loyalty.cards.view(code=issued.code, at=AT) == view
    assert booked(repository) == [("card_issued", 41_250)]


def test_S3_a_card_is_sold_by_an_offer(life):
    """Its face and its expiry are the offer's, to the end of the local day; the host may say another moment."""
    loyalty = life(**OFFERS)
    issued = loyalty.cards.issue("c1", at=AT, offer="fifty", member="m1")
    assert (issued.face, issued.expires) == (rub(50), datetime(2026, 4, 9, 21, tzinfo=UTC))
    assert loyalty.cards.view("c1", at=AT).offer == "fifty"
    sooner = loyalty.cards.issue("c2", at=AT, offer="fifty", expires=AT + DAY)
    assert sooner.expires == AT + DAY
    assert loyalty.cards.issue("c3", at=AT, offer="hundred").expires is None


def test_S3_a_card_is_bought_for_points(life, repository):
    """Once the balance suffices; the points leave the lots that expire first, and the card is the member's."""
    loyalty = life(**OFFERS, expiry={"after": "P10D"})
    give(loyalty, 200, order="first")
    give(loyalty, 350, order="second", at=AT + DAY)
    bought = loyalty.cards.buy("c1", "fifty", member="m1", at=AT + 2 * DAY)
    assert (bought.points, bought.face, bought.reasons) == (Points(500), rub(50), ())
    assert balance(loyalty, AT + 2 * DAY) == Points(50)
    assert balance(loyalty, AT + 10 * DAY) == Points(50), "what is left is of the later lot"
    assert on(loyalty, at=AT + 2 * DAY) == (rub(50), rub(0))
    (card,) = loyalty.cards.of("m1", at=AT + 2 * DAY).cards
    assert (card.card, card.code, card.member, card.offer) == ("c1", bought.code, "m1", "fifty")
    line = statement(loyalty, AT + 2 * DAY)[-1]
    assert (line.kind, line.points, line.rule) == ("card_bought", Points(-500), "fifty")
    assert booked(repository) == [("card_issued", 5_000)]


def test_S7_whoever_buys_a_card_is_told(life):
    """Once, without being asked for marketing; the notice names the card, and not its code."""
    loyalty = rich(life(**OFFERS, notice=[{"kind": "card_bought"}]))
    for _ in range(2):
        loyalty.cards.buy("c1", "fifty", member="m1", at=AT)
    loyalty.cards.buy("c2", "hundred", member="m1", at=AT)
    ((member, notice),) = [(each.member, each.notice) for each in loyalty.notices.waiting(at=AT).notices]
    assert (member, notice) == ("m1", Notice("card_bought", card="c1", face=rub(50)))


def test_S3_a_card_that_costs_more_than_there_is_isnt_bought(life, repository):
    """A refusal says how many points are missing, is kept, and changes nothing."""
    loyalty = rich(life(**OFFERS), 412)
    refused = loyalty.cards.buy("c1", "fifty", member="m1", at=AT)
    assert (refused.code, refused.points, codes(refused)) == (None, None, ["points_missing"])
    assert refused.reasons[0].missing == Points(88)
    assert (balance(loyalty, AT), loyalty.cards.of("m1", at=AT).cards) == (Points(412), ())
    rich(loyalty, 412) and give(loyalty, 100, order="more")
    assert loyalty.cards.buy("c1", "fifty", member="m1", at=AT) == refused, "the first answer stands"
    assert loyalty.cards.buy("c2", "fifty", member="m1", at=AT).reasons == ()
    assert booked(repository) == []
    assert life().cards.buy("c1", "fifty", member="m1", at=AT) == refused, "also where it's no more on offer"
    with pytest.raises(OperationMismatch) as caught:
        loyalty.cards.issue("c1", at=AT, offer="fifty")
    assert caught.value.first == refused
    with pytest.raises(UnknownCard):
        loyalty.cards.view("c1", at=AT)
    assert [row.card for row in loyalty.reports.cards(at=AT)] == ["c2"]


def test_S3_an_offer_without_a_price_is_sold_for_money_alone(life):
    """Whatever the member has."""
    loyalty = rich(life(**OFFERS))
    assert codes(loyalty.cards.buy("c1", "hundred", member="m1", at=AT)) == ["not_for_points"]
    assert balance(loyalty, AT) == Points(600)


def test_S3_held_points_buy_no_card(life):
    """They're promised to an order."""
    loyalty = rich(life(**OFFERS))
    loyalty.place(ride(id="o2"), at=AT, redeem=Points(200))
    assert loyalty.cards.buy("c1", "fifty", member="m1", at=AT).reasons[0].missing == Points(100)


def test_S3_points_are_worth_what_the_program_says(life):
    """With digits, too: the price is counted in the smallest units."""
    loyalty = life(**OFFERS, digits=2)
    give(loyalty, 600)
    assert loyalty.cards.buy("c1", "fifty", member="m1", at=AT).points == Points("500.00", digits=2)
    assert balance(loyalty, AT) == Points(100)


def test_S3_the_same_call_again_gives_the_same_card(life, repository):
    """With its code, though no receipt holds it; with other arguments it's a mismatch."""
    loyalty = rich(life(**OFFERS))
    issued, bought = (
        loyalty.cards.issue("c1", at=AT, face=rub(500), member="m1"),
        loyalty.cards.buy("c2", "fifty", member="m1", at=AT),
    )
    ended = loyalty.cards.issue("c3", at=AT, face=rub(5), expires=AT + HOUR)
    offered = loyalty.cards.issue("c4", at=AT, offer="fifty")
    before = everything(repository)
    assert life().cards.buy("c2", "fifty", member="m1", at=AT + DAY) == bought, "also where it's no more on offer"
    assert life().cards.issue("c4", at=AT + DAY, offer="fifty") == offered, "also where it's no more on offer"
    assert loyalty.cards.issue("c3", at=AT + DAY, face=rub(5), expires=AT + HOUR) == ended, "also once it has expired"
    assert loyalty.cards.issue("c1", at=AT + DAY, face=rub(500), member="m1") == issued
    assert loyalty.cards.buy("c2", "fifty", member="m1", at=AT + DAY) == bought
    assert everything(repository) == before
    for other in (
        lambda: loyalty.cards.issue("c1", at=AT, face=rub(501), member="m1"),
        lambda: loyalty.cards.issue("c1", at=AT, face=rub(500)),
        lambda: loyalty.cards.buy("c1", "fifty", member="m1", at=AT),
        lambda: loyalty.cards.issue("c2", at=AT, offer="fifty", member="m1"),
    ):
        with pytest.raises(OperationMismatch) as caught:
            other()
        assert caught.value.first.code is None, "an error that's logged tells no code"


def test_S3_a_code_stands_in_its_own_documents_alone(life, repository):
    """In no entry, no receipt, no order, and no account's key."""
    loyalty = rich(life(**OFFERS))
    bought = loyalty.cards.buy("c1", "fifty", member="m1", at=AT)
    loyalty.place(ride(id="o2"), at=AT, gift_card=bought.code)
    loyalty.complete("o2", at=AT)
    code = bought.code.replace("-", "")
    holding = [key for key in keys_of(repository) if code in f"{key}{repository.load([key])[key].body}"]
    assert sorted(holding) == ['["city","card","c1"]', f'["city","card_code","{code}"]']
    assert not any(code in f"{entry}" for entry in entries_of(repository))
    for operation in ('["city","card","c1"]', '["city","place","o2"]', '["city","complete","o2"]'):
        receipt = repository.receipt(operation)
        assert receipt is not None
        assert code not in receipt.result


def test_S3_what_is_logged_shows_no_code(life, repository):
    """Neither how a card is shown, nor its document."""
    loyalty = life()
    issued = loyalty.cards.issue("c1", at=AT, face=rub(500), member="m1")
    shown = f"{issued!r}{loyalty.cards.view('c1', at=AT)!r}{loyalty.cards.of('m1', at=AT)!r}{stored(repository)!r}"
    assert issued.code not in shown
    assert issued.code.replace("-", "") not in shown


@pytest.mark.parametrize("change", ["give", "recode", "both", "forget"])
@pytest.mark.parametrize("made", ["issue", "buy"])
def test_S3_the_same_call_again_never_tells_a_code_to_whoever_gave_the_card_away(life, made, change):
    """A webhook that comes twice answers as it did, but for the code."""
    loyalty = rich(life(**OFFERS))

    def call():
        if made == "buy":
            return loyalty.cards.buy("c1", "fifty", member="m1", at=AT)
        return loyalty.cards.issue("c1", at=AT, offer="fifty", member="m1")

    first = call()
    assert call() == first
    if change in {"give", "both"}:
        loyalty.cards.give("g1", "c1", "m2", at=AT)
    if change in {"recode", "both"}:
        loyalty.cards.recode("r1", "c1", at=AT)
    if change == "forget":
        loyalty.members.forget("m1", at=AT)
    assert call() == evolve(first, code=None)
    if change == "give":
        loyalty.cards.give("g2", "c1", "m1", at=AT)
        assert call() == first


def test_S3_codes_never_collide(repository):
    """A code that another card has is drawn anew."""
    seeds = [random.Random(7), random.Random(7)]  # noqa: S311 - the same codes twice
    first, second = (Loyalty(city(), repository, randbelow=seed.randrange) for seed in seeds)
    assert sold(first, card="c1") != sold(second, card="c2")
    assert on(second, "c1") == on(second, "c2") == (rub(500), rub(0))


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"face": rub(50), "offer": "fifty"},
        {"face": rub(0)},
        {"face": "50"},
        {"face": Money(10**16, "RUB")},
        {"offer": "sixty"},
        {"face": rub(50), "expires": AT},
        {"face": rub(50), "expires": AT - DAY},
        {"face": rub(50), "member": ""},
    ],
)
def test_S3_what_is_no_card_is_refused_before_anything_is_written(life, repository, told):
    """The message says how to mend it."""
    loyalty = life(**OFFERS)
    with pytest.raises(InvalidValue):
        loyalty.cards.issue("c1", at=AT, **told)
    assert keys_of(repository) == []


def test_S3_other_mistakes_of_the_host_are_told(life):
    """Another currency, no time zone, an unknown offer or card, none or both of id and code."""
    loyalty = life(**OFFERS)
    with pytest.raises(MixedUnits):
        loyalty.cards.issue("c1", at=AT, face=Money(50, "USD"))
    with pytest.raises(NaiveMoment):
        loyalty.cards.issue("c1", at=AT, face=rub(50), expires=datetime(2027, 1, 1))  # noqa: DTZ001 - that's the point
    with pytest.raises(InvalidValue, match="fifty, hundred"):
        loyalty.cards.buy("c1", "sixty", member="m1", at=AT)
    with pytest.raises(InvalidValue, match=r"\(none\)"):
        life().cards.buy("c1", "sixty", member="m1", at=AT)
    for told in ({}, {"card_id": "c1", "code": "x"}):
        with pytest.raises(InvalidValue, match="one of the two"):
            loyalty.cards.view(at=AT, **told)
    with pytest.raises(UnknownCard, match="never issued"):
        loyalty.cards.view("c1", at=AT)
    with pytest.raises(UnknownCard, match="no gift card has this code") as caught:
        loyalty.cards.view(code="D48M-7K2P-WXYZ-2345", at=AT)
    assert caught.value.card is None
    for change in (loyalty.cards.freeze, loyalty.cards.unfreeze):
        with pytest.raises(UnknownCard):
            change("f1", "c1", at=AT)
    with pytest.raises(UnknownCard):
        loyalty.cards.give("g1", "c1", "m2", at=AT)


class Counting:
    """A repository that counts what it's asked to load."""

    def __init__(self, repository):
        self._repository = repository
        self.commit = repository.commit
        self.loads = []

    def load(self, keys):
        self.loads.append(len(keys))
        return self._repository.load(keys)


def test_S3_a_stranger_learns_nothing_by_guessing(life, repository):
    """Whether a code is wrong, malformed, another program's or expired: one answer, and as many loads."""
    loyalty = life(**OFFERS)
    old = loyalty.cards.issue("c1", at=AT, offer="fifty").code
    other = Loyalty(city(id="town"), repository).cards.issue("c2", at=AT, face=rub(50)).code
    good = sold(loyalty, card="c3")
    later, answers = AT + 31 * DAY, []
    for typed in (old, other, "D48M-7K2P-WXYZ-2345", "D48M", "🎉", "", None, "x" * 10_000, good):
        counting = Counting(repository)
        answers.append((Loyalty(city(**OFFERS), counting).cards.check(typed, at=later), counting.loads))
    *strangers, (known, loads) = answers
    assert known.usable
    assert known.balance == rub(500)
    for answer, its_loads in strangers:
        assert (answer.usable, answer.balance, answer.expires, codes(answer)) == (False, None, None, ["card_unknown"])
        assert its_loads == loads


def test_S3_whoever_has_the_code_learns_why_it_pays_nothing(life):
    """Frozen or used up: that's no secret to them."""
    loyalty = life()
    code, spent = sold(loyalty), sold(loyalty, 412, card="c2")
    loyalty.cards.freeze("f1", "c1", at=AT)
    assert codes(loyalty.cards.check(code, at=AT)) == ["card_frozen"]
    loyalty.cards.unfreeze("u1", "c1", at=AT)
    assert loyalty.cards.check(code, at=AT).usable
    loyalty.settle(ride(), at=AT, gift_card=spent)
    check = loyalty.cards.check(spent, at=AT)
    assert (check.balance, codes(check)) == (rub(0), ["card_empty"])


def test_S3_a_card_is_given_away(life):
    """It's another's from then on, and back again; who has the code still has it."""
    loyalty = life()
    code = sold(loyalty, member="m1")

    def whose():
        return [[card.card for card in loyalty.cards.of(each, at=AT).cards] for each in ("m1", "m2")]

    assert whose() == [["c1"], []]
    loyalty.cards.give("g1", "c1", "m2", at=AT)
    assert whose() == [[], ["c1"]]
    assert loyalty.cards.view("c1", at=AT).member == "m2"
    loyalty.cards.give("g2", "c1", "m1", at=AT)
    loyalty.cards.give("g3", "c1", "m1", at=AT)
    assert whose() == [["c1"], []]
    loyalty.cards.give("g1", "c1", "m2", at=AT)
    assert whose() == [["c1"], []], "the same call again does nothing"
    assert loyalty.cards.view("c1", at=AT).code == code
    sold(loyalty, card="c2")
    loyalty.cards.give("g1", "c2", "m2", at=AT)
    assert whose() == [["c1"], ["c2"]], "nobody's can be given, too"


def test_S3_whoever_changes_a_card_is_told_how_it_stands(life):
    """What was done, or, where that was done before, what has become of it since."""
    loyalty = life()
    sold(loyalty, member="m1")
    calls = {
        "freeze": lambda: loyalty.cards.freeze("n1", "c1", at=AT),
        "recode": lambda: loyalty.cards.recode("n1", "c1", at=AT),
        "unfreeze": lambda: loyalty.cards.unfreeze("n1", "c1", at=AT),
        "give": lambda: loyalty.cards.give("n1", "c1", "m2", at=AT),
    }
    told = {name: call() for name, call in calls.items()}
    assert [(view.frozen, view.member) for view in told.values()] == [
        (True, "m1"),
        (True, "m1"),
        (False, "m1"),
        (False, "m2"),
    ]
    assert told["freeze"].code != told["recode"].code
    stands = loyalty.cards.view("c1", at=AT)
    assert [call() for call in calls.values()] == [told["give"]] * 4 == [stands] * 4


def test_S3_a_stolen_card_has_a_new_code(life, repository):
    """The old one is nobody's for good; orders keep what they hold, and the same call again changes nothing."""
    loyalty = life()
    stolen = sold(loyalty, member="m1")
    loyalty.place(ride(), at=AT, gift_card=stolen)
    loyalty.cards.freeze("f1", "c1", at=AT)
    loyalty.cards.recode("r1", "c1", at=AT)
    loyalty.cards.unfreeze("u1", "c1", at=AT)
    code = loyalty.cards.view("c1", at=AT).code
    assert code != stolen
    assert codes(loyalty.cards.check(stolen, at=AT)) == ["card_unknown"]
    assert loyalty.cards.check(code, at=AT).balance == rub(88)
    assert [card.code for card in loyalty.cards.of("m1", at=AT).cards] == [code]
    before = everything(repository)
    loyalty.cards.recode("r1", "c1", at=AT)
    assert everything(repository) == before
    assert loyalty.complete("o1", at=AT).card == rub(412)
    with pytest.raises(UnknownCard):
        loyalty.cards.recode("r1", "c9", at=AT)


def test_S3_a_new_code_is_another_one(repository):
    """Where the same one is drawn, another is."""
    draws = iter([0] * 32 + [1] * 16)
    loyalty = Loyalty(city(), repository, randbelow=lambda _: next(draws))
    stolen = sold(loyalty)
    loyalty.cards.recode("r1", "c1", at=AT)
    assert (stolen, loyalty.cards.view("c1", at=AT).code) == ("2222-2222-2222-2222", "3333-3333-3333-3333")
    assert not loyalty.cards.check(stolen, at=AT).usable


def test_S3_a_members_cards_are_listed_page_by_page(life):
    """Those of others aren't among them, and neither are those that were given away."""
    loyalty = life()
    for number in range(7):
        sold(loyalty, card=f"c{number}", member="m1")
    sold(loyalty, card="d1", member="m10")
    loyalty.cards.give("g1", "c3", "m2", at=AT)
    found, after = [], None
    for _ in range(9):
        page = loyalty.cards.of("m1", at=AT, after=after, limit=3)
        found += [card.card for card in page.cards]
        after = page.after
        if after is None:
            break
    assert found == ["c0", "c1", "c2", "c4", "c5", "c6"]


def test_S3_a_forgotten_owners_cards_pay_on(life, repository):
    """For whoever has the code; whose they were is erased."""
    loyalty = rich(life(**OFFERS))
    bought = loyalty.cards.buy("c1", "fifty", member="m1", at=AT)
    sold(loyalty, card="c2", member="m1")
    loyalty.cards.give("g1", "c2", "m2", at=AT)
    for _ in range(2):
        loyalty.members.forget("m1", at=AT)
        assert (loyalty.cards.of("m1", at=AT).cards, loyalty.cards.view("c1", at=AT).member) == ((), None)
    assert [card.card for card in loyalty.cards.of("m2", at=AT).cards] == ["c2"]
    assert "m1" not in f"{stored(repository)}"
    assert loyalty.cards.check(bought.code, at=AT).balance == rub(50)
    assert loyalty.settle(ride(customer="m3"), at=AT, gift_card=bought.code).due == rub(362)


def test_S3_a_card_expires_by_time_alone(life, repository):
    """Swept or not; held money doesn't expire."""
    loyalty = life(**OFFERS)
    issued = loyalty.cards.issue("c1", at=AT, offer="fifty")
    code, end = issued.code, issued.expires
    second = timedelta(microseconds=1)
    assert on(loyalty, at=end - second) == (rub(50), rub(0))
    assert on(loyalty, at=end) == (rub(0), rub(0))
    assert "card_unknown" in codes(loyalty.settle(ride(), at=end, gift_card=code))
    assert booked(repository) == [("card_issued", 5_000)]
    assert loyalty.run_due(at=end - second).done == 0
    assert loyalty.run_due(at=end + HOUR).done == 1
    assert booked(repository) == [("card_issued", 5_000), ("card_expired", -5_000)]
    assert [entry.at for entry in entries_of(repository, '["city","card_expired"]')] == [end]
    assert loyalty.run_due(at=end + HOUR).done == 0
    assert stored(repository).account.balance == 0


def test_S3_a_sweep_that_comes_second_does_nothing():
    """Two processes look at one page; the card is swept once."""
    store = MemoryRepository()
    loyalty = Loyalty(city(gift_card=[FIFTY]), store)
    loyalty.cards.issue("c1", at=AT, offer="fifty")
    later = AT + 31 * DAY
    page = store.due(later, after=None, limit=9)

    class Stale:
        """A store whose list of what's due is a moment old."""

        load, commit, receipt = store.load, store.commit, store.receipt

        @staticmethod
        def due(*_, **__):
            return page

    loyalty.run_due(at=later)
    before = everything(store)
    assert Loyalty(city(gift_card=[FIFTY]), store, reader=Stale()).run_due(at=later).skipped == ()
    assert everything(store) == before
