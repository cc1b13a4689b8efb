"""The text of a notice, in the program's own words or the library's. Rows S7, Y6, T3."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loyaltykit import InvalidValue, Loyalty, Money, Notice, Order, Percent, Points, Program, notice_text, words
from loyaltykit.adapters.memory import MemoryRepository

BASE = {
    "id": "city",
    "currency": "RUB",
    "point_value": "1",
    "time_zone": "Europe/Moscow",
    "cashback": [{"percent": 5}],
    "codes": {},
}
AT = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
CREDITED = Notice("points_credited", points=Points(41), balance=Points(350))


def program(kind, **template):
    """Give a program with a *template* of its own for a *kind* of notice."""
    return Program.from_dict(BASE | {"notice": [{"kind": kind} | ({"template": template} if template else {})]})


def test_S7_a_programs_own_words_are_filled_by_language():
    """Figures with their nouns; where there's no template for the language, the library's words stand."""
    own = program("points_credited", ru="Вам начислено {points}, на счёте {balance}", en="{points} more")
    assert notice_text(CREDITED, own, locale="ru_RU") == "Вам начислено 41 балл, на счёте 350 баллов"
    assert notice_text(CREDITED, own) == "41 points more"
    assert notice_text(CREDITED, own, locale="uk") == words(CREDITED, "uk")


def test_S7_other_kinds_and_programs_without_templates_have_the_librarys_words():
    """A kind that's switched off may still wait from before."""
    for without in (Program.from_dict(BASE), program("code_given", ru="{code}"), program("points_credited")):
        assert notice_text(CREDITED, without, locale="ru") == "начислено: 41 балл; баланс: 350 баллов"


def test_Y6_moments_are_by_the_programs_clocks():
    """Which day it is, too."""
    ending = Notice("discount_will_end", tier="regulars", level="gold", percent=Percent("7.5"), until=AT)
    told = notice_text(ending, Program.from_dict(BASE), locale="ru").replace("\xa0", " ").replace("\u202f", " ")
    assert told == "уровень «gold» шкалы «regulars»: скидка 7,5 % действует до 2 марта 2026 г., 00:30"


@pytest.mark.parametrize("variable", ["%ClientReferralCode%", "{client_referral_code}", "%client_referral_code%"])
def test_T3_a_template_may_have_the_members_code(variable):
    """In either way of writing; a member without a code gets the library's words."""
    own = program("points_credited", ru="{points}! Код для друзей: " + variable)
    assert notice_text(CREDITED, own, locale="ru", member_code="D48M") == "41 балл! Код для друзей: D48M"
    assert notice_text(CREDITED, own, locale="ru") == words(CREDITED, "ru")


def test_S7_what_is_filled_in_isnt_read_again():
    """A description that looks like a template is a description."""
    own = program("points_adjusted", uk="{points}: {description} 100 %%")
    told = notice_text(
        Notice("points_adjusted", points=Points(-5), balance=Points(0), description="{balance} %Points%"),
        own,
        locale="uk",
    )
    assert told == "-5 балів: {balance} %Points% 100 %"


def test_S7_a_notice_without_description_ends_where_it_ends():
    """No blank is left behind."""
    bare = Notice("points_adjusted", points=Points(5), balance=Points(6), description="")
    assert (
        notice_text(bare, Program.from_dict(BASE), locale="ru") == "баланс изменён на 5 баллов и составляет 6 баллов."
    )


def test_money_of_a_gift_card_is_told_as_the_language_writes_it():
    """As anywhere."""
    bought = Notice("card_bought", card="c1", face=Money(50, "UAH"))
    assert notice_text(bought, Program.from_dict(BASE), locale="uk") == (
        "придбано подарункову картку c1 номіналом 50,00\xa0₴"
    )


def test_an_unknown_locale_is_refused():
    """As for any words."""
    with pytest.raises(InvalidValue, match="use one of en, ru, uk"):
        notice_text(CREDITED, Program.from_dict(BASE), locale="de")


def test_S7_what_waits_is_told_in_the_members_language():
    """With the code that the member had when it was made (T3)."""
    own = Program.from_dict(
        BASE
        | {
            "notice": [
                {
                    "kind": "points_credited",
                    "consent": False,
                    "template": {"ru": "Начислено {points}. Ваш код: %ClientReferralCode%"},
                }
            ]
        }
    )
    loyalty = Loyalty(own, MemoryRepository())
    later = AT + timedelta(hours=1)
    for order, at in (("o1", AT), ("o2", later)):
        loyalty.settle(Order(id=order, customer="m1", price=Money(420, "RUB")), at=at)
    first, second = loyalty.notices.waiting(at=later).notices
    code = loyalty.members.view("m1", at=later).code
    assert second.code == code is not None
    told = notice_text(second.notice, own, locale="ru", member_code=second.code)
    assert told == f"Начислено 21 балл. Ваш код: {code}"
    assert notice_text(first.notice, own, locale="uk") == "нараховано: 21 бал; баланс: 21 бал"
