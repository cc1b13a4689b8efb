"""What a decision does, in words: each effect's sentence, from its English text or a translation of that. Row B1."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from loyaltykit.effects import (
    Advance,
    Award,
    CardPayment,
    CardPurchase,
    CardRelease,
    CardReturn,
    Clawback,
    Credit,
    Discount,
    Effect,
    InMoney,
    Redeem,
    Release,
    Return,
    Share,
)

if TYPE_CHECKING:
    from loyaltykit.messages.speech import Speech

EFFECTS: Final = {
    "award": "{member} earns {points}{share}{later}",
    "award.share": " ({percent} of {basis})",
    "award.later": ", credited after {delay}",
    "share": "{award} as the {role}",
    "advance": "{award}, to be spent on this very order",
    "credit": "{member} is credited {money}{share}",
    "credit.back": "{member} gives back {money}{share}",
    "discount": "{member} gets {money} off{share}",
    "money.share": " ({percent} of the price)",
    "redeem": "{member} spends {points}, worth {worth}",
    "release": "{member} has {points} back",
    "return": "{member} gets back {points} that were spent",
    "clawback": "{member} loses {points} that were earned{owing}",
    "clawback.owing": ", owing {owed} of them",
    "card_payment": "the gift card {card} pays {money}",
    "card_release": "the gift card {card} has {money} back",
    "card_return": "the gift card {card} gets back {money} that it had paid",
    "card_purchase": "{member} buys a gift card of {face} for {points}",
}
"""The English of every effect, and of what stands in it only sometimes; as their ``str`` gives it."""


PLAIN: Final[dict[type[Effect], str]] = {
    Redeem: "redeem",
    Release: "release",
    Return: "return",
    CardPayment: "card_payment",
    CardRelease: "card_release",
    CardReturn: "card_return",
    CardPurchase: "card_purchase",
}
"""The effects that are one sentence, whatever their figures, each with its key."""


@singledispatch
def effect_in_words(effect: Effect, speech: Speech) -> str:
    """
    Say *effect* in the language of *speech*.

    Examples:
        >>> from loyaltykit import Award, Points
        >>> from loyaltykit.messages.speech import Speech
        >>> effect_in_words(Award("m1", Points(100)), Speech())
        'm1 earns 100 points'
    """
    return speech.say(
        f"effect.{PLAIN[type(effect)]}", **{name: getattr(effect, name) for name in effect.__match_args__}
    )


@effect_in_words.register(Award)
def _(award: Award, speech: Speech) -> str:
    share = "" if award.percent is None else speech.say("effect.award.share", percent=award.percent, basis=award.basis)
    later = "" if award.delay is None else speech.say("effect.award.later", delay=award.delay)
    return speech.say("effect.award", member=award.member, points=award.points, share=share, later=later)


@effect_in_words.register(Share)
def _(share: Share, speech: Speech) -> str:
    return speech.say("effect.share", award=_as_award(share, speech), role=share.role)


@effect_in_words.register(Advance)
def _(advance: Advance, speech: Speech) -> str:
    return speech.say("effect.advance", award=_as_award(advance, speech))


def _as_award(award: Award, speech: Speech) -> str:
    """Say of a kind of award what is true of all of them."""
    return effect_in_words(Award(award.member, award.points), speech)


@effect_in_words.register(Credit)
def _(credit: Credit, speech: Speech) -> str:
    key, money = ("credit.back", -credit.money) if credit.money.minor < 0 else ("credit", credit.money)
    return speech.say(f"effect.{key}", member=credit.member, money=money, share=_share(credit, speech))


@effect_in_words.register(Discount)
def _(discount: Discount, speech: Speech) -> str:
    share = _share(discount, speech)
    if discount.basis is not None:
        share = speech.say("effect.award.share", percent=discount.percent, basis=discount.basis)
    return speech.say("effect.discount", member=discount.member, money=discount.money, share=share)


def _share(effect: InMoney, speech: Speech) -> str:
    return "" if effect.percent is None else speech.say("effect.money.share", percent=effect.percent)


@effect_in_words.register(Clawback)
def _(clawback: Clawback, speech: Speech) -> str:
    owing = speech.say("effect.clawback.owing", owed=clawback.owed) if clawback.owed else ""
    return speech.say("effect.clawback", member=clawback.member, points=clawback.points, owing=owing)
