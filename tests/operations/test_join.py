"""Joining and checking codes: who may be brought by whom, and why not (R5, R12, T6, G9)."""

from __future__ import annotations

import pytest

from loyaltykit import CodeCheck, CodeTaken, InvalidValue, Joined, Loyalty, Points, Reason
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.documents import code as code_document
from loyaltykit.documents.code import StoredCode
from loyaltykit.ledger.repository import Change
from loyaltykit.testing.schedules import check_every_schedule, stepwise
from tests.operations.support import AT, DAY, HOUR, city, everything, give, ride

INVITES = {"invitation": [{"referee_points": 100, "referrer_points": 50}]}
PROMOS = {
    "promo": [{"name": "summer", "code": "SUMMER", "points": 100}, {"name": "own", "kind": "individual", "sum": "50"}]
}


def with_code(life, **rules):
    """Give a `Loyalty` in which m7 passes on D48M."""
    loyalty = life(**(INVITES | rules))
    loyalty.members.join("m7", at=AT, code="D48M")
    return loyalty


def why(answer):
    return [reason.code for reason in answer.reasons]


def test_R12_a_member_joins_by_a_referral_code(life):
    """The referral stands at once, and counts for whoever brought them."""
    loyalty = with_code(life)
    assert loyalty.members.join("m1", at=AT, referral_code="d48м") == Joined(member="m1", referrer="m7", code=None)
    view, above = loyalty.members.view("m1", at=AT), loyalty.members.view("m7", at=AT)
    assert (view.referrer, view.invited) == ("m7", 0)
    assert (above.referrer, above.invited, above.code) == (None, 1, "D48M")


def test_R5_a_preset_participant_has_a_hash_code(life):
    """An id, and an optional code such as #romashka_01, by which others join."""
    loyalty = life(**INVITES)
    assert loyalty.members.join("m7", at=AT, code="#romashka_01").code == "#ROMASHKA_01"
    assert loyalty.members.join("m1", at=AT, referral_code="#Romashka_01", code="#m1").referrer == "m7"
    assert loyalty.members.view("m1", at=AT).code == "#M1"


def test_R12_joining_without_anything_is_joining(life):
    """The member is known from then on."""
    loyalty = life()
    assert loyalty.members.join("m1", at=AT) == Joined(member="m1", referrer=None, code=None)
    assert [member.id for member in loyalty.members.export_members(at=AT).members] == ["m1"]


def test_R12_the_same_call_again_finds_nothing_to_do(life, repository):
    """No entry, no document is touched, and the answer is the same."""
    loyalty = with_code(life)
    first = loyalty.members.join("m1", at=AT, referral_code="D48M", code="MINE")
    before = everything(repository)
    assert loyalty.members.join("m1", at=AT + HOUR, referral_code="d48m", code="mine") == first
    assert everything(repository) == before


@pytest.mark.parametrize("forgotten", [False, True])
def test_C1_the_same_join_again_is_the_same_once_the_program_has_no_referrals(life, forgotten):
    """It said that there were none (no_referrals), or, once whoever brought them was forgotten, code_unknown."""
    loyalty = with_code(life)
    first = loyalty.members.join("m1", at=AT, referral_code="D48M")
    assert first.referrer == "m7"
    if forgotten:
        loyalty.members.forget("m7", at=AT)
    assert life().members.join("m1", at=AT + HOUR, referral_code="d48m") == first
    assert loyalty.members.join("m1", at=AT + HOUR, referral_code="d48m") == first
    assert why(life().members.join("m1", at=AT + HOUR, referral_code="OTHER")) == ["no_referrals"]
    assert why(life().members.join("m2", at=AT + HOUR, referral_code="D48M")) == ["no_referrals"]
    assert why(loyalty.members.join("m1", at=AT, referral_code="sale 🎉")) == ["code_malformed"]


def test_G9_whoever_is_brought_by_another_stays_so(life):
    """A member is brought once."""
    loyalty = with_code(life)
    loyalty.members.join("m8", at=AT, code="OTHER")
    loyalty.members.join("m1", at=AT, referral_code="D48M")
    again = loyalty.members.join("m1", at=AT, referral_code="OTHER")
    assert (again.referrer, why(again)) == ("m7", ["already_referred"])
    assert loyalty.members.view("m8", at=AT).invited == 0


def test_G9_nobody_brings_themselves(life):
    """Not by their own code."""
    assert why(with_code(life).members.join("m7", at=AT, referral_code="D48M")) == ["self_referral"]


def test_G9_nobody_is_brought_after_a_completed_order(life):
    """They're no new customer."""
    loyalty = with_code(life)
    give(loyalty, 5, member="m1")
    assert why(loyalty.members.join("m1", at=AT, referral_code="D48M")) == ["not_first_order"]


