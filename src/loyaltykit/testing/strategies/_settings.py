"""Strategies for settings: scopes, rules, and whole programs whose rules can all answer."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from loyaltykit.program.notices import spans, told_kinds
from loyaltykit.program.program import (
    CLAWBACKS,
    DISCOUNTS,
    HOLD_TIMEOUT,
    REFUNDABLE_FOR,
    RULES,
    WORKER_ON_REFUND,
    Branch,
    Program,
    branches_by_zone,
)
from loyaltykit.program.reach import Reach
from loyaltykit.rules.cashback import Cashback, CashbackStep
from loyaltykit.rules.codes import Codes
from loyaltykit.rules.expiry import Expiry
from loyaltykit.rules.first_app_order import FirstAppOrder
from loyaltykit.rules.gift_card import GiftCard
from loyaltykit.rules.invitation import Invitation
from loyaltykit.rules.notice import MOST_AHEAD
from loyaltykit.rules.promo import KINDS, Promo
from loyaltykit.rules.redemption import Redemption
from loyaltykit.rules.referral_split import ReferralSplit, Shares
from loyaltykit.rules.scope import PARTS, Scope
from loyaltykit.rules.service_points import ServicePoints
from loyaltykit.rules.surcharge import Surcharge
from loyaltykit.rules.tier import MOST_DAYS, Tier
from loyaltykit.rules.worker_bonus import BonusStep, WorkerBonus
from loyaltykit.settings.here import Here
from loyaltykit.settings.kinds import MAX_DAYS, MAX_HOURS, days_in
from loyaltykit.testing.strategies._calendar import moments, periods, windows, zones
from loyaltykit.testing.strategies._facts import CODES, NAMES, PROMOS
from loyaltykit.testing.strategies._ladders import categories, ladders
from loyaltykit.testing.strategies._notices import notice_settings
from loyaltykit.testing.strategies._values import currencies, money, percents, points, worths
from loyaltykit.values.code import ALPHABET
from loyaltykit.values.percent import Percent
from loyaltykit.values.period import Period
from loyaltykit.values.points import MAX_POINT_DIGITS
from loyaltykit.values.rounding import ROUNDINGS
from loyaltykit.values.term import Term
from loyaltykit.values.window import Window

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import tzinfo

    from hypothesis.strategies import DrawFn, SearchStrategy

    from loyaltykit.rules.scope import Rule
    from loyaltykit.values.currency import Currency
    from loyaltykit.values.money import Money
    from loyaltykit.values.points import Points

    AnyRule = TypeVar("AnyRule", bound=Rule)

_MOST = 10**9
_FIRST, _LAST = date(1, 1, 2), date(9999, 12, 30)  # the calendar's edges are no days of every zone


def branches() -> SearchStrategy[Branch]:
    """
    Draw branches, with a time zone of their own or none.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.branches(), lambda branch: branch.time_zone is not None)
        Branch(id='centre', time_zone='UTC')
    """
    keys = zones().map(lambda zone: zone.key)
    return st.builds(Branch, id=st.sampled_from(NAMES["branches"]), time_zone=st.none() | keys)


@st.composite
def scopes(draw: DrawFn, *, branches: Collection[str] = NAMES["branches"]) -> Scope:
    """
    Draw scopes: mostly everywhere in most parts, some with names, a period or hours of the week.

    Those that name branches name some of *branches*.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.scopes(), lambda scope: len(scope.channels) > 1).channels
        ('app', 'phone')
    """
    pools = NAMES | {"branches": tuple(branches)}
    narrowed = draw(st.sets(st.sampled_from([*PARTS, "period", "windows"]), max_size=3))
    parts: dict[str, Any] = {}
    for part in sorted(narrowed):
        if part == "period":
            parts[part] = draw(periods().filter(lambda period: period != Period()))  # a file may not say nothing
        elif part == "windows":
            parts[part] = tuple(
                draw(st.lists(windows().filter(lambda each: each != Window()), min_size=1, max_size=2, unique=True))
            )
        else:
            parts[part] = tuple(draw(st.lists(st.sampled_from(pools[part]), min_size=1, max_size=3, unique=True)))
    return Scope(**parts)


@st.composite
def cashback_steps(draw: DrawFn, currency: Currency | str | None = None, *, digits: int = 0) -> CashbackStep:
    """
    Draw one step of a stepped cashback, in *currency* (any, if left out) and points with *digits* decimals.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.cashback_steps("RUB"), lambda step: step.percent is not None).from_price
        Money('0.01', 'RUB')
    """
    gain = draw(_gains(digits))
    return CashbackStep(from_price=draw(_above_zero(currency)), **gain)


@st.composite
def cashbacks(
    draw: DrawFn,
    currency: Currency | str | None = None,
    *,
    digits: int = 0,
    branches: Collection[str] = NAMES["branches"],
) -> Cashback:
    """
    Draw cashback rules: by percent, in points, or in steps.

    Money is in *currency* (any, if left out), points have *digits* decimals; their scopes name some of *branches*.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.cashbacks("RUB"), lambda rule: rule.percent is not None).percent
        Percent('5')
    """
    known = draw(currencies()) if currency is None else currency
    gain: dict[str, Any] = draw(_gains(digits) | st.fixed_dictionaries({"steps": _steps(known, digits)}))
    steps = gain.get("steps", ())
    if steps:  # a higher minimum would leave the first step without orders
        bounds = {"max_minor": steps[1].from_price.minor - 1} if len(steps) > 1 else {}
        minimum = draw(st.none() | st.just(steps[0].from_price) | money(known, min_minor=1, **bounds))
    else:
        minimum = draw(st.none() | _above_zero(known))
    by_percent = "percent" in gain or any(step.percent for step in steps)
    fixed = [each.minor for each in (gain.get("points"), *(step.points for step in steps)) if each is not None]
    step = draw(st.none() | points(digits, min_minor=1, max_minor=1000)) if by_percent else None
    least = max(fixed + ([step.minor] if step else []), default=1)
    return Cashback(
        **gain,
        minimum=minimum,
        maximum=draw(st.none() | points(digits, min_minor=least, max_minor=_MOST)),
        delay=draw(st.none() | _bounded_terms()),
        basis=draw(st.sampled_from(["charged", "price", "payable"])) if by_percent else "charged",
        rounding=draw(st.sampled_from(ROUNDINGS)) if by_percent else "half_up",
        rounding_step=step,
        **draw(_rule_parts(branches)),
    )


@st.composite
def first_app_orders(
    draw: DrawFn,
    currency: Currency | str | None = None,
    *,
    digits: int = 0,
    branches: Collection[str] = NAMES["branches"],
) -> FirstAppOrder:
    """
    Draw rules for the first order through the app, in *currency* (any, if left out) and points with *digits* decimals.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.first_app_orders("RUB"), lambda rule: "web" in rule.channels).points
        Points(1)
    """
    parts = draw(_rule_parts(branches))
    channels = draw(st.just(("app",)) | st.just(("app", "web")))
    scope = parts["scope"].channels
    return FirstAppOrder(
        points=draw(_points_above_zero(digits)),
        minimum=draw(st.none() | _above_zero(currency)),
        channels=channels if not scope or set(scope) & set(channels) else scope,
        delay=draw(st.none() | _bounded_terms()),
        **parts,
    )


@st.composite
def service_points_rules(
    draw: DrawFn,
    currency: Currency | str | None = None,
    *,
    digits: int = 0,
    branches: Collection[str] = NAMES["branches"],
) -> ServicePoints:
    """
    Draw points for services, in *currency* (any, if left out) and points with *digits* decimals.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.service_points_rules("RUB"), lambda rule: rule.minimum is not None).minimum
        Money('0.01', 'RUB')
    """
    return ServicePoints(
        points=draw(_points_above_zero(digits)),
        minimum=draw(st.none() | _above_zero(currency)),
        delay=draw(st.none() | _bounded_terms()),
        **draw(_rule_parts(branches)),
    )


@st.composite
def redemptions(draw: DrawFn, *, digits: int = 0, branches: Collection[str] = NAMES["branches"]) -> Redemption:
    """
    Draw limits of paying with points that have *digits* decimals.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.redemptions(), lambda rule: None is not rule.minimum == rule.maximum).maximum
        Points(1)
    """
    minimum = draw(st.none() | _points_above_zero(digits))
    least = 1 if minimum is None else minimum.minor
    same = st.just(minimum)  # a maximum of just the minimum, or neither
    return Redemption(
        max_share=draw(st.just(Percent("100")) | percents()),
        minimum=minimum,
        maximum=draw(same | points(digits, min_minor=least, max_minor=_MOST)),
        **draw(_rule_parts(branches)),
    )


@st.composite
def surcharges(
    draw: DrawFn,
    currency: Currency | str | None = None,
    *,
    raises: bool | None = None,
    branches: Collection[str] = NAMES["branches"],
) -> Surcharge:
    """
    Draw surcharges in *currency* (any, if left out): of the kind that *raises* to a figure, or of the other, or of any.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.surcharges("RUB", raises=True), lambda rule: True).raise_to
        Money('0.01', 'RUB')
    """
    by_percent = st.fixed_dictionaries({"percent": percents(), "rounding": st.sampled_from(ROUNDINGS)})
    fixed = st.fixed_dictionaries({"sum": _above_zero(currency)}) | by_percent
    raising = st.fixed_dictionaries({"raise_to": _above_zero(currency)})
    gain = {None: fixed | raising, True: raising, False: fixed}[raises]
    return Surcharge(**draw(gain), **draw(_rule_parts(branches)))


@st.composite
def bonus_steps(draw: DrawFn, currency: Currency | str | None = None) -> BonusStep:
    """
    Draw one step of a worker bonus, in *currency* (any, if left out).

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.bonus_steps("RUB"), lambda step: step.orders > 1)
        BonusStep(orders=2, sum=Money('0.01', 'RUB'))
    """
    return BonusStep(orders=draw(st.integers(1, 200)), sum=draw(_above_zero(currency)))


@st.composite
def worker_bonuses(
    draw: DrawFn, currency: Currency | str | None = None, *, branches: Collection[str] = NAMES["branches"]
) -> WorkerBonus:
    """
    Draw worker bonuses in *currency* (any, if left out): ladders of one to four steps that rise.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.worker_bonuses("RUB"), lambda rule: len(rule.ladder) > 1).sum_for(2)
        Money('0.02', 'RUB')
    """
    known = draw(currencies()) if currency is None else currency
    steps = draw(st.lists(bonus_steps(known), min_size=1, max_size=4))
    orders = sorted({step.orders for step in steps})
    sums = sorted({step.sum for step in steps})
    ladder = [BonusStep(orders=count, sum=money) for count, money in zip(orders, sums, strict=False)]
    return WorkerBonus(every=draw(_bounded_terms()), ladder=tuple(ladder), **draw(_rule_parts(branches)))


@st.composite
def promos(
    draw: DrawFn,
    currency: Currency | str | None = None,
    *,
    digits: int = 0,
    branches: Collection[str] = NAMES["branches"],
) -> Promo:
    """
    Draw promo rules of every kind, in *currency* (any, if left out) and points with *digits* decimals.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.promos("RUB"), lambda rule: rule.budget is not None and rule.sum is not None).budget
        Money('0.01', 'RUB')
    """
    known, kind = draw(currencies()) if currency is None else currency, draw(st.sampled_from(KINDS))
    way = draw(st.sampled_from(["points", "percent", "sum"]))
    gains: dict[str, SearchStrategy[Any]] = {
        "points": _points_above_zero(digits),
        "percent": percents(),
        "sum": _above_zero(known),
    }
    sums, counts = st.none() | _above_zero(known), st.none() | st.integers(1, 5)
    parts = draw(_rule_parts(branches))
    parts |= {"name": draw(st.sampled_from(PROMOS)), way: draw(gains[way])}
    return Promo(
        code=draw(st.sampled_from(CODES)) if kind == "common" else None,
        code_kind=kind,
        credited=draw(st.sampled_from(["completion", "placing"])) if way == "points" else "completion",
        maximum_discount=draw(sums) if way == "percent" else None,
        minimum=draw(sums),
        first_order_only=draw(st.none() | st.booleans()),
        limit=None if kind == "individual" else draw(counts),
        per_member=draw(counts),
        budget=draw(sums),
        worker_points=draw(st.none() | _points_above_zero(digits)) if kind == "worker" else None,
        **parts,
    )


@st.composite
def tiers(
    draw: DrawFn, currency: Currency | str | None = None, *, branches: Collection[str] = NAMES["branches"]
) -> Tier:
    """
    Draw ladders whose levels can all be held, in *currency* (any, if left out): for all time, or rolling.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.tiers("RUB"), lambda tier: tier.over is not None).over
        Term('P1D')
    """
    parts = draw(_rule_parts(branches))
    parts["name"] = draw(st.sampled_from(["regulars", "постоянные"]))
    away = st.integers(1, 90) | st.integers(1, MOST_DAYS)
    return Tier(
        levels=draw(ladders(currency)),
        over=draw(st.none() | _date_terms(12).filter(lambda term: days_in(term) <= MAX_DAYS)),
        lapse_after=draw(st.none() | away),
        **parts,
    )


@st.composite
def shares(draw: DrawFn) -> Shares:
    """
    Draw the shares of a split: they total 100 %, and some of them may be nothing.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.shares(), lambda shares: shares.worker.value > 50).worker
        Percent('100.00')
    """
    cuts = sorted(
        draw(st.lists(st.sampled_from([0, 4000, 8000, 10_000]) | st.integers(0, 10_000), min_size=3, max_size=3))
    )
    parts = [end - start for start, end in pairwise([0, *cuts, 10_000])]
    roles = ("customer_referrer", "customer", "worker_referrer", "worker")
    return Shares(**{role: Percent(f"{part // 100}.{part % 100:02}") for role, part in zip(roles, parts, strict=True)})


@st.composite
def referral_splits(
    draw: DrawFn,
    currency: Currency | str | None = None,
    *,
    digits: int = 0,
    branches: Collection[str] = NAMES["branches"],
) -> ReferralSplit:
    """
    Draw referral splits, in *currency* (any, if left out) and points with *digits* decimals.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.referral_splits("RUB"), lambda split: split.minimum is not None).minimum
        Money('0.01', 'RUB')
    """
    divided = draw(shares())
    invited = divided.customer_referrer.value or divided.worker_referrer.value
    return ReferralSplit(
        percent=draw(percents()),
        shares=divided,
        missing_referrer=draw(st.sampled_from(["participant", "program"])) if invited else "participant",
        minimum=draw(st.none() | _above_zero(currency)),
        basis=draw(st.sampled_from(["charged", "price", "payable"])),
        rounding=draw(st.sampled_from(ROUNDINGS)),
        rounding_step=draw(st.none() | points(digits, min_minor=1, max_minor=1000)),
        **draw(_rule_parts(branches)),
    )


@st.composite
def invitations(
    draw: DrawFn,
    currency: Currency | str | None = None,
    *,
    digits: int = 0,
    branches: Collection[str] = NAMES["branches"],
) -> Invitation:
    """
    Draw invitations that reward one side or both, in *currency* (any, if left out) and points with *digits* decimals.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.invitations(), lambda rule: rule.referee_credited == "placing").referee_points
        Points(1)
    """
    gain = _points_above_zero(digits)
    referee, referrer = draw(st.tuples(gain, gain) | st.tuples(gain, st.none()) | st.tuples(st.none(), gain))
    return Invitation(
        referee_points=referee,
        referee_credited=draw(st.sampled_from(["completion", "placing"])) if referee else "completion",
        referrer_points=referrer,
        minimum=draw(st.none() | _above_zero(currency)),
        **draw(_rule_parts(branches)),
    )


def referral_code_settings() -> SearchStrategy[Codes]:
    """
    Draw how referral codes are made.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.referral_code_settings(), lambda codes: codes.given == "request").length
        3
    """
    alphabets = st.permutations(ALPHABET).flatmap(lambda chars: st.integers(10, len(chars)).map(lambda n: chars[:n]))
    return st.builds(
        Codes,
        alphabet=st.just(ALPHABET) | alphabets.map("".join),
        length=st.integers(3, 32),
        given=st.sampled_from(["completion", "request"]),
    )


@st.composite
def expiries(draw: DrawFn) -> Expiry:
    """
    Draw when points expire: after a term, by inactivity, or both, at once or with a grace for those that come back.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.expiries(), lambda expiry: expiry.until_end_of == "month")
        Expiry(after=Term('P1D'), until_end_of='month')
    """
    unit, months = draw(st.sampled_from([("day", 12), ("week", 84), ("month", 360)]))  # more would be too many lots
    dated = _date_terms(months)
    after = draw(dated if unit != "day" else st.none() | dated | _hour_terms())
    away = _date_terms(120)
    return Expiry(
        after=after,
        until_end_of=unit,
        inactivity=draw(away if after is None else st.none() | away),
        returned_after_expiry=draw(st.none() | _bounded_terms()),
    )


@st.composite
def gift_cards(
    draw: DrawFn, currency: Currency | str | None = None, *, digits: int = 0, for_points: bool = True
) -> GiftCard:
    """
    Draw gift cards on offer: *for_points* or for money alone, valid for good or for a term.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.gift_cards("RUB"), lambda offer: offer.points_price is not None).points_price
        Points(1)
    """
    return GiftCard(
        name=draw(st.sampled_from(["fifty", "hundred", "подарок"])),
        face=draw(_above_zero(currency)),
        points_price=draw(st.none() | _points_above_zero(digits)) if for_points else None,
        valid_for=draw(st.none() | _date_terms(120)),
    )


def _kinds_told(program: SimpleNamespace) -> dict[str, int]:
    """Give the kinds of notices that there's something to tell of in *program*, and how far ahead each may be told."""
    nearest = {
        kind: min([MOST_AHEAD + 1, *(days for *_, days in spans(program, kind))]) for kind in told_kinds(program)
    }
    return {kind: days - 1 for kind, days in nearest.items() if days > 1}


