"""
Codes as people type them: dictated by phone, typed on a Russian keyboard, pasted with blanks. Rows T1, T6, G10.

Codes are compared by their normal form alone, and only that is stored.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CODE: Final = 64
"""Characters that a code may have."""

MAX_TYPED: Final = 256
"""Characters that may be typed for one, blanks among them; more aren't looked at."""

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and Latin letters without 0, 1, I, L and O, which are taken for each other."""

_SHOWN: Final = 40
_MARKS: Final = frozenset("#_-")
_LOOK_ALIKES: Final = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


def normal_code(text: object) -> str:
    """
    Give the normal form of the code *text*: without blanks, in upper case, Cyrillic look-alikes read as Latin.

    It has 1 to 64 letters, digits, ``#``, ``_`` and ``-``. Raises `InvalidValue`, which says what's wrong.

    Examples:
        >>> normal_code(" d48 м"), normal_code("#romashka_01")
        ('D48M', '#ROMASHKA_01')
        >>> normal_code("sale 🎉")
        Traceback (most recent call last):
            ...
        loyaltykit.errors.InvalidValue: a code is made of letters, digits, #, _ and -: '🎉' in 'sale 🎉' is none of them
    """
    if not isinstance(text, str):
        message = f"a code is text, not {str(text)[:_SHOWN]!r}"
        raise InvalidValue(message, value=text)
    if len(text) > MAX_TYPED:
        raise _too_long(text, len(text))
    code = _folded("".join([char for char in text if not _is_blank(char)]))
    if not code:
        message = f"a code has at least one letter or digit: there's none in {shown_code(text)}"
        raise InvalidValue(message, value=text)
    for char in code:
        if char not in _MARKS and unicodedata.category(char)[0] != "L" and not char.isdecimal():
            message = f"a code is made of letters, digits, #, _ and -: {char!r} in {shown_code(text)} is none of them"
            raise InvalidValue(message, value=text)
    if len(code) > MAX_CODE:
        raise _too_long(text, len(code))
    return code


def draw_code(alphabet: str, length: int, randbelow: Callable[[int], int]) -> str:
    """
    Draw a code of *length* characters of *alphabet*; *randbelow* gives a number below the one that it's given.

    Examples:
        >>> draw_code(ALPHABET, 4, lambda count: count - 1)
        'ZZZZ'
    """
    return "".join([alphabet[randbelow(len(alphabet))] for _ in range(length)])


def referral_link(template: str, code: str) -> str:
    """
    Give the host's URL with *code* in it: *template* has ``{code}`` where it goes, and it's written as URLs need it.

    Raises `InvalidValue` for a template without that, and for what is no code.

    Examples:
        >>> referral_link("https://city.example/join?code={code}", "#romashka_01")
        'https://city.example/join?code=%23ROMASHKA_01'
    """
    from urllib.parse import quote  # noqa: PLC0415 - 2 ms that few processes need

    if type(template) is not str or "{code}" not in template:
        message = f"a referral link has {{code}} where the code goes: not {template!r}"
        raise InvalidValue(message, value=template)
    return template.replace("{code}", quote(normal_code(code), safe=""))


def message_with(template: str, code: str) -> str:
    """
    Give *template* with *code* wherever it has ``%ClientReferralCode%`` or ``{client_referral_code}`` (T3).

    Raises `InvalidValue` for no code, for other variables, and for what is no `Template`.

    Examples:
        >>> message_with("Give your friends the code %ClientReferralCode%!", "d48m")
        'Give your friends the code D48M!'
    """
    from loyaltykit.values.template import CODE, Template  # noqa: PLC0415 - most processes write no messages

    return Template(template).fill({CODE: normal_code(code)})


def shown_code(text: str) -> str:
    """
    Give *text* as messages show what somebody typed: its first forty characters, quoted.

    Examples:
        >>> shown_code("D48M"), shown_code("x" * 41)
        ("'D48M'", "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'")
    """
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _folded(text: str) -> str:
    """Give *text* in one form for all ways to write it; folded and composed twice, since either may call for more."""
    lower = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", lower.upper()).translate(_LOOK_ALIKES)


def _is_blank(char: str) -> bool:
    """Say whether *char* can't be seen: a blank, or a mark of direction or breaking that messengers leave in."""
    return char.isspace() or unicodedata.category(char) == "Cf"


def _too_long(text: str, count: int) -> InvalidValue:
    message = f"a code has at most {MAX_CODE} characters: {shown_code(text)} has {count}"
    return InvalidValue(message, value=shown_code(text))
