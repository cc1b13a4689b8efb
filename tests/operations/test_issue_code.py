"""Issuing codes: a member's own referral code, by hand or drawn, and nobody else's (T1, T2, T8, R5)."""

from __future__ import annotations

import json
import sys
from itertools import count
from threading import Barrier, Thread

import pytest

from loyaltykit import (
    AsyncLoyalty,
    CodeTaken,
    InvalidValue,
    Loyalty,
    OperationMismatch,
    Points,
    Program,
    Retried,
    Retry,
    Revisions,
)
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.adapters.sqlite import SqliteRepository
from loyaltykit.documents import code as code_document
from loyaltykit.documents import codes_given
from loyaltykit.documents.code import StoredCode
from loyaltykit.ledger.repository import Change
from loyaltykit.operations.give_code import length_for
from loyaltykit.operations.programs import Programs
from loyaltykit.rules.codes import Codes
from loyaltykit.testing.schedules import StepwiseRepository, check_every_schedule, stepwise
from loyaltykit.values.code import ALPHABET, normal_code
from tests.operations.support import AT, BASE, HOUR, balance, city, everything, give, keys_of

INVITES = {"invitation": [{"referee_points": 100, "referrer_points": 50}]}
PROMO = {"promo": [{"name": "summer", "code": "SUMMER", "points": 100}]}


def drawn_from(*numbers):
    """Give a randbelow that gives *numbers* and then counts on, so that what is drawn is known."""
    following = count(0)
    told = iter(numbers)
    return lambda below: next(told, next(following)) % below


def code_of(repository, code):
    """Give the document of *code*."""
    key = json.dumps(["city", "code", code], ensure_ascii=False, separators=(",", ":"))
    return code_document.decode(key, repository.load([key])[key].body)


def set_count(repository, given):
    """Have the store say that so many codes are *given*."""
    key = '["city","codes"]'
    body = codes_given.encode(given)
    version = repository.load([key])[key].version
    repository.commit(Change(operation_id=f"{given}", digest="d", guards={key: version}, puts={key: body}))


def test_T1_a_personal_code_is_set_by_hand(life, repository):
    """In its normal form; it's the member's, and its document names them."""
    loyalty = life(**INVITES)
    issued = loyalty.codes.issue("i1", "m1", code=" #romashka_01", at=AT)
    assert (issued.member, issued.code, issued.at) == ("m1", "#ROMASHKA_01", AT)
    assert loyalty.members.view("m1", at=AT).code == "#ROMASHKA_01"
    assert code_of(repository, "#ROMASHKA_01") == StoredCode(owner="m1")


def test_T1_a_code_is_drawn_on_demand(life):
    """Four characters without look-alikes; asked again, the member has the same."""
    loyalty = life()
    code = loyalty.codes.issue("i1", "m1", at=AT).code
    assert len(code) == 4
    assert set(code) <= set(ALPHABET)
    assert loyalty.codes.issue("i2", "m1", at=AT + HOUR).code == code
    assert loyalty.members.view("m1", at=AT).code == code


def test_T1_a_code_that_was_had_before_stays_valid(life, repository):
    """Another one set by hand is passed on from now; leaflets with the old one still work."""
    loyalty = life(**INVITES)
    loyalty.codes.issue("i1", "m1", code="OLD", at=AT)
    loyalty.codes.issue("i2", "m1", code="NEW", at=AT)
    assert loyalty.members.view("m1", at=AT).code == "NEW"
    assert loyalty.codes.check("old", at=AT).valid
    assert code_of(repository, "OLD").owner == "m1"
    assert loyalty.codes.issue("i3", "m1", code="OLD", at=AT).code == "OLD"
    assert loyalty.members.view("m1", at=AT).code == "OLD"


def test_T1_the_same_issue_again_is_the_same(life, repository):
    """Nothing is written twice, also where the member has another code by now; other arguments are a mismatch."""
    loyalty = life(**INVITES)
    first = loyalty.codes.issue("i1", "m1", code="OLD", at=AT)
    loyalty.codes.issue("i2", "m1", code="NEW", at=AT)
    before = everything(repository)
    assert loyalty.codes.issue("i1", "m1", code="old", at=AT + HOUR) == first
    assert everything(repository) == before
    with pytest.raises(OperationMismatch) as mismatch:
        loyalty.codes.issue("i1", "m1", code="OTHER", at=AT)
    assert mismatch.value.first == first
    assert loyalty.codes.check("OTHER", at=AT).kind is None


