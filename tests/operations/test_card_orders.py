"""Gift cards in an order's life: held, captured, released, given back, beside points and promo codes (S3, B3, B2)."""

from __future__ import annotations

import pytest

from loyaltykit import CardPayment, CardRelease, CardReturn, InvalidValue, Loyalty, OperationMismatch, Points, Program
from tests.operations.cards import FIFTY, OFFERS, booked, on, rich, sold, stored
from tests.operations.support import AT, BASE, DAY, HOUR, balance, codes, give, keys_of, ride, rub

SUMMER = {"name": "summer", "code": "SUMMER", "percent": "10", "budget": "100"}


def said(settlement, rule="gift_card"):
    """Give what was decided about the card, in words."""
    return [str(decision).removeprefix(f"{rule}: ") for decision in settlement.decisions if decision.rule == rule]


def test_S3_a_card_that_was_bought_is_spent_in_parts(life, repository):
    """Over several orders, to its last unit; then it's empty, and the order goes on."""
    loyalty = rich(life(**OFFERS))
    code = loyalty.cards.buy("c1", "fifty", member="m1", at=AT).code
    dues = []
    for number, price in enumerate(("20.50", "20.50", "20.50", "20.50")):
        done = loyalty.settle(ride(price, id=f"r{number}"), at=AT + DAY, gift_card=code)
        dues.append((done.card, done.due))
    assert dues == [
        (rub("20.50"), rub(0)),
        (rub("20.50"), rub(0)),
        (rub(9), rub("11.50")),
        (None, rub("20.50")),
    ]
    assert codes(done)[-1] == "card_empty"
    assert sum(amount for _, amount in booked(repository)) == 0


def test_B3_points_promo_and_gift_card_are_held_together(life, repository):
    """In one commit; and captured at a final fare that differs from the quote."""
    loyalty = rich(life(promo=[SUMMER]))
    code = sold(loyalty)
    told = {"redeem": Points(100), "promo_code": "SUMMER", "gift_card": code}
    quote = loyalty.quote(ride(), at=AT, **told)
    assert (quote.charged, quote.payable, quote.card, quote.due) == (
        rub("370.80"),
        rub("270.80"),
        rub("270.80"),
        rub(0),
    )
    assert on(loyalty) == (rub(500), rub(0)), "a quote holds nothing"
    placed = loyalty.place(ride(), at=AT, **told)
    assert (placed.charged, placed.payable, placed.card, placed.due) == (
        quote.charged,
        quote.payable,
        quote.card,
        quote.due,
    )
    assert on(loyalty) == (rub("229.20"), rub("270.80"))
    assert balance(loyalty, AT) == Points(500)
    done = loyalty.complete("o1", at=AT + HOUR, price=rub(300))
    assert (done.charged, done.redeemed, done.card, done.due) == (rub(270), Points(100), rub(170), rub(0))
    assert said(done) == ["the gift card c1 pays 170.00 RUB", "the gift card c1 has 100.80 RUB back"]
    assert on(loyalty) == (rub(330), rub(0))
    assert booked(repository) == [("card_issued", 50_000), ("card_redeemed", -17_000)]


def test_B3_a_card_never_pays_more_than_was_held(life):
    """A fare that rose is due in money, though the card has more."""
    loyalty = life()
    code = sold(loyalty)
    assert loyalty.place(ride(300), at=AT, gift_card=code).due == rub(0)
    done = loyalty.complete("o1", at=AT, price=rub(450))
    assert (done.card, done.due) == (rub(300), rub(150))
    assert "limited_by_card" in codes(done)
    assert on(loyalty) == (rub(200), rub(0))


def test_B3_with_no_price_all_of_the_card_is_held(life):
    """What the final fare leaves of it goes back."""
    loyalty = life()
    code = sold(loyalty)
    placed = loyalty.place(ride(None), at=AT, gift_card=code)
    assert (placed.payable, placed.card, placed.due) == (None, rub(500), None)
    assert on(loyalty) == (rub(0), rub(500))
    assert loyalty.complete("o1", at=AT, price=rub(412)).due == rub(0)
    assert on(loyalty) == (rub(88), rub(0))


