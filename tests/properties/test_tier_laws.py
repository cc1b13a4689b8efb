"""The laws of ladders, categories and the discounts that come of them (Y1, Y2, Y3, Y4, Y5, Y8, B6, B7)."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, product

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from loyaltykit import (
    CodeUse,
    DayOfVisits,
    History,
    Level,
    Money,
    Order,
    Program,
    Promo,
    SettingsError,
    Tier,
    categories_change_at,
    categories_for,
    falls_at,
    lapses_at,
    level_for,
    level_moves,
    tier_progress,
    work_out,
)
from loyaltykit.documents.member import Member
from loyaltykit.ledger.cursor import micros
from loyaltykit.operations.judged import behind_of
from loyaltykit.rules.tier import falls_by, level_by, totals_at
from loyaltykit.testing import strategies
from loyaltykit.values.day import day_at
from tests.operations.support import AT, BASE

ZONE = Program.from_dict(BASE).zone
TODAY = day_at(AT, ZONE)
TIERS = strategies.tiers("RUB")
FOR_ALL_TIME = TIERS.map(lambda tier: evolve(tier, over=None))
CATEGORIES = st.lists(strategies.categories("RUB"), max_size=4, unique_by=lambda rule: rule.name).map(tuple)
HAD = st.frozensets(st.sampled_from(["Эконом", "Стандарт", "VIP", "Старая"]))


def rub(minor):
    return Money.from_minor(minor, "RUB")


FIGURES = st.integers(0, 9) | st.integers(0, 10**6)
SUMS = FIGURES.map(rub)
DAYS = st.builds(
    DayOfVisits,
    day=st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days)),
    sold=SUMS,
    paid=SUMS,
    visits=st.integers(0, 3),
)
HISTORIES = st.builds(
    History,
    visits=FIGURES,
    sold=SUMS,
    paid=SUMS,
    last_visit=st.none() | st.integers(0, 120).map(lambda days: AT - timedelta(days=days)),
    recent=st.lists(DAYS, max_size=6),
)


def rank(tier, history, at=AT):
    """Give how high a member stands: 0 for no level."""
    level = level_for(tier, history, at=at, zone=ZONE)
    return 0 if level is None else tier.levels.index(level) + 1


@given(TIERS, HISTORIES, SUMS, SUMS, st.integers(0, 50), DAYS)
def test_Y1_Y3_a_level_never_falls_by_spending_more(tier, history, sold, paid, visits, day):
    """Nor by paying or coming more; on any day."""
    more = evolve(
        history,
        sold=history.sold + sold,
        paid=history.paid + paid,
        visits=history.visits + visits,
        recent=(*history.recent, day),
    )
    assert rank(tier, more) >= rank(tier, history)


@given(TIERS, HISTORIES)
def test_Y1_what_a_member_keeps_is_judged_as_facts_are(tier, history):
    """A member's rows of whole numbers come to the same level and the same fall, without an object for each day."""
    days = {each.day.toordinal(): (each.sold.minor, each.paid.minor, each.visits) for each in history.recent}
    history = evolve(history, recent={each.day: each for each in history.recent}.values())
    member = Member(
        visits=history.visits,
        sold=history.sold.minor,
        paid=history.paid.minor,
        last_visit=None if history.last_visit is None else micros(history.last_visit),
        days=tuple([(day, *sums) for day, sums in sorted(days.items())]),
    )
    known, behind = {"at": AT, "zone": ZONE}, behind_of(member)
    assert level_by(tier, behind, **known) is level_for(tier, history, **known)
    assert falls_by(tier, behind, **known) == falls_at(tier, history, **known)


@given(TIERS, HISTORIES)
def test_Y1_Y3_it_is_the_highest_of_which_any_criterion_is_reached(tier, history):
    """As a plain loop finds it, unless the member has lapsed."""
    sold, paid, visits = totals_at(tier, history, TODAY)
    known = {"sold": rub(sold), "paid": rub(paid), "visits": visits}
    reached = [
        level
        for level in tier.levels
        if any(getattr(level, name) is not None and getattr(level, name) <= total for name, total in known.items())
    ]
    away = history.last_visit is not None and tier.lapse_after is not None
    lapsed = away and (TODAY - day_at(history.last_visit, ZONE)).days > tier.lapse_after
    assert level_for(tier, history, at=AT, zone=ZONE) is (reached[-1] if reached and not lapsed else None)


@given(TIERS, HISTORIES, st.lists(st.integers(0, 10**6), min_size=1, max_size=5))
def test_Y1_a_level_doesnt_depend_on_how_a_day_is_cut_into_orders(tier, history, cuts):
    """Where visits aren't counted: only what a day comes to matters, in whatever order it's told."""
    levels = [evolve(level, visits=None) for level in tier.levels if level.sold is not None or level.paid is not None]
    assume(levels)
    try:
        by_money = evolve(tier, levels=levels)
    except SettingsError:  # without visits, some can't be held
        assume(False)  # noqa: FBT003 - Hypothesis' own
    whole = DayOfVisits(day=TODAY, sold=rub(sum(cuts)), visits=1)
    parts = [DayOfVisits(day=TODAY, sold=rub(part), visits=1) for part in cuts]
    one, many = (evolve(history, recent=recent) for recent in ((*history.recent, whole), (*parts, *history.recent)))
    assert level_for(by_money, one, at=AT, zone=ZONE) == level_for(by_money, many, at=AT, zone=ZONE)
    assert falls_at(by_money, one, at=AT, zone=ZONE) == falls_at(by_money, many, at=AT, zone=ZONE)


