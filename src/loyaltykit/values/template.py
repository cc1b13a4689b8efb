"""
Templates: texts with variables that are filled in, in either of two ways of writing. Rows S7, T3.

Names alone are filled in: there are no formats, attributes or indexes, so a template can ask for nothing but what it's
given, and what is filled in is never read again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from loyaltykit.errors import InvalidValue
from loyaltykit.values.text import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TEMPLATE: Final = 2_000
"""Characters that a template may have."""

CODE: Final = "client_referral_code"
"""The variable that stands for a member's referral code: ``%ClientReferralCode%`` (T3)."""

_NAME: Final = r"[^\W\d]\w*"
_PART: Final = re.compile(
    rf"(?P<doubled>\{{\{{|\}}\}}|%%)|\{{(?P<braced>{_NAME})\}}|%(?P<percent>{_NAME})%|(?P<lone>[{{}}])"
)
_HUMP: Final = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])")


@frozen(init=False, repr=False)
class Template:
    """
    A *text* with variables, written ``{points}`` or ``%Points%``, in small letters or capitals.

    Doubled braces and percent signs stand for one; a percent sign that begins no variable stands for itself. Raises
    `InvalidValue` for other braces, and for text that is empty, too long, or that no store could hold.

    Examples:
        >>> from loyaltykit import Template
        >>> template = Template("{points} more! Friends get 5 % by the code %ClientReferralCode%")
        >>> template.names
        ('points', 'client_referral_code')
        >>> template.fill({"points": "41 points", "client_referral_code": "D48M"})
        '41 points more! Friends get 5 % by the code D48M'
    """

    text: str
    _parts: tuple[tuple[str, str | None], ...] = field(eq=False)

    def __init__(self, text: str) -> None:
        if not _is_text(text):
            message = f"a template is text of 1 to {MAX_TEMPLATE} characters that a store can hold: not {text!r:.80}"
            raise InvalidValue(message, value=text)
        object.__setattr__(self, "text", str.__str__(text))
        object.__setattr__(self, "_parts", tuple(_parts_of(self.text)))

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that it has, each once, by their names in small letters."""
        return tuple(dict.fromkeys([name for _, name in self._parts if name is not None]))

    def fill(self, values: Mapping[str, str]) -> str:
        """
        Give the text with *values* by name in place of its variables; raises `InvalidValue` for one without a value.

        Examples:
            >>> from loyaltykit import Template
            >>> Template("100 %% of {what}").fill({"what": "{what}"})
            '100 % of {what}'
        """
        missing = [name for name in self.names if name not in values]
        if missing:
            message = f"the template has variables without a value: {', '.join(missing)}; known: {', '.join(values)}"
            raise InvalidValue(message, value=missing[0])
        return "".join([literal if name is None else values[name] for literal, name in self._parts])

    def __str__(self) -> str:
        """Give the text as it was written."""
        return self.text

    def __repr__(self) -> str:
        """Show how it's made."""
        return f"Template({self.text!r})"


def _is_text(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip()) and len(text) <= MAX_TEMPLATE and storable(text)


def _parts_of(text: str) -> list[tuple[str, str | None]]:
    """Give *text* as literals, each with None, and variables, by their names."""
    parts: list[tuple[str, str | None]] = []
    end = 0
    for match in _PART.finditer(text):
        parts.append((text[end : match.start()], None))
        end = match.end()
        if match["lone"]:
            message = (
                f"a brace in a template stands around a variable, such as {{points}}, or is doubled: not so in "
                f"{text[match.start() :][:40]!r}; there are no formats, attributes or indexes"
            )
            raise InvalidValue(message, value=text)
        name = match["braced"] or match["percent"]
        parts.append(("", _in_small_letters(name)) if name else (match["doubled"][0], None))
    return [*parts, (text[end:], None)]


def _in_small_letters(name: str) -> str:
    """Give *name* as figures are called: ``ClientReferralCode`` is ``client_referral_code``."""
    return _HUMP.sub("_", name).lower()