def test_B3_an_order_that_never_had_a_price_pays_nothing(life):
    """Placed or not: there's nothing to be paid."""
    loyalty = life()
    code = sold(loyalty)
    loyalty.place(ride(None), at=AT, gift_card=code)
    done = loyalty.complete("o1", at=AT)
    assert (done.card, done.due, "price_unknown" in codes(done)) == (None, None, True)
    settled = loyalty.settle(ride(None, id="o2"), at=AT, gift_card=code)
    assert (settled.card, "price_unknown" in codes(settled)) == (None, True)
    assert on(loyalty) == (rub(500), rub(0))


@pytest.mark.parametrize("end", ["cancel", "no_show"])
def test_B3_an_order_that_comes_to_nothing_gives_the_card_back(life, repository, end):
    """All of what it held."""
    loyalty = life()
    code = sold(loyalty)
    loyalty.place(ride(), at=AT, gift_card=code)
    ended = getattr(loyalty, end)("o1", at=AT + HOUR)
    assert said(ended) == ["the gift card c1 has 412.00 RUB back"]
    assert (ended.card, ended.due) == (None, None)
    assert on(loyalty) == (rub(500), rub(0))
    assert booked(repository) == [("card_issued", 50_000)]
    assert getattr(loyalty, end)("o1", at=AT + HOUR) == ended


def test_B3_a_hold_times_out_by_time_alone(life):
    """Swept or not."""
    loyalty = life(hold_timeout="P2D")
    code = sold(loyalty)
    loyalty.place(ride(), at=AT, gift_card=code)
    assert on(loyalty, at=AT + DAY) == (rub(88), rub(412))
    assert on(loyalty, at=AT + 2 * DAY) == (rub(500), rub(0))
    assert loyalty.run_due(at=AT + 2 * DAY).done == 1
    assert loyalty.run_due(at=AT + 2 * DAY).done == 0
    assert on(loyalty, at=AT + 2 * DAY) == (rub(500), rub(0))


def test_B3_a_call_that_comes_late_holds_what_can_still_be_held(life):
    """Where the card has been judged later, the hold counts from there: else it had ended as it's told."""
    loyalty = life()
    code = sold(loyalty)
    loyalty.cards.freeze("f1", "c1", at=AT + 20 * DAY)
    loyalty.cards.unfreeze("u1", "c1", at=AT + 20 * DAY)
    placed = loyalty.place(ride(), at=AT + DAY, gift_card=code)
    assert (placed.card, placed.due) == (rub(412), rub(0))
    assert on(loyalty, at=AT + 20 * DAY) == (rub(88), rub(412))
    assert on(loyalty, at=AT + 27 * DAY) == (rub(500), rub(0))
    edited = loyalty.amend("a1", "o1", at=AT + 2 * DAY, price=rub(100))
    assert edited.card == rub(100)
    assert on(loyalty, at=AT + 20 * DAY) == (rub(400), rub(100))


def test_B3_points_and_card_are_held_up_to_one_moment(life):
    """The later of what the call, the customer and the card say."""
    loyalty = life()
    loyalty.members.adjust("a1", "m1", Points(100), at=AT + 10 * DAY)
    code = sold(loyalty)
    loyalty.place(ride(), at=AT, redeem="all", gift_card=code)
    for at, held in ((AT + 17 * DAY - HOUR, (Points(100), rub(312))), (AT + 17 * DAY, (Points(0), rub(0)))):
        assert (loyalty.members.view("m1", at=at).held, on(loyalty, at=at)[1]) == held


def test_B3_a_placed_order_whose_hold_timed_out_is_due_in_money(life):
    """As any call tells it that changes nothing: neither points nor card are held any more."""
    loyalty = rich(life(), 100)
    code = sold(loyalty)
    loyalty.place(ride(), at=AT, redeem=Points(100), gift_card=code)
    before = loyalty.record_payment("p1", "o1", rub(1), at=AT + 7 * DAY - HOUR)
    assert (before.redeemed, before.card, before.due) == (Points(100), rub(312), rub(0))
    after = loyalty.record_payment("p2", "o1", rub(1), at=AT + 7 * DAY)
    assert (after.redeemed, after.card, after.payable, after.due) == (Points(0), None, rub(412), rub(412))
    done = loyalty.complete("o1", at=AT + 8 * DAY)
    assert (done.redeemed, done.card, done.due) == (Points(100), rub(312), rub(0)), "held again, as it was free"