@st.composite
def programs(draw: DrawFn) -> Program:
    """
    Draw whole programs: any units, some branches or none, up to three rules of each kind that can all answer.

    Examples:
        >>> from hypothesis import given
        >>> from loyaltykit import Program
        >>> from loyaltykit.testing import strategies
        >>> @given(strategies.programs())
        ... def test_what_is_written_is_read_again(program):
        ...     assert Program.from_dict(program.to_dict()) == program
        >>> test_what_is_written_is_read_again()
    """
    currency, digits = draw(currencies()), draw(st.just(0) | st.integers(0, MAX_POINT_DIGITS))
    zone = draw(zones())
    own = draw(st.lists(branches(), max_size=3, unique_by=lambda branch: branch.id))
    named = tuple(branch.id for branch in own) or NAMES["branches"]
    judged_in = branches_by_zone(SimpleNamespace(time_zone=zone.key, branches=own))  # type: ignore[arg-type]  # enough
    earning = {
        "cashback": cashbacks(currency, digits=digits, branches=named),
        "referral_split": referral_splits(currency, digits=digits, branches=named),
    }
    either = draw(st.sampled_from(list(earning)))  # no branch has both
    kinds: dict[str, SearchStrategy[Any]] = {
        either: earning[either],
        "service_points": service_points_rules(currency, digits=digits, branches=named),
        "first_app_order": first_app_orders(currency, digits=digits, branches=named),
        "redemption": redemptions(digits=digits, branches=named),
        "invitation": invitations(currency, digits=digits, branches=named),
    }
    taken: set[str] = set()
    rules: dict[str, Any] = {
        kind: _reachable(draw(st.lists(rule, max_size=3)), judged_in, taken) for kind, rule in kinds.items()
    }
    raised, fixed = (surcharges(currency, raises=raises, branches=named) for raises in (True, False))
    rules["surcharge"] = sum(
        (_reachable(draw(st.lists(each, max_size=2)), judged_in, taken) for each in (raised, fixed)), ()
    )
    bonuses = _reachable(draw(st.lists(worker_bonuses(currency, branches=named), max_size=3)), judged_in, taken)
    rules["worker_bonus"] = tuple([bonus for bonus in bonuses if bonus.name]) if len(bonuses) > 1 else bonuses
    rules["invitation"] = rules["invitation"] if rules["redemption"] else ()
    codes = promos(currency, digits=digits, branches=named)
    rules["promo"] = _with_codes_of_their_own(draw(st.lists(codes, max_size=2))) if rules["redemption"] else ()
    offers = gift_cards(currency, digits=digits, for_points=bool(rules["redemption"]))
    rules["gift_card"] = tuple(draw(st.lists(offers, max_size=2, unique_by=lambda offer: offer.name)))
    rules |= {"codes": draw(st.none() | referral_code_settings()), "expiry": draw(st.none() | expiries())}
    climbs = st.lists(tiers(currency, branches=named), max_size=2, unique_by=lambda tier: tier.name)
    sorts = st.lists(categories(currency), max_size=2, unique_by=lambda category: category.name)
    rules["tier"], rules["category"] = draw(st.just(((), ())) | st.tuples(climbs.map(tuple), sorts.map(tuple)))
    tells = _kinds_told(SimpleNamespace(**(dict.fromkeys(RULES, ()) | rules)))
    kinds_told = draw(st.just([]) | st.lists(st.sampled_from(sorted(tells)), unique=True))
    return Program(
        id=draw(st.sampled_from(["city", "такси"])),
        name=draw(st.none() | st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=128)),
        currency=currency,
        digits=digits,
        point_value=draw(worths()),
        time_zone=zone.key,
        in_force_from=draw(st.none() | st.dates(_FIRST, _LAST) | moments()),
        branches=tuple(own),
        discounts=draw(st.sampled_from(DISCOUNTS)) if rules["tier"] and rules["promo"] else "best",
        notice=tuple([draw(notice_settings(kind, most_ahead=tells[kind])) for kind in kinds_told]),
        hold_timeout=draw(st.just(HOLD_TIMEOUT) | _bounded_terms()),
        refundable_for=draw(st.just(REFUNDABLE_FOR) | _bounded_terms()),
        clawback=draw(st.sampled_from(CLAWBACKS)),
        worker_on_refund=draw(st.sampled_from(WORKER_ON_REFUND)),
        **rules,
    )


