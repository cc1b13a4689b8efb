"""The program: all settings of one loyalty program, and what they mean together."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from loyaltykit.program.reach import Reach
from loyaltykit.program.split_or_cashback import note_both
from loyaltykit.rules.cashback import Cashback
from loyaltykit.rules.expiry import Expiry
from loyaltykit.rules.first_app_order import FirstAppOrder
from loyaltykit.rules.redemption import Redemption
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, read_settings, settings
from loyaltykit.settings.here import Here
from loyaltykit.settings.kind import UNREAD, hint_for
from loyaltykit.values.currency import Currency
from loyaltykit.values.moment import zone_named
from loyaltykit.values.point_value import PointValue
from loyaltykit.values.term import Term

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import tzinfo

    from loyaltykit.rules.category import Category  # noqa: TC004 - loaded by the kind that reads it
    from loyaltykit.rules.codes import Codes  # noqa: TC004
    from loyaltykit.rules.gift_card import GiftCard  # noqa: TC004
    from loyaltykit.rules.invitation import Invitation  # noqa: TC004
    from loyaltykit.rules.notice import NoticeSettings  # noqa: TC004
    from loyaltykit.rules.promo import Promo  # noqa: TC004
    from loyaltykit.rules.referral_split import ReferralSplit  # noqa: TC004
    from loyaltykit.rules.scope import Rule
    from loyaltykit.rules.service_points import ServicePoints  # noqa: TC004
    from loyaltykit.rules.surcharge import Surcharge  # noqa: TC004
    from loyaltykit.rules.tier import Tier  # noqa: TC004
    from loyaltykit.rules.worker_bonus import WorkerBonus  # noqa: TC004
    from loyaltykit.settings.problem import Problem

RULES = (
    "cashback",
    "service_points",
    "first_app_order",
    "redemption",
    "surcharge",
    "worker_bonus",
    "promo",
    "referral_split",
    "invitation",
    "tier",
)
"""The kinds of rules that a program may have, by their keys in the file."""

BESIDE = frozenset({"promo", "tier"})
"""The kinds whose rules stand in no other's way: promos answer for their own codes, ladders all together."""

Discounts: TypeAlias = Literal["best", "stack"]
"""Which discounts an order has, of that by a tier and that by a promo code: the larger, or one after the other."""

DISCOUNTS: Final = ("best", "stack")

HOLD_TIMEOUT: Final = Term("P7D")
"""How long an order may hold points where the program doesn't say."""

REFUNDABLE_FOR: Final = Term("P90D")
"""How long a refund takes awards back where the program doesn't say."""

BONUS_NAME: Final = "a name: where there are several, each counts orders under its own"
"""What is expected of a worker bonus beside others."""

Clawback: TypeAlias = Literal["debt", "within_balance"]
"""What becomes of a clawback that the balance doesn't cover: a debt, or nothing."""

CLAWBACKS: Final = ("debt", "within_balance")

WorkerOnRefund: TypeAlias = Literal["keep", "take_back"]
"""What a full refund does to what the order's worker got for it."""

WORKER_ON_REFUND: Final = ("keep", "take_back")


@settings
class Branch(Settings):
    """
    A branch in which the program runs (R4); *time_zone* is its own, for the periods and windows of its orders.

    Examples:
        >>> from loyaltykit import Branch
        >>> Branch(id="kazan", time_zone="Europe/Samara").id
        'kazan'
    """

    id: str = field.text("The host's id of the branch.")
    time_zone: str | None = field.zone("Its own time zone; the program's if left out.", default=None)