@pytest.mark.parametrize("ended", ["cancelled", "timed out"])
def test_B3_a_hold_that_ended_is_held_again_as_far_as_its_free(life, ended):
    """Completing late never refuses; the reason says how much could be held again."""
    loyalty = life(hold_timeout="P2D")
    code = sold(loyalty)
    loyalty.place(ride(), at=AT, gift_card=code)
    if ended == "cancelled":
        loyalty.cancel("o1", at=AT)
    at = AT + 3 * DAY
    loyalty.settle(ride(200, id="o2"), at=at, gift_card=code)
    done = loyalty.complete("o1", at=at)
    assert (done.card, done.due) == (rub(300), rub(112))
    assert said(done)[0].startswith("the gift card c1 pays 300.00 RUB")
    assert "the hold of 412.00 RUB on the gift card had ended before; 300.00 RUB could be held again" in said(done)
    assert on(loyalty, at=at) == (rub(0), rub(0))


def test_B3_no_more_is_held_again_than_was_held(life):
    """Though the fare rose, and the card has more."""
    loyalty = life()
    code = sold(loyalty)
    loyalty.place(ride(200), at=AT, gift_card=code)
    loyalty.cancel("o1", at=AT)
    done = loyalty.complete("o1", at=AT, price=rub(450))
    assert (done.card, done.due) == (rub(200), rub(250))
    assert on(loyalty) == (rub(300), rub(0))


def test_B3_what_is_spent_by_then_isnt_held_again(life):
    """The order goes on, and is due in money."""
    loyalty = life(hold_timeout="P2D")
    code = sold(loyalty)
    loyalty.place(ride(), at=AT, gift_card=code)
    loyalty.settle(ride(500, id="o2"), at=AT + 3 * DAY, gift_card=code)
    done = loyalty.complete("o1", at=AT + 3 * DAY)
    assert (done.card, done.due) == (None, rub(412))
    assert "card_hold_ended" in codes(done)


def test_B2_a_refund_gives_back_to_the_card_in_proportion(life, repository):
    """Beside points and money; what's under one unit is carried."""
    loyalty = rich(life(), 100)
    code = sold(loyalty, 200)
    loyalty.settle(ride(), at=AT, redeem=Points(100), gift_card=code)
    part = loyalty.refund("r1", "o1", at=AT, amount=rub(100))
    assert (part.refund, part.redeemed, part.card) == (rub("27.19"), Points(76), rub("151.47"))
    assert said(part) == ["the gift card c1 gets back 48.53 RUB that it had paid"]
    assert (part.charged, part.payable, part.due) == (rub(312), rub("236.28"), rub("84.81"))
    carried = {each.what: each.amount.limit_denominator(1000) for each in part.carried}
    assert set(carried) == {"money", "redemption", "gift_card"}
    assert all(0 < amount < 1 for amount in carried.values())
    assert on(loyalty) == (rub("48.53"), rub(0))
    rest = loyalty.refund("r2", "o1", at=AT)
    assert (rest.refund, rest.card, rest.due, rest.carried) == (rub("84.81"), None, rub(0), ())
    assert on(loyalty) == (rub(200), rub(0))
    assert sum(amount for kind, amount in booked(repository) if kind == "card_redeemed") == 0


def test_B2_many_small_refunds_come_to_one_big_one(life):
    """On the card, too, to the unit."""
    loyalty = life()
    code = sold(loyalty, "99.99")
    loyalty.settle(ride("333.33"), at=AT, gift_card=code)
    back, money = 0, 0
    for number in range(1, 334):
        done = loyalty.refund(f"r{number}", "o1", at=AT, amount=rub(1))
        money += done.refund.minor
        assert on(loyalty)[0].minor == back + sum(
            effect.money.minor
            for decision in done.decisions
            for effect in decision.effects
            if isinstance(effect, CardReturn)
        )
        back = on(loyalty)[0].minor
        assert back == 9_999 * 100 * number // 33_333
    rest = loyalty.refund("rest", "o1", at=AT)
    assert on(loyalty)[0] == rub("99.99")
    assert money + rest.refund.minor == 33_333 - 9_999