def _reachable(
    rules: Sequence[AnyRule], judged_in: Mapping[tzinfo, frozenset[str] | None], taken: set[str]
) -> tuple[AnyRule, ...]:
    """Give those of *rules* that can answer behind the ones before them, and bear no name that's *taken*."""
    kept: list[AnyRule] = []
    for rule in rules:
        here = Here()
        Reach(judged_in).note_unreachable([*kept, rule], here)
        if not here.problems and rule.name not in taken:
            kept.append(rule)
            taken.update([rule.name] if rule.name else [])
    return tuple(kept)


def _with_codes_of_their_own(promos: Sequence[Promo]) -> tuple[Promo, ...]:
    """Give those of *promos* that differ from the ones before them by name, and by code if they've one."""
    kept: list[Promo] = []
    for promo in promos:
        if not any(promo.name == other.name or (promo.code and promo.code == other.code) for other in kept):
            kept.append(promo)
    return tuple(kept)


@st.composite
def _rule_parts(draw: DrawFn, branches: Collection[str]) -> dict[str, Any]:
    scope = draw(st.just(Scope()) | scopes(branches=branches))
    timed = scope.period is not None or scope.windows
    return {
        "name": draw(st.none() | st.sampled_from(["weekend", "airport", "всем"])),
        "scope": scope,
        "scope_moment": draw(st.sampled_from(["placed", "starts"])) if timed else "placed",
    }