@settings
class Program(Settings):
    """
    All settings of one loyalty program: its units, where it runs, and its rules in the order of the file.

    A program has one *currency*, one *point_value* (what a point is worth, in major units), points of one number of
    *digits*, and one *time_zone*. Without *branches* it runs everywhere. *in_force_from* is the local day or the moment
    from which it is in force, where it follows an earlier revision. *expiry* says when points expire (G8),
    *discounts* whether a tier's and a promo's add up (Y1), *hold_timeout* how long an order that nobody ends may hold
    some points (R10); *refundable_for*, *clawback* and
    *worker_on_refund* what a refund takes back (B2). Raises `SettingsError` with every problem at once.

    Examples:
        >>> from loyaltykit import Program
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "5", "minimum": "300"}],
        ... })
        >>> program.cashback[0].minimum
        Money('300.00', 'RUB')
    """

    id: str = field.text("The program's id; it begins the id of everything that is booked under it.")
    currency: Currency = field.currency("The currency of all money.")
    digits: int = field.digits("The decimals that points have.", default=0)
    point_value: Decimal = field.number("What one point is worth, in major units of the currency.")
    time_zone: str = field.zone("The time zone of local days and hours.")
    name: str | None = field.text("The name that people know it by.", default=None)
    in_force_from: date | datetime | None = field.day("When it comes into force; always, if left out.", default=None)
    branches: tuple[Branch, ...] = field.tables(
        Branch, "The branches where it runs; everywhere, if left out.", default=()
    )
    cashback: tuple[Cashback, ...] = field.tables(Cashback, "Points back for orders.", default=())
    service_points: tuple[ServicePoints, ...] = field.tables(
        "rules.service_points:ServicePoints", "Points for an order of a service or a class.", default=()
    )
    first_app_order: tuple[FirstAppOrder, ...] = field.tables(
        FirstAppOrder, "Points for the first order by app.", default=()
    )
    redemption: tuple[Redemption, ...] = field.tables(Redemption, "The limits of paying with points.", default=())
    surcharge: tuple[Surcharge, ...] = field.tables(
        "rules.surcharge:Surcharge", "Money for the worker of an order, beside its price.", default=()
    )
    worker_bonus: tuple[WorkerBonus, ...] = field.tables(
        "rules.worker_bonus:WorkerBonus",
        "Money for workers who complete so many orders within a period.",
        default=(),
    )
    promo: tuple[Promo, ...] = field.tables("rules.promo:Promo", "What promo codes give.", default=())
    referral_split: tuple[ReferralSplit, ...] = field.tables(
        "rules.referral_split:ReferralSplit",
        "Points for the customer, the worker, and those who invited them.",
        default=(),
    )
    invitation: tuple[Invitation, ...] = field.tables(
        "rules.invitation:Invitation",
        "Points for members who were invited, and for those who did it.",
        default=(),
    )
    tier: tuple[Tier, ...] = field.tables(
        "rules.tier:Tier", "Ladders of levels, with discounts, by what lies behind a member.", default=()
    )
    category: tuple[Category, ...] = field.tables(
        "rules.category:Category", "Categories, by what lies behind a member.", default=()
    )
    discounts: Discounts = field.choice(
        DISCOUNTS,
        "What an order gets that has a discount by a tier and one by a promo code: the larger, or both in turn.",
        default="best",
    )
    codes: Codes | None = field.table(
        "rules.codes:Codes",
        "How referral codes are made; as by default, where there are splits or invitations.",
        default=None,
    )
    expiry: Expiry | None = field.table(Expiry, "When points expire; never, if left out.", default=None)
    gift_card: tuple[GiftCard, ...] = field.tables(
        "rules.gift_card:GiftCard", "Gift cards on offer, for money or for points.", default=()
    )
    notice: tuple[NoticeSettings, ...] = field.tables(
        "rules.notice:NoticeSettings", "What members are told.", default=()
    )
    hold_timeout: Term = field.term(
        "How long an order may hold points after it was placed, or after its start if that's later.",
        default=HOLD_TIMEOUT,
    )
    refundable_for: Term = field.term(
        "How long after completion a refund takes awards back; later it only gives back.", default=REFUNDABLE_FOR
    )
    clawback: Clawback = field.choice(
        CLAWBACKS, "What becomes of a clawback that the balance doesn't cover: owed, or forgiven.", default="debt"
    )
    worker_on_refund: WorkerOnRefund = field.choice(
        WORKER_ON_REFUND,
        "What a full refund does to what the worker got for the order: it's kept, or taken back.",
        default="keep",
    )
    worth: PointValue = field.derived()
    zone: Any = field.derived()
    _zone_by_branch: Any = field.derived()
    _promo_by_code: Any = field.derived()
    _referral_codes: Any = field.derived()

    def __attrs_post_init__(self) -> None:
        """Check the settings; keep what every order needs of them."""
        super().__attrs_post_init__()
        zone = zone_named(self.time_zone)
        own = {branch.id: zone_named(branch.time_zone) if branch.time_zone else zone for branch in self.branches}
        object.__setattr__(self, "worth", PointValue(self.point_value, self.currency, digits=self.digits))
        object.__setattr__(self, "zone", zone)
        object.__setattr__(self, "_zone_by_branch", own)
        object.__setattr__(self, "_referral_codes", self.codes or self._codes_by_default())
        object.__setattr__(self, "_promo_by_code", {promo.code: promo for promo in self.promo if promo.code})

    @classmethod
    def from_dict(cls, raw: dict[str, Any]) -> Program:
        """
        Read a program from *raw*, as TOML or JSON give it; raises `SettingsError` with every problem at once.

        Examples:
            >>> from loyaltykit import Program, SettingsError
            >>> try:
            ...     Program.from_dict({"id": "city", "curency": "RUB"})
            ... except SettingsError as error:
            ...     print(error.problems[0])
            curency: there is no setting curency (did you mean currency?)
        """
        return read_settings(cls, raw)

    def to_dict(self) -> dict[str, Any]:
        """
        Give the settings as JSON would hold them, without those at their default; `from_dict` reads the same program
        back.

        Examples:
            >>> from loyaltykit import Program
            >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
            >>> Program.from_dict(raw).to_dict()
            {'id': 'city', 'currency': 'RUB', 'point_value': 1, 'time_zone': 'Europe/Moscow'}
        """
        written: dict[str, Any] = self.as_kind().write(self)
        return written

    @property
    def revision(self) -> str:
        """
        The id of this revision: the SHA-256 of its content, in hex. Equal programs have one id, however they're
        written.

        Examples:
            >>> from loyaltykit import Program
            >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
            >>> Program.from_dict(raw).revision == Program.from_dict(raw | {"digits": 0}).revision
            True
        """
        content = json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()

    def zone_of(self, branch: str | None) -> tzinfo:
        """
        Give the time zone of *branch*: its own if it has one, else the program's.

        Examples:
            >>> from loyaltykit import Program
            >>> program = Program.from_dict({
            ...     "id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow",
            ...     "branches": [{"id": "kazan", "time_zone": "Europe/Samara"}],
            ... })
            >>> program.zone_of("kazan").key, program.zone_of(None).key
            ('Europe/Samara', 'Europe/Moscow')
        """
        zone: tzinfo = self._zone_by_branch.get(branch, self.zone)
        return zone

    def runs_in(self, branch: str | None) -> bool:
        """Say whether the program runs in *branch* (R4)."""
        return not self.branches or branch in self._zone_by_branch

    def promo_by_code(self, code: str) -> Promo | None:
        """
        Give the rule whose common code *code*, in its normal form, is; None where the program has no such code (G10).

        Examples:
            >>> from loyaltykit import Program
            >>> program = Program.from_dict({
            ...     "id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow",
            ...     "redemption": [{}], "promo": [{"name": "summer", "code": "SUMMER", "points": 100}],
            ... })
            >>> program.promo_by_code("SUMMER").points, program.promo_by_code("WINTER")
            (Points(100), None)
        """
        promo: Promo | None = self._promo_by_code.get(code)
        return promo

    def promo_named(self, name: str) -> Promo | None:
        """Give the promo rule called *name*; None where the program has none of that name."""
        return next((promo for promo in self.promo if promo.name == name), None)

    def tier_named(self, name: str) -> Tier | None:
        """Give the ladder called *name*; None where the program has none of that name."""
        return next((tier for tier in self.tier if tier.name == name), None)

    def gift_card_named(self, name: str) -> GiftCard | None:
        """
        Give the gift card on offer that is called *name*; None where there's none of that name (S3).

        Examples:
            >>> from loyaltykit import Program
            >>> program = Program.from_dict({
            ...     "id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow",
            ...     "gift_card": [{"name": "fifty", "face": "50"}],
            ... })
            >>> program.gift_card_named("fifty").face, program.gift_card_named("hundred")
            (Money('50.00', 'RUB'), None)
        """
        return next((offer for offer in self.gift_card if offer.name == name), None)

    def notice_of(self, kind: str) -> NoticeSettings | None:
        """Give the settings of that *kind* of notice; None where it isn't switched on (S7)."""
        return next((notice for notice in self.notice if notice.kind == kind), None)

    @property
    def referral_codes(self) -> Codes | None:
        """
        How referral codes are made; None where members have none, since nothing comes of them (T1).

        Examples:
            >>> from loyaltykit import Program
            >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
            >>> rules = {"redemption": [{}], "invitation": [{"referrer_points": 50}]}
            >>> Program.from_dict(raw).referral_codes, Program.from_dict(raw | rules).referral_codes.length
            (None, 4)
        """
        codes: Codes | None = self._referral_codes
        return codes

    def _codes_by_default(self) -> Codes | None:
        if not (self.referral_split or self.invitation):
            return None
        from loyaltykit.rules.codes import Codes  # noqa: PLC0415 - most programs have none

        return Codes()

    def check(self, *, districts: Collection[str] | None = None) -> tuple[Problem, ...]:
        """
        Give the problems that only the host's own names show: scopes that name none of *districts*.

        What the settings alone show was refused when the program was made.

        Examples:
            >>> from loyaltykit import Program
            >>> program = Program.from_dict({
            ...     "id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow",
            ...     "cashback": [{"percent": 5, "scope": {"districts": ["Airprot"]}}],
            ... })
            >>> print(*program.check(districts=["Airport", "Centre"]))
            cashback[0].scope.districts[0]: Airprot is no district of the map (did you mean Airport?)
        """
        here = Here()
        known = None if districts is None else frozenset(districts)
        for place, rule in _rules(self, here):
            for index, name in enumerate(rule.scope.districts):
                if known is not None and name not in known:
                    at = place.at("scope").at("districts").item(index)
                    at.problem("unknown_district", value=name, hint=hint_for(name, sorted(known)))
        return tuple(here.problems)

    @checked("branches")
    def _branches_differ(self, here: Here) -> None:
        seen = set()
        for index, branch in enumerate(self.branches):
            own = getattr(branch, "id", None)
            if own is not None and own in seen:
                here.at("branches").item(index).at("id").problem("duplicate", value=own)
            seen.add(own)

    @checked("branches")
    def _scopes_name_branches(self, here: Here) -> None:
        known = tuple(own for own in (getattr(branch, "id", None) for branch in self.branches) if own)
        for place, rule in _rules(self, here):
            listed = getattr(getattr(rule, "scope", None), "branches", ())
            for index, name in enumerate(listed if known else ()):
                if isinstance(name, str) and name not in known:
                    at = place.at("scope").at("branches").item(index)
                    at.problem("unknown_branch", value=name, hint=hint_for(name, known))

    @checked()
    def _names_differ(self, here: Here) -> None:
        seen = set()
        for place, rule in _rules(self, here):
            name = getattr(rule, "name", None)
            if name in RULES:
                place.at("name").problem("kind_name", value=name)
            elif name is not None and name in seen:
                place.at("name").problem("duplicate", value=name)
            seen.add(name)

    @checked("promo")
    def _promo_codes_differ(self, here: Here) -> None:
        seen = set()
        for index, promo in enumerate(self.promo):
            code = getattr(promo, "code", None)
            if code is not None and code in seen:
                here.at("promo").item(index).at("code").problem("duplicate", value=code)
            seen.add(code)

    @checked("category")
    def _categories_differ(self, here: Here) -> None:
        seen = set()
        for index, category in enumerate(self.category):
            name = getattr(category, "name", None)
            if name is not None and name in seen:
                here.at("category").item(index).at("name").problem("duplicate", value=name)
            seen.add(name)

    @checked("discounts", "tier", "promo")
    def _discounts_meet(self, here: Here) -> None:
        if self.discounts != "best" and not (self.tier and self.promo):
            here.at("discounts").problem("no_effect", setting="discounts", needs="[[tier]] and [[promo]] rules")

    @checked("promo", "redemption")
    def _promos_need_points(self, here: Here) -> None:
        if self.promo and not self.redemption:
            here.at("promo").problem("points_needed")

    @checked("invitation", "redemption")
    def _invitations_need_points(self, here: Here) -> None:
        if self.invitation and not self.redemption:
            here.at("invitation").problem("points_needed")

    @checked("notice")
    def _notices_come(self, here: Here) -> None:
        if self.notice:
            from loyaltykit.program.notices import note_untold  # noqa: PLC0415 - most programs tell nothing

            note_untold(self, here)

    @checked("gift_card")
    def _gift_cards_differ(self, here: Here) -> None:
        seen = set()
        for index, offer in enumerate(self.gift_card):
            name = getattr(offer, "name", None)
            if name is not None and name in seen:
                here.at("gift_card").item(index).at("name").problem("duplicate", value=name)
            seen.add(name)

    @checked("gift_card", "redemption")
    def _cards_for_points_need_points(self, here: Here) -> None:
        for index, offer in enumerate(() if self.redemption else self.gift_card):
            if getattr(offer, "points_price", None) is not None:
                here.at("gift_card").item(index).at("points_price").problem("points_needed")

    @checked("branches", "cashback", "referral_split")
    def _split_or_cashback(self, here: Here) -> None:
        note_both(self, here)

    @checked()
    def _rules_answer(self, here: Here) -> None:
        reach = Reach(branches_by_zone(self))
        for kind in RULES:
            for rivals in _rivals(kind, getattr(self, kind, ())):
                reach.note_unreachable(rivals, here.at(kind))

    @checked("worker_bonus")
    def _bonuses_have_names(self, here: Here) -> None:
        for index, bonus in enumerate(self.worker_bonus if len(self.worker_bonus) > 1 else ()):
            if getattr(bonus, "name", "") is None:
                here.at("worker_bonus").item(index).at("name").problem("missing", expected=BONUS_NAME)