def test_B2_cash_and_card_are_one_money(life):
    """A kopeck of an order that both paid half of comes back, and no less is charged than is payable."""
    loyalty = life()
    code = sold(loyalty, "0.50")
    loyalty.settle(ride(1), at=AT, gift_card=code)
    parts = [loyalty.refund(f"r{number}", "o1", at=AT, amount=rub("0.01")) for number in range(3)]
    assert [(part.refund, part.card, part.charged, part.payable) for part in parts] == [
        (rub("0.01"), rub("0.50"), rub("0.99"), rub("0.99")),
        (rub("0.00"), rub("0.49"), rub("0.98"), rub("0.98")),
        (rub("0.01"), rub("0.49"), rub("0.97"), rub("0.97")),
    ]
    assert [[f"{each.what} {each.amount}" for each in part.carried] for part in parts] == [
        ["gift_card 1/2"],
        [],
        ["gift_card 1/2"],
    ]


def test_B2_neither_cash_nor_card_goes_down_as_the_other_goes_up(life):
    """Beside points that pay a part, kopeck by kopeck."""
    loyalty = life(point_value="0.35")
    loyalty.members.adjust("a1", "m1", Points(1), at=AT)
    code = sold(loyalty, "0.45")
    loyalty.settle(ride(1), at=AT, redeem="all", gift_card=code)
    parts = [loyalty.refund(f"r{number}", "o1", at=AT, amount=rub("0.01")) for number in range(100)]
    assert sum(part.refund.minor for part in parts) == 20
    assert min(part.refund.minor for part in parts) == 0
    on_card = [0 if part.card is None else part.card.minor for part in parts]
    assert on_card == sorted(on_card, reverse=True)
    assert on(loyalty) == (rub("0.45"), rub(0))
    assert all(part.payable.minor == 65 - 65 * number // 100 for number, part in enumerate(parts, 1))


def test_B2_a_refund_too_small_for_a_coin_leaves_the_card_alone(life):
    """Nothing is written to it."""
    loyalty = life()
    code = sold(loyalty, "0.01")
    loyalty.settle(ride(), at=AT, gift_card=code)
    assert said(loyalty.refund("r1", "o1", at=AT, amount=rub(100))) == []
    assert said(loyalty.refund("r2", "o1", at=AT)) == ["the gift card c1 gets back 0.01 RUB that it had paid"]


def test_B2_a_correction_posts_the_difference(life):
    """Down it goes back to the card, up no more is taken than was captured, and down again from there."""
    loyalty = life()
    code = sold(loyalty)
    loyalty.settle(ride(), at=AT, gift_card=code)
    lower = loyalty.correct("k1", "o1", at=AT, price=rub(380))
    assert (lower.card, lower.due) == (rub(380), rub(0))
    assert said(lower)[-1] == "the gift card c1 gets back 32.00 RUB that it had paid"
    assert on(loyalty) == (rub(120), rub(0))
    higher = loyalty.correct("k2", "o1", at=AT, price=rub(400))
    assert (higher.card, higher.due) == (rub(380), rub(20))
    assert on(loyalty) == (rub(120), rub(0))
    loyalty.refund("r1", "o1", at=AT)
    assert on(loyalty) == (rub(500), rub(0))


def test_B2_a_correction_of_what_no_card_paid_asks_for_none(life):
    """The card that was named had nothing to pay."""
    loyalty = rich(life(), 412)
    code = sold(loyalty)
    done = loyalty.settle(ride(), at=AT, redeem="all", gift_card=code)
    assert (done.card, "card_not_needed" in codes(done)) == (None, True)
    corrected = loyalty.correct("k1", "o1", at=AT, price=rub(500))
    assert (corrected.card, corrected.due) == (None, rub(88))
    assert on(loyalty) == (rub(500), rub(0))


def test_B3_an_edit_swaps_what_the_card_pays(life):
    """A higher price takes more of it, a lower one gives back; what's held is never released in between."""
    loyalty = life()
    code = sold(loyalty)
    loyalty.place(ride(300), at=AT, gift_card=code)
    assert loyalty.amend("a1", "o1", at=AT, price=rub(450)).card == rub(450)
    assert on(loyalty) == (rub(50), rub(450))
    lower = loyalty.amend("a2", "o1", at=AT, price=rub(100))
    assert said(lower) == ["the gift card c1 pays 100.00 RUB", "the gift card c1 has 350.00 RUB back"]
    assert on(loyalty) == (rub(400), rub(100))
    assert loyalty.complete("o1", at=AT).due == rub(0)


def test_B3_an_edit_swaps_the_card_and_takes_it_back(life):
    """Another one in its place, none at all, and the same one named anew."""
    loyalty = life()
    first, second = sold(loyalty, 500, card="c1"), sold(loyalty, 200, card="c2")
    loyalty.place(ride(), at=AT, gift_card=first)
    assert loyalty.amend("a1", "o1", at=AT, gift_card=first).card == rub(412)
    other = loyalty.amend("a2", "o1", at=AT, gift_card=second)
    assert (other.card, other.due) == (rub(200), rub(212))
    assert "the gift card c1 has 412.00 RUB back" in said(other)
    assert (on(loyalty, "c1"), on(loyalty, "c2")) == ((rub(500), rub(0)), (rub(0), rub(200)))
    none = loyalty.amend("a3", "o1", at=AT, gift_card="")
    assert (none.card, none.due) == (None, rub(412))
    assert on(loyalty, "c2") == (rub(200), rub(0))
    assert loyalty.amend("a4", "o1", at=AT, gift_card="").card is None
    assert loyalty.amend("a5", "o1", at=AT, gift_card=first).due == rub(0)
    assert loyalty.complete("o1", at=AT).card == rub(412)


@pytest.mark.parametrize("why", ["card_unknown", "card_frozen", "card_empty"])
def test_B3_an_edit_with_a_code_that_pays_nothing_leaves_the_card_that_stands(life, why):
    """A code named anew takes nothing away."""
    loyalty = life()
    good, bad = sold(loyalty, 500, card="c1"), sold(loyalty, 412, card="c2")
    loyalty.place(ride(), at=AT, gift_card=good)
    if why == "card_unknown":
        bad = "D48M-7K2P-WXYZ-2345"
    elif why == "card_frozen":
        loyalty.cards.freeze("f1", "c2", at=AT)
    else:
        loyalty.settle(ride(id="o2"), at=AT, gift_card=bad)
    amended = loyalty.amend("a1", "o1", at=AT, gift_card=bad)
    assert (amended.card, why in codes(amended)) == (rub(412), True)
    assert on(loyalty) == (rub(88), rub(412))


def test_B3_a_card_stays_named_while_points_pay_all(life):
    """It pays again once they pay less."""
    loyalty = rich(life(), 412)
    code = sold(loyalty)
    loyalty.place(ride(), at=AT, gift_card=code)
    assert loyalty.amend("a1", "o1", at=AT, redeem="all").card is None
    assert on(loyalty) == (rub(500), rub(0))
    assert loyalty.amend("a2", "o1", at=AT, redeem=Points(12)).card == rub(400)
    assert loyalty.cancel("o1", at=AT).card is None
    assert on(loyalty) == (rub(500), rub(0))


def test_B3_a_card_that_had_nothing_to_pay_is_let_be(life):
    """Cancelling and completing ask for nothing of it."""
    loyalty = rich(life(), 900)
    code = sold(loyalty)
    for end in ("cancel", "complete"):
        loyalty.place(ride(id=end), at=AT, redeem="all", gift_card=code)
        ended = getattr(loyalty, end)(end, at=AT)
        assert (ended.card, said(ended)) == (None, [])
    assert on(loyalty) == (rub(500), rub(0))


def test_S3_a_frozen_card_pays_for_no_new_order(life):
    """What an order holds of it stands, through edits and completion; a refund gives back to it."""
    loyalty = life()
    code = sold(loyalty)
    loyalty.place(ride(200), at=AT, gift_card=code)
    loyalty.cards.freeze("f1", "c1", at=AT)
    assert codes(loyalty.place(ride(id="o2"), at=AT, gift_card=code))[-1] == "card_frozen"
    assert "card_frozen" in codes(loyalty.quote(ride(id="o3"), at=AT, gift_card=code))
    higher = loyalty.amend("a1", "o1", at=AT, price=rub(300))
    assert (higher.card, higher.due) == (rub(200), rub(100))
    done = loyalty.complete("o1", at=AT)
    assert (done.card, done.due) == (rub(200), rub(100))
    loyalty.refund("r1", "o1", at=AT)
    assert on(loyalty) == (rub(500), rub(0))


def test_S3_a_hold_that_ended_isnt_held_again_on_a_frozen_card(life):
    """Cancelled before, completed after."""
    loyalty = life()
    code = sold(loyalty)
    for order in ("o1", "o2"):
        loyalty.place(ride(200, id=order), at=AT, gift_card=code)
    loyalty.cancel("o1", at=AT)
    loyalty.cards.freeze("f1", "c1", at=AT)
    done = loyalty.complete("o1", at=AT)
    assert (done.card, done.due) == (None, rub(200))
    assert [code for code in codes(done) if code.startswith("card")] == ["card_hold_ended", "card_frozen"]
    assert "card_frozen" in codes(loyalty.amend("a1", "o2", at=AT + 8 * DAY, price=rub(100)))


def test_S3_an_order_placed_with_a_stolen_code_takes_no_more_of_the_card(life):
    """Once it has a new code: neither by an edit nor by a late completion, until that's named."""
    loyalty = life()
    stolen = sold(loyalty)
    for order, price in (("o1", 1), ("o2", 100), ("o3", 20)):
        loyalty.place(ride(price, id=order), at=AT, gift_card=stolen)
    loyalty.cancel("o2", at=AT)
    loyalty.cards.freeze("f1", "c1", at=AT)
    loyalty.cards.recode("r1", "c1", at=AT)
    loyalty.cards.unfreeze("u1", "c1", at=AT)
    higher = loyalty.amend("a1", "o1", at=AT, price=rub(412))
    assert (higher.card, higher.due) == (rub(1), rub(411))
    assert (loyalty.amend("a2", "o1", at=AT, price=rub(200)).card, on(loyalty)[1]) == (rub(1), rub(21))
    late = loyalty.complete("o2", at=AT)
    assert (late.card, late.due, "card_hold_ended" in codes(late)) == (None, rub(100), True)
    assert loyalty.complete("o3", at=AT).card == rub(20)
    again = loyalty.amend("a3", "o1", at=AT, gift_card=loyalty.cards.view("c1", at=AT).code)
    assert (again.card, again.due) == (rub(200), rub(0))
    assert loyalty.amend("a4", "o1", at=AT, price=rub(300)).card == rub(300)


def test_S3_a_wrong_code_is_a_reason_and_the_order_goes_on(life, repository):
    """Nothing is held; nothing that people type stops an order, but the host gives text."""
    loyalty = life()
    for number, typed in enumerate(("D48M-7K2P-WXYZ-2345", "🎉", "", "x" * 500)):
        done = loyalty.settle(ride(id=f"o{number}"), at=AT, gift_card=typed)
        assert (done.due, codes(done)[-1]) == (rub(412), "card_unknown")
    with pytest.raises(InvalidValue):
        loyalty.place(ride(id="p"), at=AT, gift_card=7)
    assert not [key for key in keys_of(repository) if '"card' in key]


def test_S3_held_money_doesnt_expire(life, repository):
    """It's captured after the card's own expiry, and what comes back is gone."""
    loyalty = life(gift_card=[FIFTY | {"valid_for": "P1D"}])
    issued = loyalty.cards.issue("c1", at=AT, offer="fifty")
    loyalty.place(ride(50), at=AT, gift_card=issued.code)
    later = issued.expires + HOUR
    done = loyalty.complete("o1", at=later, price=rub(30))
    assert (done.card, done.due) == (rub(30), rub(0))
    assert "20.00 RUB came back to the gift card after it had expired, and are gone" in said(done)
    assert on(loyalty, at=later) == (rub(0), rub(0))
    refunded = loyalty.refund("r1", "o1", at=later, amount=rub(10))
    assert (refunded.refund, "card_money_expired" in codes(refunded)) == (rub(0), True)
    assert booked(repository)[-2:] == [("card_redeemed", 1_000), ("card_expired", -1_000)]
    assert stored(repository).account.balance == 0


def test_S3_what_comes_back_to_an_expired_card_lives_on_grace(life):
    """For as long as the program says of points, and only once."""
    expiry = {"after": "P6M", "returned_after_expiry": "P3D"}
    loyalty = life(gift_card=[FIFTY | {"valid_for": "P1D"}], expiry=expiry)
    issued = loyalty.cards.issue("c1", at=AT, offer="fifty")
    loyalty.settle(ride(50), at=AT, gift_card=issued.code)
    later = issued.expires + HOUR
    loyalty.refund("r1", "o1", at=later)
    assert on(loyalty, at=later) == (rub(50), rub(0))
    assert loyalty.cards.check(issued.code, at=later).usable
    loyalty.place(ride(50, id="o2"), at=later, gift_card=issued.code)
    assert on(loyalty, at=later + 5 * DAY) == (rub(0), rub(50))
    assert "card_money_expired" in codes(loyalty.cancel("o2", at=later + 5 * DAY))
    assert on(loyalty, at=later + 5 * DAY) == (rub(0), rub(0))


def test_S3_a_forgotten_customer_changes_nothing_for_a_card(life):
    """It's paid with by whoever has the code."""
    loyalty = rich(life(), 100)
    code = sold(loyalty, member="m1")
    loyalty.place(ride(), at=AT, redeem=Points(100), gift_card=code)
    loyalty.members.forget("m1", at=AT)
    done = loyalty.complete("o1", at=AT)
    assert (done.redeemed, done.card, done.due) == (Points(0), rub(312), rub(100))
    loyalty.refund("r1", "o1", at=AT)
    assert on(loyalty) == (rub(500), rub(0))


def test_S3_an_order_of_nobodys_is_paid_by_card(repository):
    """A street hail names no customer, and needs no points."""
    loyalty = Loyalty(Program.from_dict(BASE), repository)
    code = sold(loyalty)
    assert loyalty.settle(ride(customer=None), at=AT, gift_card=code).due == rub(0)


def test_S3_the_same_call_again_pays_once(life):
    """And another card is another call."""
    loyalty = life()
    code = sold(loyalty)
    placed = loyalty.place(ride(), at=AT, gift_card=code)
    assert loyalty.place(ride(), at=AT, gift_card=code) == placed
    with pytest.raises(OperationMismatch) as caught:
        loyalty.place(ride(), at=AT)
    assert caught.value.first == placed
    done = loyalty.complete("o1", at=AT)
    assert loyalty.complete("o1", at=AT) == done
    again = loyalty.settle(ride(), at=AT, gift_card=code)
    assert (codes(again), again.card, again.due) == (["already_completed"], rub(412), rub(0))
    assert on(loyalty) == (rub(88), rub(0))


def test_S3_a_late_settle_leaves_the_card_that_was_named(life):
    """It's completed by what it holds; a code that's named now comes too late."""
    loyalty = life()
    first, second = sold(loyalty, card="c1"), sold(loyalty, card="c2")
    loyalty.place(ride(), at=AT, gift_card=first)
    done = loyalty.settle(ride(400), at=AT, gift_card=second)
    assert (done.card, "already_placed" in codes(done)) == (rub(400), True)
    assert (on(loyalty, "c1")[0], on(loyalty, "c2")[0]) == (rub(100), rub(500))


def test_S3_effects_of_a_card_are_values(life):
    """Payment, release and return, each with the card's id."""
    loyalty = life()
    code = sold(loyalty)
    placed = loyalty.place(ride(), at=AT, gift_card=code)
    done = loyalty.complete("o1", at=AT, price=rub(400))
    back = loyalty.refund("r1", "o1", at=AT)
    found = [e for each in (placed, done, back) for d in each.decisions if d.rule == "gift_card" for e in d.effects]
    assert found == [
        CardPayment("c1", rub(412)),
        CardPayment("c1", rub(400)),
        CardRelease("c1", rub(12)),
        CardReturn("c1", rub(400)),
    ]


def test_an_order_without_a_card_costs_what_it_cost(life, repository):
    """No more documents, entries or figures than before."""
    loyalty = life()
    give(loyalty, 5)
    placed = loyalty.place(ride(), at=AT)
    assert placed.card is None
    assert not [key for key in keys_of(repository) if "card" in key or "card" in f"{repository.load([key])[key].body}"]


def test_S3_money_on_grace_tells_when_it_ends(life):
    """That's past the card's own end, which has come; what came back on several days ends on several."""
    loyalty = life(expiry={"after": "P30D", "returned_after_expiry": "P5D"})
    code = sold(loyalty, expires=AT + DAY)
    loyalty.settle(ride(400), at=AT, gift_card=code)
    assert loyalty.cards.view("c1", at=AT).expires == AT + DAY
    for number in (2, 3):
        loyalty.refund(f"r{number}", "o1", at=AT + number * DAY, amount=rub(100))
    at = AT + 3 * DAY
    check, view = loyalty.cards.check(code, at=at), loyalty.cards.view("c1", at=at)
    assert (check.balance, view.balance) == (rub(200), rub(200))
    assert check.expires == view.expires
    assert AT + 7 * DAY <= view.expires <= AT + 8 * DAY
    assert loyalty.cards.check(code, at=view.expires).balance == rub(100)
