"""
Which notices a program makes, to whom, and in which words. Rows S7, Y6, T3.

A kind that isn't switched on makes none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyaltykit.notice import AHEAD, NOTICES, UNASKED
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, settings
from loyaltykit.settings.kind import hint_for
from loyaltykit.values.template import CODE

if TYPE_CHECKING:
    from loyaltykit.settings.here import Here
    from loyaltykit.values.template import Template  # noqa: TC004 - loaded by the kind that reads it

LANGUAGES: Final = ("en", "ru", "uk")
"""The languages that a template may be written in."""

MOST_AHEAD: Final = 90
"""The most days that a notice may be made ahead."""


@settings
class NoticeTemplate(Settings):
    """
    A program's own words for a kind of notice, in English, Russian or Ukrainian: texts with its figures as variables.

    Examples:
        >>> from loyaltykit import NoticeTemplate
        >>> NoticeTemplate(en="{points} more").en
        Template('{points} more')
    """

    en: Template | None = field.template("The text in English.", default=None)
    ru: Template | None = field.template("The text in Russian.", default=None)
    uk: Template | None = field.template("The text in Ukrainian.", default=None)


@settings
class NoticeSettings(Settings):
    """
    A *kind* of notice that is switched on: made so many days *ahead* of what it tells, where it's of what's to come.

    With *consent* only members who agreed to marketing are told; by default that's all kinds but ``card_bought``, which
    answers to what a member has just done. *template* has the program's own words.

    Examples:
        >>> from loyaltykit import NoticeSettings
        >>> NoticeSettings(kind="points_will_expire", ahead=7).needs_consent
        True
    """

    kind: str = field.choice(tuple(NOTICES), "What is told.")
    ahead: int | None = field.whole(
        "How many days ahead it's told, of what is to come.", maximum=MOST_AHEAD, default=None
    )
    consent: bool | None = field.flag(
        "Whether only members who agreed to marketing are told; as the kind needs it, if left out.", default=None
    )
    template: NoticeTemplate | None = field.table(
        NoticeTemplate, "The program's own words; those of the library, if left out.", default=None
    )

    @property
    def needs_consent(self) -> bool:
        """Whether only members who agreed to marketing are told."""
        return self.kind not in UNASKED if self.consent is None else self.consent

    def template_in(self, language: str) -> Template | None:
        """
        Give the program's own words in *language*; None where it has none.

        Examples:
            >>> from loyaltykit import NoticeSettings, NoticeTemplate
            >>> rule = NoticeSettings(kind="code_given", template=NoticeTemplate(ru="Ваш код: {code}"))
            >>> rule.template_in("ru"), rule.template_in("uk")
            (Template('Ваш код: {code}'), None)
        """
        own: Template | None = getattr(self.template, language, None) if language in LANGUAGES else None
        return own

    @checked("kind", "ahead")
    def _ahead_of_something(self, here: Here) -> None:
        if self.kind in AHEAD and self.ahead is None:
            here.at("ahead").problem("missing", expected="how many days ahead it's told, such as 7")
        elif self.kind not in AHEAD and self.ahead is not None:
            needs = f"kind to one of {', '.join(sorted(AHEAD))}"
            here.at("ahead").problem("no_effect", setting="ahead", needs=needs)

    @checked("kind", "template")
    def _variables_are_figures(self, here: Here) -> None:
        known = (*NOTICES[self.kind].figures, CODE)
        for language in LANGUAGES:
            own = getattr(self.template, language, None)
            for name in () if own is None else own.names:
                if name not in known:
                    place = here.at("template").at(language)
                    place.problem("unknown_variable", value=name, hint=hint_for(name, known))