def test_T1_a_code_that_somebody_has_isnt_given_out_again(life, repository):
    """However it's typed; nothing is written."""
    loyalty = life(**INVITES)
    loyalty.codes.issue("i1", "m1", code="D48M", at=AT)
    before = everything(repository)
    with pytest.raises(CodeTaken, match="the code D48M is given out already") as taken:
        loyalty.codes.issue("i2", "m2", code="d48м", at=AT)
    assert (taken.value.taken, taken.value.code) == ("D48M", "code_taken")
    assert everything(repository) == before


@pytest.mark.parametrize("rules", [PROMO, {}])
def test_T1_nor_is_a_promo_code(repository, rules):
    """Whether it's common, in the program's file, or was issued."""
    loyalty = Loyalty(city(**rules), repository)
    if not rules:
        key = '["city","code","SUMMER"]'
        body = code_document.encode(StoredCode(promo="summer"))
        repository.commit(Change(operation_id="p", digest="d", guards={key: 0}, puts={key: body}))
    with pytest.raises(CodeTaken):
        loyalty.codes.issue("i1", "m1", code="summer", at=AT)


def test_T1_a_drawn_code_is_never_one_of_another_revisions_promo(repository):
    """The names of all revisions that the process knows are left out."""
    later = city(promo=[{"name": "s", "code": "2345", "points": 1}], in_force_from="2027-01-01")
    loyalty = Loyalty(Revisions([city(), later]), repository, randbelow=drawn_from(0, 1, 2, 3, 4, 5, 6, 7))
    assert loyalty.codes.issue("i1", "m1", at=AT).code == "6789"


def test_T1_a_drawn_code_that_is_taken_is_drawn_anew(repository):
    """Longer, once four of a length were taken."""
    loyalty = Loyalty(city(), repository, randbelow=lambda _: 0)
    codes = [loyalty.codes.issue("i", f"m{n}", at=AT).code for n in range(3)]
    assert codes == ["2222", "22222", "222222"]


def test_T1_where_nothing_is_random_an_end_is_made(repository):
    """A randbelow that gives the same for ever doesn't loop for ever."""
    loyalty = Loyalty(city(), repository, randbelow=lambda _: 0)
    for n in range(61):
        loyalty.codes.issue("i", f"m{n}", at=AT)
    with pytest.raises(InvalidValue, match="at most 64 characters"):
        loyalty.codes.issue("i", "m61", at=AT)


def test_T1_a_code_whose_document_was_emptied_isnt_given_again(repository):
    """Neither drawn nor by hand: somebody may still pass it on."""
    key = '["city","code","2222"]'
    for operation, version, body in (("p", 0, code_document.encode(StoredCode(owner="m9"))), ("q", 1, None)):
        repository.commit(Change(operation_id=operation, digest="d", guards={key: version}, puts={key: body}))
    loyalty = Loyalty(city(), repository, randbelow=drawn_from(0, 0, 0, 0, 1, 1, 1, 1))
    assert loyalty.codes.issue("i1", "m1", at=AT).code == "3333"
    with pytest.raises(CodeTaken):
        loyalty.codes.issue("i2", "m1", code="2222", at=AT)


@pytest.mark.parametrize("given", ["completion", "request"])
def test_T2_a_member_without_a_code_gets_one_with_any_completed_order(life, given):
    """The first, or, for older customers, the next; or only on request, where the program says so."""
    loyalty = life(codes={"given": given})
    assert loyalty.members.view("m1", at=AT).code is None
    give(loyalty, 5)
    code = loyalty.members.view("m1", at=AT).code
    assert (code is not None) == (given == "completion")
    give(loyalty, 5, order="second")
    assert loyalty.members.view("m1", at=AT).code == code


