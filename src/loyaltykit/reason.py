"""
Why a rule grants nothing, or less than it might: codes with figures, from one table.

Words are made only when someone asks (B1).
"""

from __future__ import annotations

from loyaltykit.coded import Coded, Meaning

REASONS: dict[str, Meaning] = {
    # Where a rule applies
    "outside_branches": Meaning(("branch", "branches"), "the program runs in {branches}; the order's branch: {branch}"),
    "outside_scope": Meaning(
        ("rule", "part", "allowed", "actual"), "{rule} applies to {part} {allowed}; the order's: {actual}"
    ),
    "outside_period": Meaning(("rule", "period", "moment"), "{rule} applies {period}; the moment was {moment}"),
    "outside_windows": Meaning(("rule", "windows", "moment"), "{rule} applies {windows}; the moment was {moment}"),
    # What an order must bring
    "no_customer": Meaning((), "the order names no customer"),
    "no_worker": Meaning((), "the order names no worker"),
    "price_unknown": Meaning((), "the order's price isn't known yet"),
    "below_minimum": Meaning(("minimum", "actual"), "the price, {actual}, is below the minimum, {minimum}"),
    # What an award comes to
    "rounded_to_nothing": Meaning(("share", "basis"), "{share} of {basis} comes to less than the smallest award"),
    "capped": Meaning(("maximum", "uncapped"), "{uncapped} would be due; an order gets at most {maximum}"),
    "not_app": Meaning(
        ("channels", "actual"), "the order came through {actual}; it counts when it comes through {channels}"
    ),
    "not_first_app_order": Meaning(("channels",), "the member has had a completed order through {channels} before"),
    # What a worker gets
    "high_enough": Meaning(
        ("raise_to", "actual"), "the price, {actual}, is no less than {raise_to}, to which it's raised"
    ),
    "bonus_ahead": Meaning(
        ("orders", "end"), "the order counts for the bonus: the worker has {orders} in the period up to {end}"
    ),
    "counted_late": Meaning(
        ("moment", "start"), "the period of {moment} is closed: the order counts in the one from {start}"
    ),
    "bonus_closed": Meaning(
        ("start",), "the period from {start}, in which the order counted, is closed: its bonus stays"
    ),
    "less_than_asked": Meaning(("balance", "asked"), "{asked} were to be paid out; the worker has {balance}"),
    "nothing_to_pay": Meaning(("balance",), "the worker has {balance}: there's nothing to pay out"),
    # Who gets a share of a split
    "no_participants": Meaning((), "the order names neither a customer nor a worker"),
    "nobody_in_role": Meaning(("role", "points"), "the order names no {role}: {points} aren't paid"),
    "not_invited": Meaning(("role", "points"), "nobody invited the {role}: {points} aren't paid"),
    "earns_once": Meaning(
        ("member", "points"),
        "{member} is the customer and the worker, and earns as the customer alone: {points} aren't paid",
    ),
    # What can be redeemed
    "no_redemption": Meaning((), "the program lets no points be spent"),
    "limited_by_balance": Meaning(("balance", "requested"), "{requested} asked for; the member has {balance}"),
    "limited_by_share": Meaning(
        ("share", "charged", "limit", "requested"),
        "{requested} asked for; {share} of {charged} may be paid so: {limit}",
    ),
    "limited_by_maximum": Meaning(("maximum", "requested"), "{requested} asked for; an order takes at most {maximum}"),
    "below_minimum_redemption": Meaning(("minimum", "possible"), "{possible} could be spent; {minimum} is the least"),
    "worth_nothing": Meaning(("points",), "{points} come to less than the smallest coin"),
    "limits_at_completion": Meaning((), "the price isn't known yet: share and minimum will be judged at completion"),
    # What becomes of points that an order holds
    "limited_by_price": Meaning(
        ("charged", "limit", "held"), "{held} were held; the final {charged} can be paid with {limit}"
    ),
    "hold_ended": Meaning(("held", "free"), "the hold of {held} had ended before; {free} could be held again"),
    "returned_after_expiry": Meaning(("points",), "{points} came back after they had expired, and are gone"),
    # Who brought a member
    "no_referrals": Meaning((), "the program takes no referral codes"),
    "self_referral": Meaning((), "nobody can bring themselves"),
    "already_referred": Meaning((), "the member was brought by somebody already"),
    "referral_tied": Meaning(("order",), "the member has named a code with the order {order}, which is under way"),
    "has_referred": Meaning(("invited",), "the member has brought others, {invited} so far, and can't be brought now"),
    "referrer_unknown": Meaning(("referrer",), "{referrer}, who is to have brought the member, isn't known"),
    "referral_circle": Meaning(("referrer",), "the member has brought {referrer}, directly or through others"),
    "code_is_taken": Meaning(("typed",), "the code {typed} is given out already"),
    # Promo codes
    "code_unknown": Meaning(("typed",), "nobody was given the code {typed}"),
    "code_malformed": Meaning(("why",), "{why}"),
    "code_busy": Meaning(("promo_code",), "so many orders hold uses of {promo_code} that it takes no more just now"),
    "code_of_another": Meaning(("promo_code",), "{promo_code} was given to another member"),
    "own_code": Meaning(("promo_code",), "{promo_code} is the customer's own: it's for bringing in others"),
    "not_first_order": Meaning((), "the member has had a completed order before"),
    "code_used_up": Meaning(("promo_code", "limit"), "all uses of {promo_code} are taken: {limit}"),
    "promo_used_by_member": Meaning(("promo", "limit"), "the member has had all their uses of {promo}: {limit}"),
    "budget_empty": Meaning(("budget",), "the budget of {budget} is spent"),
    "budget_spent": Meaning(("left", "due"), "{due} would be due; {left} of the budget are left"),
    "limited_by_budget": Meaning(("left", "uncapped"), "{uncapped} would be due; {left} of the budget are left"),
    "order_is_free": Meaning((), "the order costs nothing, so nothing can come off its price"),
    # Gift cards
    "card_unknown": Meaning((), "this is the code of no gift card that can be used"),
    "card_frozen": Meaning((), "the gift card is frozen: nothing can be paid with it"),
    "card_empty": Meaning((), "nothing is left on the gift card"),
    "card_not_needed": Meaning((), "nothing is left to be paid with the gift card"),
    "limited_by_card": Meaning(
        ("balance", "payable"), "{payable} are to be paid; the gift card has {balance} for this order"
    ),
    "card_hold_ended": Meaning(
        ("held", "free"), "the hold of {held} on the gift card had ended before; {free} could be held again"
    ),
    "card_money_expired": Meaning(("money",), "{money} came back to the gift card after it had expired, and are gone"),
    "points_missing": Meaning(
        ("price", "balance", "missing"), "it costs {price}; the member has {balance}: {missing} are missing"
    ),
    "not_for_points": Meaning(("offer",), "{offer} is sold for money alone"),
    # What a level of a ladder takes off
    "no_level": Meaning(("tier",), "the member has no level of {tier}"),
    "level_unknown": Meaning(("tier", "level"), "{tier} has no level called {level} any more"),
    "level_without_discount": Meaning(("tier", "level"), "{level} of {tier} takes nothing off the price"),
    "other_discount": Meaning(("rule", "discount"), "{rule} takes {discount} off, which is no less"),
    # Calls that change nothing
    "already_placed": Meaning(
        ("order",), "the order {order} is placed already: what it holds stands, and nothing more is asked for it"
    ),
    "already_completed": Meaning(("order",), "the order {order} is completed: what was booked stands"),
    "already_ended": Meaning(("order", "status"), "the order {order} is {status} already"),
    "already_refunded": Meaning(("order",), "the order {order} is refunded wholly"),
    "partly_refunded": Meaning(
        ("order", "refunded"), "{refunded} of the order {order} are refunded: it can't be corrected"
    ),
    "not_completed": Meaning(
        ("order", "status"), "the order {order} is {status}: only a completed one can be changed so"
    ),
    "member_known": Meaning(("member",), "{member} is known already: an import is for members who aren't"),
    "member_forgotten": Meaning(("member",), "{member} was forgotten: nothing of before is carried over again"),
    "has_points": Meaning(
        ("balance", "held", "pending", "debt"),
        "the member has {balance}, {held} held and {pending} to come, and owes {debt}: the history stays",
    ),
    # What a refund takes and gives
    "refund_limited": Meaning(("rest", "asked"), "{asked} were to be refunded; {rest} are left of the order"),
    "too_late_to_claw_back": Meaning(("until",), "awards could be taken back until {until}: what was earned stays"),
    "forgiven": Meaning(("points",), "{points} can't be taken back any more, and aren't owed"),
}
"""Every code with its figures and English words; the codes are stable."""


class Reason(Coded):
    """
    Why a rule grants nothing, or less than it might: a stable *code* with its figures, as attributes too.

    Examples:
        >>> from loyaltykit import Money, Reason
        >>> reason = Reason("below_minimum", minimum=Money(300, "RUB"), actual=Money(250, "RUB"))
        >>> reason.actual
        Money('250.00', 'RUB')
        >>> print(reason)
        the price, 250.00 RUB, is below the minimum, 300.00 RUB
    """

    __slots__ = ()

    table = REASONS