@given(TIERS, HISTORIES)
def test_Y1_a_rolling_level_falls_when_it_says_and_not_before(tier, history):
    """Whoever never comes again goes down step by step, to none in the end."""
    history, at = evolve(history, last_visit=None), AT
    while (following := falls_at(tier, history, at=at, zone=ZONE)) is not None:
        assert following > at
        before = rank(tier, history, following - timedelta(microseconds=1))
        assert rank(tier, history, at) == before > rank(tier, history, following)
        at = following
    assert tier.over is None or rank(tier, history, at) == 0


@given(TIERS.filter(lambda tier: tier.lapse_after is not None), HISTORIES)
def test_Y2_a_level_lapses_when_it_says_and_not_before(tier, history):
    """And one visit brings back what totals reach, rolling ones as far as their days still count."""
    lapses = lapses_at(tier, history.last_visit, zone=ZONE)
    assume(lapses is not None)
    assert rank(tier, history, lapses) == 0
    unlapsing = evolve(history, last_visit=None)
    just_before = lapses - timedelta(microseconds=1)
    assert rank(tier, history, just_before) == rank(tier, unlapsing, just_before)
    again = evolve(history, last_visit=lapses, visits=history.visits + 1)
    assert rank(tier, again, lapses) >= rank(tier, unlapsing, lapses)


@given(FOR_ALL_TIME, HISTORIES)
def test_B7_whatever_is_missing_is_enough_by_itself(tier, history):
    """And the unit less isn't: the next level is a level or more above."""
    history = evolve(history, last_visit=None)
    progress = tier_progress(tier, history, at=AT, zone=ZONE)
    assume(progress.next_level is not None)
    above = tier.levels.index(tier.level_named(progress.next_level)) + 1
    assert above == rank(tier, history) + 1
    for name, one in (("sold", rub(1)), ("paid", rub(1)), ("visits", 1)):
        missing = getattr(progress.missing, name)
        if missing is not None:
            enough = evolve(history, **{name: getattr(history, name) + missing})
            assert rank(tier, enough) >= above > rank(tier, evolve(enough, **{name: getattr(enough, name) - one}))


@given(
    FOR_ALL_TIME,
    st.lists(st.tuples(HISTORIES, st.none() | st.sampled_from(["bronze", "silver", "золото", "5 %", "?"]))),
)
def test_Y1_many_at_once_move_as_each_by_itself(tier, members):
    """Only who moves is told of; once all have moved, nobody does."""
    rows = [
        (
            f"m{number}",
            history.sold.minor,
            history.paid.minor,
            history.visits,
            None if history.last_visit is None else day_at(history.last_visit, ZONE),
            level,
        )
        for number, (history, level) in enumerate(members)
    ]
    moves = {move.member: move for move in level_moves(tier, rows, at=AT, zone=ZONE)}
    now = []
    for row, (history, before) in zip(rows, members, strict=True):
        level = level_for(tier, history, at=AT, zone=ZONE)
        called = None if level is None else level.called
        assert (row[0] in moves) == (called != before)
        if row[0] in moves:
            assert (moves[row[0]].before, moves[row[0]].now) == (before, called)
        now.append((*row[:-1], called))
    assert list(level_moves(tier, now, at=AT, zone=ZONE)) == []


FEW = st.none() | st.integers(1, 3)
RAW_LEVELS = st.lists(st.tuples(FEW, FEW, FEW), min_size=1, max_size=3)


@given(RAW_LEVELS)
def test_B6_a_ladder_is_refused_just_where_a_level_is_held_by_nobody(asked):
    """Of those whose criteria rise, tried over all totals that differ."""
    assume(all(any(criteria) for criteria in asked))
    for figures in zip(*asked, strict=True):
        told = [figure for figure in figures if figure is not None]
        assume(all(before <= figure for before, figure in pairwise(told)))
    held = {_highest(asked, totals) for totals in product(range(4), repeat=3)}
    levels = [
        Level(
            name=f"level {number}",
            sold=None if sold is None else rub(sold),
            paid=None if paid is None else rub(paid),
            visits=visits,
        )
        for number, (sold, paid, visits) in enumerate(asked)
    ]
    nobodys = [f"levels[{number}]" for number in range(len(asked)) if number not in held]
    assert _problems(levels) == [(path, "never_held") for path in nobodys]


def _problems(levels):
    try:
        Tier(name="regulars", levels=levels)
    except SettingsError as error:
        return [(problem.path, problem.code) for problem in error.problems]
    return []