@pytest.mark.parametrize("typed", ["", "sale 🎉", "x" * 10_000, 7])
def test_T1_what_is_no_code_isnt_set(life, repository, typed):
    """The host's argument, so it's an error; nothing is written."""
    loyalty = life()
    with pytest.raises(InvalidValue):
        loyalty.codes.issue("i1", "m1", code=typed, at=AT)
    assert keys_of(repository) == []


def test_T1_codes_lengthen_when_one_in_a_hundred_is_given(repository):
    """31⁴ are 923,521, so from the 9,236th on they've five characters."""
    loyalty = Loyalty(city(), repository)
    set_count(repository, 9_235)
    assert len(loyalty.codes.issue("i", "m1", at=AT).code) == 4
    set_count(repository, 9_236)
    assert len(loyalty.codes.issue("i", "m2", at=AT).code) == 5
    assert len(Loyalty(city(), repository).codes.issue("i", "m3", at=AT).code) == 5


def test_T1_one_code_in_64_counts_for_all_of_them(repository):
    """So that giving out codes doesn't fight over a number; personal codes aren't counted."""
    loyalty = Loyalty(city(codes={"alphabet": "0123456789", "length": 6}), repository)
    codes = [loyalty.codes.issue("i", f"m{n}", at=AT).code for n in range(300)]
    key = '["city","codes"]'
    expected = 64 * sum(map(codes_given.is_counted, codes))
    assert codes_given.decode(key, repository.load([key])[key].body) == expected
    assert len(set(codes)) == 300
    loyalty.codes.issue("i", "p", code="555555X", at=AT)
    assert codes_given.decode(key, repository.load([key])[key].body) == expected


def test_T1_one_in_64_are_counted():
    """As near as it gets, over all codes of three digits."""
    counted = sum(codes_given.is_counted(f"{n:05}") for n in range(100_000))
    assert abs(counted * 64 - 100_000) < 5_000


def test_T1_alphabet_and_length_are_the_programs(life):
    """Ten digits, eight of them."""
    loyalty = life(codes={"alphabet": "0123456789", "length": 8})
    code = loyalty.codes.issue("i1", "m1", at=AT).code
    assert (len(code), code.isdecimal()) == (8, True)


def test_T1_a_forgotten_members_code_is_nobodys(life):
    """Not even theirs, when they come again under the same id; but they may have it set anew, and nobody else."""
    loyalty = life(**INVITES)
    loyalty.codes.issue("i1", "m1", code="D48M", at=AT)
    loyalty.members.forget("m1", at=AT)
    assert loyalty.codes.check("D48M", at=AT).reasons[0].code == "code_unknown"
    loyalty.members.adjust("a1", "m1", Points(5), at=AT)
    assert loyalty.members.view("m1", at=AT).code is None
    assert not loyalty.codes.check("D48M", at=AT).valid
    with pytest.raises(CodeTaken):
        loyalty.codes.issue("i2", "m2", code="D48M", at=AT)
    assert loyalty.codes.issue("i3", "m1", code="D48M", at=AT).code == "D48M"
    assert loyalty.codes.check("D48M", at=AT).valid


def test_C1_the_same_issue_again_is_the_same_once_the_code_is_a_promos(life):
    """It raised CodeTaken, where the member had been forgotten and the program has a promo of that code by now."""
    loyalty = life(**INVITES)
    first = loyalty.codes.issue("i1", "m1", code="D48M", at=AT)
    loyalty.members.forget("m1", at=AT)
    later = life(promo=[{"name": "spring", "code": "D48M", "percent": 10}])
    assert later.codes.issue("i1", "m1", code="D48M", at=AT + HOUR) == first
    with pytest.raises(CodeTaken):
        later.codes.issue("i2", "m1", code="D48M", at=AT)


def test_C1_an_issue_of_another_code_is_a_mismatch_whoever_has_that(life):
    """It raised CodeTaken: the operation is known, and was by another code."""
    loyalty = life(**INVITES)
    first = loyalty.codes.issue("i1", "m1", code="D48M", at=AT)
    loyalty.codes.issue("i2", "m2", code="7K2P", at=AT)
    with pytest.raises(OperationMismatch) as caught:
        loyalty.codes.issue("i1", "m1", code="7K2P", at=AT)
    assert caught.value.first == first


