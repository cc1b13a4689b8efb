"""Strategies for what members are told: templates, and the settings of notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from loyaltykit.notice import AHEAD, NOTICES
from loyaltykit.rules.notice import MOST_AHEAD, NoticeSettings, NoticeTemplate
from loyaltykit.values.template import CODE, Template

if TYPE_CHECKING:
    from collections.abc import Collection

    from hypothesis.strategies import DrawFn, SearchStrategy

_LITERALS = ("", " ", "5 % ", "%%", "{{", "}}", "Вам ", "points", "\n", "100% ")
"""What stands between variables: a percent sign that's alone has a blank behind it, so that it begins none."""


def templates(*, names: Collection[str] = ("points", CODE)) -> SearchStrategy[Template]:
    """
    Draw templates with some of *names* as variables, in all ways of writing, among signs that begin none.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.templates(names=["code"]), lambda template: template.names).names
        ('code',)
    """
    literals = st.sampled_from(_LITERALS) | st.text("abЯї𐐷 7.:!_'", max_size=8)
    written = [
        form for name in names for form in (f"{{{name}}}", f"{{{_camel(name)}}}", f"%{_camel(name)}%", f"%{name}%")
    ]
    parts = st.lists(st.tuples(literals, st.sampled_from(written)), max_size=4)
    texts = st.builds(lambda told, last: "".join([part for pair in told for part in pair]) + last, parts, literals)
    return texts.filter(str.strip).map(Template)


def _camel(name: str) -> str:
    return name.title().replace("_", "")


@st.composite
def notice_templates(draw: DrawFn, *, names: Collection[str] = (CODE,)) -> NoticeTemplate:
    """
    Draw a program's own words in one language or more, with some of *names* as variables.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.notice_templates(), lambda own: own.ru is not None).en is None
        True
    """
    languages = draw(st.sampled_from([["ru"], ["uk", "en"], ["en"], ["en", "ru", "uk"]]))
    return NoticeTemplate(**{language: draw(templates(names=names)) for language in languages})


@st.composite
def notice_settings(draw: DrawFn, kind: str | None = None, *, most_ahead: int = MOST_AHEAD) -> NoticeSettings:
    """
    Draw the settings of a *kind* of notice, of any if left out, made at most so many days ahead.

    Examples:
        >>> from hypothesis import find
        >>> from loyaltykit.testing import strategies
        >>> find(strategies.notice_settings("points_will_expire"), lambda notice: notice.template is None).ahead
        1
    """
    told = draw(st.sampled_from(sorted(NOTICES))) if kind is None else kind
    own: dict[str, Any] = {"ahead": draw(st.integers(1, most_ahead))} if told in AHEAD else {}
    return NoticeSettings(
        kind=told,
        consent=draw(st.none() | st.booleans()),
        template=draw(st.none() | notice_templates(names=(*NOTICES[told].figures, CODE))),
        **own,
    )
