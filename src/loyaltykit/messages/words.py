"""Words for people: what the library answers, in English, Russian and Ukrainian. Row B1."""

from __future__ import annotations

from datetime import date, tzinfo
from functools import singledispatch
from typing import Any, get_args

from loyaltykit.decision import Decision
from loyaltykit.effects import Effect
from loyaltykit.errors import InvalidValue
from loyaltykit.geo.problem import DistrictProblem
from loyaltykit.messages.effects import effect_in_words
from loyaltykit.messages.levels import level_in_words, missing_in_words
from loyaltykit.messages.speech import Speech
from loyaltykit.notice import Notice
from loyaltykit.operations.check_code import CodeCheck
from loyaltykit.operations.view_tiers import TierView
from loyaltykit.reason import Reason
from loyaltykit.rules.notice import LANGUAGES
from loyaltykit.rules.tier_progress import Missing
from loyaltykit.settings.problem import Problem
from loyaltykit.values.amount import Amount
from loyaltykit.values.moment import zone_named
from loyaltykit.values.percent import Percent
from loyaltykit.values.period import Period
from loyaltykit.values.term import Term
from loyaltykit.values.window import Window
from loyaltykit.waterfall.breakdown import Breakdown


def words(what: Any, locale: str = "en", *, zone: tzinfo | str | None = None) -> str:
    """
    Say *what* in the language of *locale*: ``en``, ``ru`` or ``uk``, perhaps with a country behind it, as in ``ru_RU``.

    *what* is a `Reason`, a `Problem` of settings or one of a map, a `Notice`, an effect, a `Decision`, a `Breakdown` or
    a `Settlement`, a `CodeCheck`, a `TierView` or what is `Missing` to a level, or a value that stands in them:
    money, points, a percent, a term, a period, a window, a date or an aware datetime. Moments are told by the clocks of
    *zone*, a time zone or its IANA name; without one, as they stand. Raises `InvalidValue` for anything else.

    Examples:
        >>> from loyaltykit import Money, Points, Reason, words
        >>> reason = Reason("limited_by_maximum", maximum=Points(2), requested=Points(5))
        >>> words(reason)
        '5 points asked for; an order takes at most 2 points'
        >>> words(reason, "ru")
        'запрошено: 5 баллов; на один заказ принимается не больше: 2 балла'
        >>> words(reason, "uk_UA")
        'запитано: 5 балів; на одне замовлення приймається щонайбільше: 2 бали'
    """
    return said(what, speech_in(locale, zone, bare=isinstance(what, Problem | DistrictProblem)))


def fix_words(problem: Problem | DistrictProblem, locale: str = "en") -> str:
    """
    Say how to mend *problem*, of settings or of a map, in the language of *locale*.

    Examples:
        >>> from loyaltykit import Problem, fix_words
        >>> fix_words(Problem("too_large", path="cashback[2].percent", value="110", maximum="100"), "ru")
        'укажите не больше 100'
    """
    kind = "fix" if isinstance(problem, Problem) else "map_fix"
    return speech_in(locale, bare=True).say(f"{kind}.{problem.code}", **problem.figures)


def speech_in(locale: str, zone: tzinfo | str | None = None, *, bare: bool = False) -> Speech:
    """
    Give how things are said in *locale*; raises `InvalidValue` for one without words, and for a zone that isn't.

    Examples:
        >>> from loyaltykit import Points
        >>> speech_in("UK").told(Points(3))
        '3 бали'
    """
    language = str(locale).replace("-", "_").partition("_")[0].lower()
    if language not in LANGUAGES:
        message = f"{locale!r} is no language that there are words in: use one of {', '.join(LANGUAGES)}"
        raise InvalidValue(message, value=locale)
    if language == "en":
        return Speech(_clocks(zone), bare=bare)
    from loyaltykit.messages.translated import Translated  # noqa: PLC0415 - loads babel, which English doesn't need

    return Translated(language, _clocks(zone), bare=bare)


def _clocks(zone: Any) -> tzinfo | None:
    if zone is None or isinstance(zone, tzinfo):
        return zone
    named: tzinfo = zone_named(zone)
    return named


@singledispatch
def said(what: Any, speech: Speech) -> str:  # noqa: ARG001 - those that are registered use it
    """Say *what* by *speech*; the types that can be said are registered below."""
    message = f"{what!r} can't be put into words: give a reason, problem, notice, effect, decision, settlement or value"
    raise InvalidValue(message, value=what)


@said.register(Reason)
def _(reason: Reason, speech: Speech) -> str:
    return speech.say(f"reason.{reason.code}", **reason.figures)


@said.register(Notice)
def _(notice: Notice, speech: Speech) -> str:
    return speech.say(f"notice.{notice.code}", **notice.figures).rstrip()


@said.register(Problem)
def _(problem: Problem, speech: Speech) -> str:
    told, fix = (speech.say(f"{what}.{problem.code}", **problem.figures) for what in ("problem", "fix"))
    return f"{problem.path}: {told} ({fix})" if problem.path else f"{told} ({fix})"


@said.register(DistrictProblem)
def _(problem: DistrictProblem, speech: Speech) -> str:
    told, fix = (speech.say(f"{what}.{problem.code}", **problem.figures) for what in ("map", "map_fix"))
    if problem.feature is None:
        return f"{told} ({fix})"
    feature = speech.say("feature.told", number=problem.feature)
    known = ", ".join(dict.fromkeys(filter(None, (problem.key, problem.name))))
    return f"{feature} ({known}): {told} ({fix})" if known else f"{feature}: {told} ({fix})"


@said.register(Decision)
def _(decision: Decision, speech: Speech) -> str:
    parts = "; ".join([said(part, speech) for part in (*decision.effects, *decision.reasons)])
    return f"{speech.word('rule', decision.rule)}: {parts or speech.say('decision.nothing')}"


@said.register(CodeCheck)
def _(check: CodeCheck, speech: Speech) -> str:
    reasons = "; ".join([said(reason, speech) for reason in check.reasons])
    return f"{check.code or speech.say('code.none')}: {reasons or speech.say('code.valid')}"


@said.register(Breakdown)
def _(breakdown: Breakdown, speech: Speech) -> str:
    sums = {name: getattr(breakdown, name) for name in ("price", "charged", "payable")}
    card = "" if breakdown.card is None else speech.say("breakdown.card", card=breakdown.card, due=breakdown.due)
    lines = [speech.say("breakdown.sums", **sums) + card, *(f"  {said(each, speech)}" for each in breakdown.decisions)]
    return "\n".join(lines)


def _told(value: Any, speech: Speech) -> str:
    return speech.told(value)


said.register(TierView, level_in_words)
said.register(Missing, missing_in_words)
for _kind in get_args(Effect):
    said.register(_kind, effect_in_words)
for _kind in (Amount, Percent, Term, Period, Window, date):
    said.register(_kind, _told)