def test_T1_issuing_keeps_what_a_member_has(life):
    """Points, orders behind them."""
    loyalty = life()
    give(loyalty, 30)
    loyalty.codes.issue("i1", "m1", at=AT + HOUR)
    view = loyalty.members.view("m1", at=AT + HOUR)
    assert (balance(loyalty, AT + HOUR), view.visits) == (Points(30), 1)


def test_T1_two_operators_give_out_one_personal_code_in_every_order():
    """In each schedule of their requests one wins, and the other is told; the code is the winner's alone."""
    program = city(**INVITES)

    def racers(store):
        loyalty = stepwise(program, store)
        return [
            lambda: loyalty.codes.issue("i1", "m1", code="#romashka_01", at=AT),
            lambda: loyalty.codes.issue("i2", "m2", code="#ROMASHKA_01", at=AT),
        ]

    def judge(outcome):
        won = [result for result in outcome.results if result is not None]
        lost = [error for error in outcome.errors if error is not None]
        assert [type(error) for error in lost] == [CodeTaken]
        assert code_of(outcome.store, "#ROMASHKA_01").owner == won[0].member
        codes = [Loyalty(program, outcome.store).members.view(member, at=AT).code for member in ("m1", "m2")]
        assert sorted(codes, key=str) == ["#ROMASHKA_01", None]

    store = MemoryRepository()
    assert check_every_schedule(store, racers(store), judge) > 10


def test_T1_two_members_who_draw_the_same_code_get_two():
    """In every schedule: whoever comes second draws anew."""
    program = city()

    def issuing(member):
        def begin():
            programs = Programs(program, randbelow=drawn_from(0, 0, 0, 0, 1, 1, 1, 1))
            loyalty = AsyncLoyalty(programs, StepwiseRepository(), retry=Retry(longest=0))
            return loyalty.codes.issue("i", member, at=AT)

        return begin

    def judge(outcome):
        assert sorted(result.code for result in outcome.results) == ["2222", "3333"]
        assert {code_of(outcome.store, result.code).owner for result in outcome.results} == {"m1", "m2"}

    store = MemoryRepository()
    Loyalty(program, store).publish(program)
    assert check_every_schedule(store, [issuing("m1"), issuing("m2")], judge) > 10


@pytest.fixture
def _eager_switching():
    """Have threads take turns at once, so that they meet."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("_eager_switching")
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_T1_sixteen_operators_race_for_one_personal_code(kind, tmp_path):
    """
    One wins, fifteen are told, over connections of their own; and they did meet: somebody's commit found a conflict.
    """
    shared = MemoryRepository() if kind == "memory" else None
    stores = [shared or SqliteRepository(tmp_path / "codes.db") for _ in range(16)]
    program, met = Program.from_dict(BASE), []
    Loyalty(program, stores[0]).publish(program)
    for turn in range(100):
        barrier, told = Barrier(16), []

        def race(n, code=f"CODE{turn}", barrier=barrier, told=told):
            loyalty = Loyalty(program, stores[n], observe=lambda event: met.append(isinstance(event, Retried)))
            barrier.wait()
            try:
                told.append(loyalty.codes.issue(code, f"m{n}", code=code, at=AT).member)
            except CodeTaken as error:
                told.append(error.code)

        threads = [Thread(target=race, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(told), told.count("code_taken")) == (16, 15)
        if any(met):
            break
    assert any(met)
    for store in stores:
        if shared is None:
            store.close()


def test_T1_lengths_follow_the_fill():
    """Whatever the alphabet."""
    digits = Codes(alphabet="0123456789", length=3)
    assert [length_for(digits, given) for given in (0, 10, 11, 100, 101, 10**9)] == [3, 3, 4, 4, 5, 11]


def test_T1_an_alphabet_whose_letters_join_gives_normal_codes(repository):
    """Hangul's letters become syllables; what's stored is what is found again."""
    alphabet = "ᄀᄂᄃᄅ마ᅢᅣᅤᅥ"
    loyalty = Loyalty(city(codes={"alphabet": alphabet}), repository, randbelow=drawn_from(0, 5, 1, 6))
    code = loyalty.codes.issue("i", "m1", at=AT).code
    assert code == normal_code(code)
    assert code_of(repository, code).owner == "m1"
