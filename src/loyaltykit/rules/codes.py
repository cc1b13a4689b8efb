"""Codes: what the referral codes that members pass on are made of, and when they're given out. Rows T1, T2, T8."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from loyaltykit.errors import InvalidValue
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.values.code import ALPHABET, normal_code

if TYPE_CHECKING:
    from loyaltykit.settings.here import Here

FEWEST: Final = 10
"""Characters that an alphabet has at least: digits alone will do."""

LENGTH: Final = 4
"""Characters of a generated code where the program doesn't say, and where few are given out."""


@settings
class Codes(Settings):
    """
    Referral codes of *length* characters of *alphabet* (T1), one for each member who completes an order (T2, T8).

    *given* on ``request``, a member has one only when the host issues it. Codes lengthen by a character when one in a
    hundred of a length is given out. Each character must be its own normal form, so an alphabet has capitals, and no
    Cyrillic letters that are read as Latin ones.

    Examples:
        >>> from loyaltykit import Codes
        >>> Codes().length, Codes(alphabet="0123456789", length=6).given
        (4, 'completion')
    """

    means_something_empty: ClassVar[bool] = True  # referral codes, as they're made by default

    alphabet: str = field.text("The characters of generated codes.", default=ALPHABET)
    length: int = field.whole("How many of them a code has.", minimum=3, maximum=32, default=LENGTH)
    given: str = field.choice(("completion", "request"), "When a member without a code gets one.", default="completion")

    @checked("alphabet")
    def _codes_are_read_as_drawn(self, here: Here) -> None:
        alphabet, at = self.alphabet, here.at("alphabet")
        if len(alphabet) < FEWEST:
            at.problem("too_few_characters", count=len(alphabet), least=FEWEST)
        for index, char in enumerate(alphabet):
            if char in alphabet[:index]:
                at.problem("duplicate", value=char)
            elif read_as(char) != char:
                at.problem("not_as_drawn", value=char, read=read_as(char) or "no part of a code")


def read_as(text: str) -> str | None:
    """
    Give the code as which *text* is read, None where it's none.

    Examples:
        >>> read_as("d"), read_as("+")
        ('D', None)
    """
    try:
        return normal_code(text)
    except InvalidValue:
        return None