def _highest(asked, totals):
    reached = [
        number
        for number, criteria in enumerate(asked)
        if any(figure is not None and figure <= total for figure, total in zip(criteria, totals, strict=True))
    ]
    return reached[-1] if reached else None


PROMOS = st.one_of(
    strategies.percents().map(lambda percent: Promo(name="summer", code="SUMMER", percent=percent)),
    st.integers(1, 10**6).map(lambda minor: Promo(name="summer", code="SUMMER", sum=rub(minor))),
)


def charged(order, *, discounts="best", tier=None, promo=None, level="silver"):
    """Give the minor units to pay with these rules."""
    rules = {"tier": [tier] if tier else (), "promo": [promo] if promo else ()}
    program = evolve(PLAIN, **rules, discounts=discounts if tier and promo else "best")
    use = CodeUse(code="SUMMER", promo="summer") if promo else None
    done = work_out(program, order, at=AT, levels={"regulars": level}, use=use)
    taken = [discount for decision in done.decisions for discount in decision.discounts]
    assert len(taken) <= (2 if discounts == "stack" else 1)
    return done.charged.minor


PLAIN = Program.from_dict(BASE | {"redemption": [{}]})


@given(strategies.percents(), PROMOS, st.integers(0, 10**7))
def test_Y1_the_best_is_the_larger_discount_and_both_are_no_less_but_for_a_coin(percent, promo, price):
    """No sum is ever below zero or above the price."""
    tier = Tier(name="regulars", levels=[Level(name="silver", percent=percent, visits=1)])
    order = Order(id="o1", customer="m1", price=rub(price))
    by_tier, by_promo = charged(order, tier=tier), charged(order, promo=promo)
    assert charged(order, tier=tier, promo=promo) == min(by_tier, by_promo)
    stacked = charged(order, discounts="stack", tier=tier, promo=promo)
    assert 0 <= stacked <= min(by_tier, by_promo) + 1  # each share is rounded once
    assert max(by_tier, by_promo) <= price


@given(strategies.percents(), strategies.percents(), st.integers(0, 10**7), st.integers(0, 10**7))
def test_Y1_whoever_has_the_higher_level_pays_no_more(one, other, price, more):
    """And a higher price is never less to pay."""
    assume(one != other)
    low, high = sorted([one, other])
    levels = Level(name="silver", percent=low, visits=1), Level(name="gold", percent=high, visits=2)
    tier = Tier(name="regulars", levels=levels)
    order = Order(id="o1", customer="m1", price=rub(price))
    assert charged(order, tier=tier, level="gold") <= charged(order, tier=tier)
    assert charged(order, tier=tier) <= charged(evolve(order, price=rub(price + more)), tier=tier)


STATUSES = st.none() | st.sampled_from(["came", "no_show"])


@given(CATEGORIES, HAD, HISTORIES, STATUSES)
def test_Y4_Y5_working_categories_out_twice_changes_nothing(rules, had, history, status):
    """What is added and removed is just the difference, and unknown categories are left alone."""
    change = categories_for(rules, had, history, at=AT, zone=ZONE, status=status)
    again = categories_for(rules, change.now, history, at=AT, zone=ZONE, status=status)
    assert (again.added, again.removed, again.now) == ((), (), change.now)
    assert change.now == (had | set(change.added)) - set(change.removed)
    assert set(change.added).isdisjoint(had)
    assert set(change.removed) <= had
    assert {name for name in had if name not in {rule.name for rule in rules}} <= change.now


@given(CATEGORIES, HAD, HISTORIES, STATUSES)
def test_Y5_additions_come_first_and_removals_win(rules, had, history, status):
    """As two plain loops would have it."""
    away = None if history.last_visit is None else (TODAY - day_at(history.last_visit, ZONE)).days

    def matches(criteria):
        return criteria is not None and (
            any(
                getattr(criteria, name) is not None and getattr(history, name) >= getattr(criteria, name)
                for name in ("sold", "paid", "visits")
            )
            or (criteria.days_away is not None and away is not None and away > criteria.days_away)
            or (criteria.status is not None and criteria.status == status)
        )

    wanted = set(had) | {rule.name for rule in rules if matches(rule.added)}
    wanted -= {rule.name for rule in rules if matches(rule.removed)}
    assert categories_for(rules, had, history, at=AT, zone=ZONE, status=status).now == wanted


@given(CATEGORIES, HISTORIES)
def test_Y4_categories_change_by_time_alone_when_they_say(rules, history):
    """And not a microsecond before."""
    had = categories_for(rules, frozenset(), history, at=AT, zone=ZONE).now
    at = AT
    for _ in range(9):
        following = categories_change_at(rules, had, history, at=at, zone=ZONE)
        if following is None:
            break
        before = following - timedelta(microseconds=1)
        assert categories_for(rules, had, history, at=before, zone=ZONE).now == had
        now = categories_for(rules, had, history, at=following, zone=ZONE).now
        assert now != had
        had, at = now, following
    far = at + timedelta(days=99_000)
    assert categories_for(rules, had, history, at=far, zone=ZONE).now == had