def test_G9_nobody_is_brought_after_having_brought_somebody(life):
    """So no circle can arise."""
    loyalty = with_code(life)
    loyalty.members.join("m1", at=AT, referral_code="D48M", code="MINE")
    answer = loyalty.members.join("m7", at=AT, referral_code="MINE")
    assert answer.reasons == (Reason("has_referred", invited=1),)
    assert loyalty.members.view("m7", at=AT).referrer is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [("NOBODY", "code_unknown"), ("", "code_malformed"), ("🎉", "code_malformed"), ("x" * 10_000, "code_malformed")],
)
def test_T6_a_code_that_is_none_is_a_reason(life, typed, code):
    """People type it; the member joins without it."""
    loyalty = with_code(life)
    answer = loyalty.members.join("m1", at=AT, referral_code=typed)
    assert (answer.referrer, why(answer)) == (None, [code])
    assert len(str(answer.reasons[0])) < 200


def test_G9_without_invitations_no_referral_code_is_taken(life):
    """Nothing would come of it."""
    loyalty = life()
    loyalty.members.join("m7", at=AT, code="D48M")
    assert why(loyalty.members.join("m1", at=AT, referral_code="D48M")) == ["no_referrals"]
    assert why(loyalty.codes.check("D48M", at=AT)) == ["no_referrals"]


def test_R5_a_preset_code_that_isnt_free_is_an_error(life, repository):
    """The host has set it; nothing of the call is done."""
    loyalty = with_code(life)
    before = everything(repository)
    with pytest.raises(CodeTaken):
        loyalty.members.join("m1", at=AT, referral_code="D48M", code="D48M")
    with pytest.raises(InvalidValue):
        loyalty.members.join("m1", at=AT, code="🎉")
    with pytest.raises(InvalidValue):
        loyalty.members.join("", at=AT)
    assert everything(repository) == before


def test_R12_whoever_joins_anew_after_being_forgotten_may_be_brought_anew(life):
    """They're somebody else; whoever brought them before keeps the count."""
    loyalty = with_code(life)
    loyalty.members.join("m1", at=AT, referral_code="D48M")
    loyalty.members.forget("m1", at=AT)
    assert loyalty.members.join("m1", at=AT + DAY, referral_code="D48M").referrer == "m7"
    assert loyalty.members.view("m7", at=AT + DAY).invited == 2


def test_R12_joining_sweeps_what_time_has_done(life):
    """A referrer whose points have expired meanwhile is brought up to date in the same commit."""
    loyalty = with_code(life, expiry={"after": "P1D"})
    give(loyalty, 5, member="m7")
    loyalty.members.join("m1", at=AT + 5 * DAY, referral_code="D48M")
    view = loyalty.members.view("m7", at=AT + 5 * DAY)
    assert (view.balance, view.invited) == (Points(0), 1)


def test_G9_two_who_would_bring_each_other_never_form_a_circle():
    """In every schedule one of them brings the other, and is told why not the other way round."""
    program, store = city(**INVITES), MemoryRepository()
    loyalty = Loyalty(program, store)
    loyalty.members.join("m1", at=AT, code="ONE")
    loyalty.members.join("m2", at=AT, code="TWO")
    racing = stepwise(program, store)
    racers = [
        lambda: racing.members.join("m1", at=AT, referral_code="TWO"),
        lambda: racing.members.join("m2", at=AT, referral_code="ONE"),
    ]

    def judge(outcome):
        assert list(outcome.errors) == [None, None]
        assert sorted(map(why, outcome.results)) == [[], ["has_referred"]]
        after = Loyalty(program, outcome.store)
        views = [after.members.view(member, at=AT) for member in ("m1", "m2")]
        assert sorted((view.referrer is None, view.invited) for view in views) == [(False, 0), (True, 1)]

    assert check_every_schedule(store, racers, judge) > 10


def test_G9_two_joins_of_one_member_at_once_count_once():
    """In every schedule one referrer has brought them."""
    program, store = city(**INVITES), MemoryRepository()
    loyalty = Loyalty(program, store)
    loyalty.members.join("m7", at=AT, code="ONE")
    loyalty.members.join("m8", at=AT, code="TWO")
    racing = stepwise(program, store)
    racers = [
        lambda: racing.members.join("m1", at=AT, referral_code="ONE"),
        lambda: racing.members.join("m1", at=AT, referral_code="TWO"),
    ]

    def judge(outcome):
        after = Loyalty(program, outcome.store)
        brought = [after.members.view(member, at=AT).invited for member in ("m7", "m8")]
        assert sorted(brought) == [0, 1]
        referrer = after.members.view("m1", at=AT).referrer
        assert referrer == ["m7", "m8"][brought.index(1)]
        assert {result.referrer for result in outcome.results if result is not None} <= {referrer}

    assert check_every_schedule(store, racers, judge, lose=1) > 10


