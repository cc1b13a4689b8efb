"""A program in words: what ``loyaltykit check`` prints of one that is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltykit.coded import in_words
from loyaltykit.program.program import HOLD_TIMEOUT, REFUNDABLE_FOR, RULES, Program
from loyaltykit.values.term import Term

if TYPE_CHECKING:
    from loyaltykit.settings.frozen import Settings


def program_in_words(program: Program) -> str:
    """
    Say what *program* is: its units, where it runs, and each rule with its settings, a line each.

    Examples:
        >>> from loyaltykit import Program, program_in_words
        >>> print(program_in_words(Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "0.5", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": 5, "minimum": 300, "scope": {"branches": ["centre", "north"]}}],
        ... })))
        Program city
          a point is worth 0.5 RUB; points have 0 decimals
          days and hours are those of Europe/Moscow
          runs in every branch
        cashback
          scope (branches centre, north), percent 5 %, minimum 300.00 RUB
    """
    held, refundable = program.hold_timeout, program.refundable_for
    lines = [
        f"Program {program.id}" + (f" ({program.name})" if program.name else ""),
        f"  a point is worth {program.worth}; points have {program.digits} decimals",
        f"  days and hours are those of {program.time_zone}",
        f"  in force from {program.in_force_from}" if program.in_force_from else "",
        f"  runs in {_branches(program)}",
        "" if held == HOLD_TIMEOUT else f"  an order holds points for {_term_in_words(held)} at most",
        "" if refundable == REFUNDABLE_FOR else f"  a refund takes awards back for {_term_in_words(refundable)}",
        "" if program.clawback == "debt" else "  what the balance doesn't cover of them is forgiven",
        "" if program.discounts == "best" else "  a promo code takes its discount off what a tier has left",
        "" if program.worker_on_refund == "keep" else "  a full refund takes back what the worker got",
    ]
    for kind in RULES:
        rules = getattr(program, kind)
        lines += [kind] if rules else []
        lines += [f"  {_settings_in_words(rule)}" for rule in rules]
    lines += (
        ["gift_card", *(f"  {_settings_in_words(offer)}" for offer in program.gift_card)] if program.gift_card else []
    )
    lines += ["category"] if program.category else []
    lines += [f"  {_settings_in_words(category)}" for category in program.category]
    lines += [] if program.codes is None else ["codes", f"  {_settings_in_words(program.codes, 'as by default')}"]
    lines += [] if program.expiry is None else ["expiry", f"  {_settings_in_words(program.expiry)}"]
    lines += ["notice", *(f"  {_settings_in_words(notice)}" for notice in program.notice)] if program.notice else []
    return "\n".join(filter(None, lines))


def _branches(program: Program) -> str:
    zones = [f"{own.id} ({own.time_zone})" if own.time_zone else own.id for own in program.branches]
    return ", ".join(zones) or "every branch"


def _settings_in_words(settings: Settings, empty: str = "without limits") -> str:
    parts = []
    for key, field in settings.as_kind().fields.items():
        value = getattr(settings, field.attribute)
        if value != field.default:
            parts.append(f"{key.replace('_', ' ')} {_value_in_words(value)}")
    return ", ".join(parts) or empty


def _value_in_words(value: Any) -> str:
    if hasattr(value, "as_kind"):
        return f"({_settings_in_words(value)})"
    if isinstance(value, tuple) and any(hasattr(entry, "as_kind") for entry in value):
        return "; ".join(map(_value_in_words, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _term_in_words(value) if isinstance(value, Term) else in_words(value)


def _term_in_words(term: Term) -> str:
    years, months = divmod(term.months, 12)
    hours, minutes, seconds = term.seconds // 3600, term.seconds // 60 % 60, term.seconds % 60
    counts = {"year": years, "month": months, "day": term.days, "hour": hours, "minute": minutes, "second": seconds}
    return " ".join(f"{count} {noun}{'s' * (count > 1)}" for noun, count in counts.items() if count)
