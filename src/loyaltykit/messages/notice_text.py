"""The text of a notice, as a member reads it: in the program's own words, or in the library's. Rows S7, Y6, T3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.messages.words import said, speech_in
from loyaltykit.values.template import CODE

if TYPE_CHECKING:
    from loyaltykit.notice import Notice
    from loyaltykit.program.program import Program


def notice_text(notice: Notice, program: Program, *, locale: str = "en", member_code: str | None = None) -> str:
    """
    Give the text of *notice* in the language of *locale*, with moments by the clocks of *program*.

    The program's own template for that language is filled, where it has one; else the text is that of `words`. In a
    template ``{points}`` is the figure with its noun, and ``%ClientReferralCode%`` is *member_code* (T3); where it asks
    for a code that the member doesn't have, the text is that of `words`, too. Raises `InvalidValue` as `words` does.

    Examples:
        >>> from loyaltykit import Notice, Points, Program, notice_text
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": 5}],
        ...     "notice": [{"kind": "points_credited", "template": {"ru": "Вам начислено {points}!"}}],
        ... })
        >>> notice = Notice("points_credited", points=Points(41), balance=Points(350))
        >>> notice_text(notice, program, locale="ru")
        'Вам начислено 41 балл!'
        >>> notice_text(notice, program, locale="uk")
        'нараховано: 41 бал; баланс: 350 балів'
    """
    speech = speech_in(locale, program.time_zone)
    rule = program.notice_of(notice.code)
    template = None if rule is None else rule.template_in(speech.language)
    if template is None or (CODE in template.names and member_code is None):
        return said(notice, speech)
    figures = {name: speech.figure(name, value) for name, value in notice.figures.items()}
    return template.fill(figures | {CODE: member_code or ""})