def _gains(digits: int) -> SearchStrategy[dict[str, Any]]:
    by_percent = st.fixed_dictionaries({"percent": percents()})
    return by_percent | st.fixed_dictionaries({"points": _points_above_zero(digits)})


@st.composite
def _steps(draw: DrawFn, currency: Currency | str, digits: int) -> tuple[CashbackStep, ...]:
    steps = st.lists(
        cashback_steps(currency, digits=digits), min_size=1, max_size=4, unique_by=lambda step: step.from_price
    )
    return tuple(sorted(draw(steps), key=lambda step: step.from_price))


def _bounded_terms() -> SearchStrategy[Term]:
    return _date_terms(12) | _hour_terms()


def _date_terms(months: int) -> SearchStrategy[Term]:
    days = st.integers(1, MAX_DAYS).map("P{}D".format)
    alone = st.integers(1, months).map("P{}M".format)
    both = st.builds("P{}M{}D".format, st.integers(0, months - 1), st.integers(1, 30))
    return (days | alone | both).map(Term)


def _hour_terms() -> SearchStrategy[Term]:
    hours = st.integers(1, MAX_HOURS).map("PT{}H".format)
    return (hours | st.integers(1, MAX_HOURS * 3600).map("PT{}S".format)).map(Term)


def _above_zero(currency: Currency | str | None) -> SearchStrategy[Money]:
    return money(currency, min_minor=1, max_minor=_MOST)


def _points_above_zero(digits: int) -> SearchStrategy[Points]:
    return points(digits, min_minor=1, max_minor=_MOST)