def _rivals(kind: str, rules: tuple[Rule, ...]) -> list[tuple[Rule | None, ...]]:
    """Give those of *rules* among which the first that matches answers, each at its place: surcharges are of two."""
    if kind in BESIDE:
        return []
    if kind != "surcharge":
        return [rules]
    figures = [getattr(rule, "raise_to", UNREAD) for rule in rules]
    told = [
        (rule, None if figure is UNREAD else figure is not None) for rule, figure in zip(rules, figures, strict=True)
    ]
    return [tuple([rule if raises is wanted else None for rule, raises in told]) for wanted in (True, False)]


def branches_by_zone(program: Program) -> dict[tzinfo, frozenset[str] | None]:
    """Give for each zone that orders may be judged in the branches that have it; None for any branch at all."""
    own = getattr(program, "time_zone", "UTC")
    branches = getattr(program, "branches", ())
    if not branches:
        return {zone_named(own): None}
    named: dict[str, set[str]] = {}
    for branch in branches:
        named.setdefault(getattr(branch, "time_zone", None) or own, set()).add(getattr(branch, "id", ""))
    return {zone_named(zone): frozenset(ids) for zone, ids in named.items()}


def _rules(program: Program, here: Here) -> Iterator[tuple[Here, Rule]]:
    for kind in RULES:
        for index, rule in enumerate(getattr(program, kind, ())):
            yield here.at(kind).item(index), rule