def test_G9_a_referrer_who_is_forgotten_meanwhile_brings_nobody():
    """In every schedule nothing is stored about them in the end; who joins later finds nobody's code."""
    program, store = city(**INVITES), MemoryRepository()
    Loyalty(program, store).members.join("m7", at=AT, code="ONE")
    racing = stepwise(program, store)
    racers = [
        lambda: racing.members.join("m1", at=AT, referral_code="ONE"),
        lambda: racing.members.forget("m7", at=AT),
    ]

    def judge(outcome):
        assert list(outcome.errors) == [None, None]
        key = '["city","member","m7"]'
        assert outcome.store.load([key])[key].body is None
        assert why(outcome.results[0]) in ([], ["code_unknown"])

    assert check_every_schedule(store, racers, judge) > 10


def test_T6_a_valid_code_is_told_while_its_typed(life, repository):
    """In its normal form; nothing is written."""
    loyalty = with_code(life)
    before = everything(repository)
    check = loyalty.codes.check(" d48 м", at=AT)
    assert (check, check.valid) == (CodeCheck(code="D48M", kind="referral"), True)
    assert str(check) == "D48M: valid"
    assert loyalty.codes.check("D48M", at=AT, customer="m1").valid
    assert everything(repository) == before


@pytest.mark.parametrize("typed", ["", "🎉", "x" * 10_000, "A+B", None, 7])
def test_T6_nothing_that_is_typed_raises(life, typed):
    """It's a code that can't be."""
    check = life(**INVITES).codes.check(typed, at=AT)
    assert (check.code, check.kind, check.valid, why(check)) == (None, None, False, ["code_malformed"])
    assert str(check).startswith("no code: ")


def test_T6_why_a_customer_cant_name_a_code(life):
    """The reasons that joining and ordering would give."""
    loyalty = with_code(life)
    give(loyalty, 5, member="old")
    assert why(loyalty.codes.check("D48M", at=AT, customer="m7")) == ["self_referral"]
    assert why(loyalty.codes.check("D48M", at=AT, customer="old")) == ["not_first_order"]
    assert why(loyalty.codes.check("NOBODY", at=AT, customer="m1")) == ["code_unknown"]
    with pytest.raises(InvalidValue):
        loyalty.codes.check("D48M", at=AT, customer="")


def test_T6_a_code_that_is_tied_to_an_order_under_way(life):
    """Another order can't be brought by another code; the same holds for joining."""
    loyalty = with_code(life)
    loyalty.place(ride(), at=AT, referral_code="D48M")
    tied = Reason("referral_tied", order="o1")
    assert loyalty.codes.check("D48M", at=AT, customer="m1").reasons == (tied,)
    assert loyalty.members.join("m1", at=AT, referral_code="D48M").reasons == (tied,)
    loyalty.cancel("o1", at=AT)
    assert loyalty.codes.check("D48M", at=AT, customer="m1").valid


def test_T6_promo_codes_are_known_too(life, repository):
    """Common ones by the program's file, issued ones by their document."""
    loyalty = life(**PROMOS)
    key = '["city","code","K7PX"]'
    body = code_document.encode(StoredCode(promo="own"))
    repository.commit(Change(operation_id="p", digest="d", guards={key: 0}, puts={key: body}))
    assert loyalty.codes.check("summer", at=AT) == CodeCheck(code="SUMMER", kind="promo")
    assert loyalty.codes.check("k7px", at=AT) == CodeCheck(code="K7PX", kind="promo")
    assert why(life().codes.check("K7PX", at=AT)) == ["code_unknown"]


def test_G9_a_link_is_the_hosts_url_with_the_code_in_it(life):
    """Written as URLs need it; and T3: a message with the code in it."""
    codes = life().codes
    assert codes.referral_link("https://city.example/i?c={code}", "#m_1") == "https://city.example/i?c=%23M_1"
    with pytest.raises(InvalidValue, match="where the code goes"):
        codes.referral_link("https://city.example", "D48M")
    with pytest.raises(InvalidValue):
        codes.referral_link("https://city.example/{code}", "🎉")


def test_T3_a_message_template_holds_the_members_code(life):
    """Wherever it has the variable."""
    template = "%ClientReferralCode%! Your friends get 100 points by %ClientReferralCode%."
    assert life().codes.message(template, "d48m") == "D48M! Your friends get 100 points by D48M."
    assert life().codes.message("no code here", "D48M") == "no code here"


def test_T3_a_message_template_may_be_written_in_braces(life):
    """As those of notices; variables that no message has are refused, with the way to write a brace."""
    message = life().codes.message
    assert message("{client_referral_code}: {{5 %%}}", "d48m") == "D48M: {5 %}"
    with pytest.raises(InvalidValue, match="without a value: points; known: client_referral_code"):
        message("{points}", "D48M")
    with pytest.raises(InvalidValue, match="a brace in a template"):
        message("{client_referral_code!r}", "D48M")
    with pytest.raises(InvalidValue, match="a code has at least"):
        message("%ClientReferralCode%", " ")
