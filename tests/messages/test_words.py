"""What the library answers, in three languages. Rows B1, S7."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltykit import (
    Advance,
    Award,
    Breakdown,
    CardPayment,
    CardPurchase,
    CardRelease,
    CardReturn,
    Clawback,
    CodeCheck,
    Credit,
    Decision,
    Discount,
    InvalidValue,
    Loyalty,
    Missing,
    Money,
    Notice,
    Order,
    Percent,
    Period,
    Points,
    Problem,
    Program,
    Reason,
    Redeem,
    Release,
    Return,
    SettingsError,
    Share,
    Term,
    TierView,
    Window,
    fix_words,
    words,
)
from loyaltykit.adapters.memory import MemoryRepository
from loyaltykit.effects import Effect
from loyaltykit.geo.problem import DISTRICT_PROBLEMS, DistrictProblem
from loyaltykit.messages.texts import TEXTS
from loyaltykit.notice import NOTICES
from loyaltykit.reason import REASONS
from loyaltykit.settings.problem import PROBLEMS
from tests.documents.test_decisions import FIGURES
from tests.program.test_wrong_files import WRONG

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
ALL = ("en", "ru", "uk")

ENGLISH = re.compile(r"\b(a|an|the|of|or|and|to|in|such|with|you|one)\b")
"""What no name or key of a program file is, and every English phrase has."""

EFFECTS = [
    Award("m1", Points(41)),
    Award("m1", Points(41), Money("412.00", "RUB"), Percent("2.5")),
    Award("m1", Points(41), Money("412.00", "RUB"), Percent(5), Term("PT3H")),
    Award("m1", Points("1.50", digits=2), delay=Term("P1D")),
    Share("m7", Points(1), "customer's referrer"),
    Share("m7", Points(2), "customer's referrer and worker"),
    Advance("m1", Points(100)),
    Credit("w7", Money(50, "RUB")),
    Credit("w7", Money(0, "RUB")),
    Credit("w7", Money("-50.05", "RUB"), Percent(10)),
    Discount("m1", Money("41.20", "RUB")),
    Discount("m1", Money("41.20", "RUB"), Percent(10)),
    Discount("m1", Money("45.00", "RUB"), Percent(5), Money("900.00", "RUB")),
    Redeem("m1", Points(200), Money(200, "RUB")),
    Release("m1", Points(1)),
    Return("m1", Points(48)),
    Clawback("m1", Points(20)),
    Clawback("m1", Points(20), Points(5)),
    CardPayment("c1", Money(50, "RUB")),
    CardRelease("c1", Money(50, "RUB")),
    CardReturn("c1", Money("12.13", "RUB")),
    CardPurchase("m1", Points(500), Money(50, "RUB")),
]


def test_every_kind_of_effect_is_among_these():
    """Whoever adds one gives it words in loyaltykit.messages.effects, and an example here."""
    assert {type(effect) for effect in EFFECTS} >= set(get_args(Effect))


@pytest.mark.parametrize("effect", EFFECTS)
def test_B1_effects_in_english_are_their_text(effect):
    """English stands in two places for effects: here they're held together."""
    assert words(effect) == str(effect)


@pytest.mark.parametrize(
    ("effect", "russian", "ukrainian"),
    [
        (
            Award("m1", Points(41), Money(820, "RUB"), Percent("2.5"), Term("PT3H")),
            "m1 получает 41 балл (2,5 % от 820,00 ₽), зачисление с задержкой: 3 часа",
            "m1 отримує 41 бал (2,5% від 820,00 RUB), зарахування із затримкою: 3 години",
        ),
        (
            Share("m7", Points(2), "customer's referrer and worker"),
            "m7 получает 2 балла, роль: пригласивший клиента и исполнитель",
            "m7 отримує 2 бали, роль: той, хто запросив клієнта і виконавець",
        ),
        (
            Clawback("m1", Points(21), Points(5)),
            "m1 теряет 21 балл из начисленных, из них в долг: 5 баллов",
            "m1 втрачає 21 бал з нарахованих, з них у борг: 5 балів",
        ),
        (
            Discount("m1", Money("41.20", "UAH"), Percent(10)),
            "m1 получает скидку 41,20 ₴ (10 % от стоимости)",
            "m1 отримує знижку 41,20 ₴ (10% від вартості)",
        ),
        (
            CardPurchase("m1", Points(500), Money(50, "UAH")),
            "m1 покупает подарочную карту номиналом 50,00 ₴ за 500 баллов",
            "m1 купує подарункову картку номіналом 50,00 ₴ за 500 балів",
        ),
    ],
)
def test_B1_effects_read_as_people_write(effect, russian, ukrainian):
    """Each with the forms that its figures need."""
    assert words(effect, "ru").replace("\xa0", " ") == russian
    assert words(effect, "uk").replace("\xa0", " ") == ukrainian


@pytest.mark.parametrize("code", REASONS)
def test_B1_every_reason_has_words(code):
    """With figures of any type; in English those of its text, in the others nothing is left in braces."""
    for turn in range(len(FIGURES)):
        figures = {name: FIGURES[(turn + place) % len(FIGURES)] for place, name in enumerate(REASONS[code].figures)}
        reason = Reason(code, **figures)
        assert words(reason) == str(reason)
        for locale in ("ru", "uk"):
            told = words(reason, locale)
            assert told != str(reason) or REASONS[code].words == "{why}"
            assert not set(told) & set("{}")


@pytest.mark.parametrize("kind", NOTICES)
def test_S7_every_notice_has_words(kind):
    """In each language."""
    figures = {"points": Points(5), "balance": Points(21), "description": "", "until": AT, "percent": Percent(5)}
    notice = Notice(kind, **{name: figures.get(name, "x") for name in NOTICES[kind].figures})
    assert words(notice) == str(notice)
    for locale in ("ru", "uk"):
        assert words(notice, locale) not in {"", str(notice)}
        assert words(notice, locale).strip() == words(notice, locale)


@pytest.mark.parametrize("code", PROBLEMS)
def test_B1_every_problem_has_words_and_a_fix(code):
    """On one line, as ``str`` gives them in English."""
    problem = Problem(code, path="cashback[2].percent", **dict.fromkeys(PROBLEMS[code].figures, "7"))
    assert words(problem) == str(problem)
    assert fix_words(problem) == problem.fix
    for locale in ("ru", "uk"):
        assert words(problem, locale).startswith("cashback[2].percent: ")
        assert words(problem, locale).endswith(f" ({fix_words(problem, locale)})")
        assert words(problem, locale) != str(problem)


@pytest.mark.parametrize("code", DISTRICT_PROBLEMS)
def test_G4_every_problem_of_a_map_has_words_and_a_fix(code):
    """With the feature that has it, where one has."""
    figures = dict.fromkeys(DISTRICT_PROBLEMS[code].figures, "7")
    for where in ({}, {"feature": 3}, {"feature": 3, "key": "k3", "name": "Loop"}, {"feature": 3, "name": "Loop"}):
        problem = DistrictProblem(code, **where, **figures)
        assert words(problem) == str(problem)
        assert fix_words(problem) == problem.fix
        for locale, feature in (("ru", "объект 3"), ("uk", "об’єкт 3")):
            told = words(problem, locale)
            assert told.startswith(feature) is ("feature" in where)
            assert told.endswith(f" ({fix_words(problem, locale)})")
            assert not ENGLISH.search(told)


@pytest.mark.parametrize("locale", ["ru", "uk"])
@pytest.mark.parametrize("name", WRONG)
def test_B6_what_is_wrong_with_settings_is_told_in_every_language(name, locale):
    """Also what stands in it as a figure: what to write instead, a hint, a reason."""
    with pytest.raises(SettingsError) as caught:
        Program.from_dict(WRONG[name][0])
    for problem in caught.value.problems:
        assert words(problem) == str(problem)
        for figure, value in problem.figures.items():
            if isinstance(value, str) and figure != "value" and ENGLISH.search(value):
                assert value not in words(problem, locale), f"add this {figure} to loyaltykit.messages.vocabulary"


@pytest.mark.parametrize(
    ("reason", "russian", "ukrainian"),
    [
        (
            Reason("below_minimum", minimum=Money(300, "RUB"), actual=Money("1250.50", "RUB")),
            "стоимость 1 250,50 ₽ меньше минимальной: 300,00 ₽",
            "вартість 1 250,50 RUB менша за мінімальну: 300,00 RUB",
        ),
        (
            Reason("below_minimum", minimum=Money(300, "UAH"), actual=Money(250, "UAH")),
            "стоимость 250,00 ₴ меньше минимальной: 300,00 ₴",
            "вартість 250,00 ₴ менша за мінімальну: 300,00 ₴",
        ),
        (
            Reason("limited_by_balance", balance=Points(1), requested=Points(22)),
            "запрошено: 22 балла; на балансе: 1 балл",
            "запитано: 22 бали; на балансі: 1 бал",
        ),
        (
            Reason("limited_by_balance", balance=Points("1.5", digits=1), requested=Points(115)),
            "запрошено: 115 баллов; на балансе: 1,5 балла",
            "запитано: 115 балів; на балансі: 1,5 бала",
        ),
        (
            Reason("rounded_to_nothing", share=Percent("2.5"), basis=Money("0.10", "RUB")),
            "2,5 % от 0,10 ₽ — меньше наименьшего начисления",
            "2,5% від 0,10 RUB — менше за найменше нарахування",
        ),
        (Reason("price_unknown"), "стоимость заказа ещё не известна", "вартість замовлення ще не відома"),
        (
            Reason("no_redemption"),
            "программа не предусматривает оплату баллами",
            "програма не передбачає оплати балами",
        ),
        (
            Reason("outside_scope", rule="cashback", part="worker tariffs", allowed=("lux", "vip"), actual=None),
            "кешбэк: подходят тарифы исполнителей lux, vip; в заказе: не указано",
            "кешбек: підходять тарифи виконавців lux, vip; у замовленні: не вказано",
        ),
        (
            Reason("outside_period", rule="spring", period=Period(date(2026, 3, 2), date(2026, 5, 31)), moment=AT),
            "spring: действует с 2 марта 2026 г. по 31 мая 2026 г.; момент заказа: 1 марта 2026 г., 15:00",
            "spring: діє з 2 березня 2026 р. по 31 травня 2026 р.; момент замовлення: 1 березня 2026 р., 15:00",
        ),
        (
            Reason("outside_windows", rule="night", windows=(Window(["fri"], "22:00", "02:00"),), moment=AT),
            "night: часы действия — пт 22:00–02:00; момент заказа: 1 марта 2026 г., 15:00",
            "night: години дії — пт 22:00–02:00; момент замовлення: 1 березня 2026 р., 15:00",
        ),
        (
            Reason("bonus_ahead", orders=22, end=AT),
            "заказ учтён для премии: у исполнителя 22 заказа в периоде до 1 марта 2026 г., 15:00",
            "замовлення враховано для премії: виконавець має 22 замовлення у періоді до 1 березня 2026 р., 15:00",
        ),
        (
            Reason("not_invited", role="customer", points=Points(8)),
            "клиент пришёл без приглашения; не начислено: 8 баллов",
            "клієнт прийшов без запрошення; не нараховано: 8 балів",
        ),
        (
            Reason("code_used_up", promo_code="SUMMER", limit=100),
            "промокод SUMMER исчерпан, лимит: 100 применений",
            "промокод SUMMER вичерпано, ліміт: 100 використань",
        ),
        (
            Reason("code_malformed", why="a code has at least one letter or digit: there's none in ' '"),
            "в коде есть хотя бы одна буква или цифра, а в ' ' их нет",
            "у коді є хоча б одна літера чи цифра, а у ' ' їх немає",
        ),
        (
            Reason("already_ended", order="o1", status="cancelled"),
            "заказ o1 уже закрыт, его состояние: отменён",
            "замовлення o1 уже закрито, його стан: скасовано",
        ),
        (
            Reason("has_referred", invited=1),
            "участник сам уже пригласил других (1 участник), поэтому пригласить его нельзя",
            "учасник сам уже запросив інших (1 учасник), тому запросити його не можна",
        ),
        (
            Reason("limited_by_card", balance=Money(20, "UAH"), payable=Money(50, "UAH")),
            "к оплате: 50,00 ₴; на подарочной карте для этого заказа: 20,00 ₴",
            "до сплати: 50,00 ₴; на подарунковій картці для цього замовлення: 20,00 ₴",
        ),
    ],
)
def test_B1_the_commonest_reasons_read_as_people_write(reason, russian, ukrainian):
    """Blanks within figures don't break lines; they're read as blanks here."""
    for locale, expected in (("ru", russian), ("uk", ukrainian)):
        told = words(reason, locale, zone="Europe/Moscow")
        assert told.replace("\xa0", " ").replace("\u202f", " ") == expected


def settled():
    """Give the settlement of an order that earns points and has reasons."""
    program = Program.from_dict(
        {
            "id": "city",
            "currency": "RUB",
            "point_value": "1",
            "time_zone": "Europe/Moscow",
            "cashback": [{"percent": "5"}],
            "first_app_order": [{"points": 50}],
        }
    )
    return Loyalty(program, MemoryRepository()).settle(Order(id="o1", customer="m1", price=Money(412, "RUB")), at=AT)


def test_B1_a_settlement_says_its_sums_and_every_answer():
    """As its text does in English."""
    done = settled()
    assert words(done) == str(done)
    assert words(done, "ru").replace("\xa0", " ").splitlines() == [
        "стоимость: 412,00 ₽, со скидками: 412,00 ₽, к оплате: 412,00 ₽",
        "  кешбэк: m1 получает 21 балл (5 % от 412,00 ₽)",
        "  первый заказ через приложение: канал заказа: не указано; учитываются каналы: app",
    ]


def test_B1_sums_that_arent_known_are_told_as_such():
    """The price of a ride by the meter, before its end."""
    open_ = Breakdown(None, None, Points(0), Money(0, "UAH"), None, ())
    assert words(open_) == str(open_) == "price none, charged none, payable none"
    assert words(open_, "uk") == "вартість: не вказано, зі знижками: не вказано, до сплати: не вказано"


@pytest.mark.parametrize(
    ("payable", "due", "russian"), [(Money(80, "UAH"), "30.00 UAH", "30,00 ₴"), (None, "none", "не указано")]
)
def test_S3_what_a_gift_card_pays_is_told(payable, due, russian):
    """And what is left to be paid."""
    paid = Breakdown(payable, payable, Points(0), Money(0, "UAH"), payable, (), card=Money(50, "UAH"))
    assert words(paid) == str(paid)
    assert str(paid).endswith(f", by gift card 50.00 UAH, due {due}")
    told = words(paid, "ru").replace("\xa0", " ")
    assert told.endswith(f", подарочной картой: 50,00 ₴, остаётся к оплате: {russian}")


def test_B1_an_empty_decision_says_so():
    """A rule's own name stays as it is."""
    assert words(Decision("summer")) == str(Decision("summer"))
    assert words(Decision("summer"), "uk") == "summer: змін немає"
    assert words(Decision("redemption"), "uk") == "оплата балами: змін немає"


@pytest.mark.parametrize(
    ("check", "russian", "ukrainian"),
    [
        (CodeCheck(code="D48M", kind="referral"), "D48M: можно применить", "D48M: можна застосувати"),
        (
            CodeCheck(code="D48M", kind=None, reasons=(Reason("code_unknown", typed="D48M"),)),
            "D48M: код D48M никому не выдавался",
            "D48M: код D48M нікому не видавали",
        ),
        (
            CodeCheck(code=None, kind=None, reasons=(Reason("self_referral"), Reason("not_first_order"))),
            "кода нет: нельзя пригласить самого себя; у клиента уже есть выполненный заказ",
            "коду немає: не можна запросити самого себе; клієнт уже має виконане замовлення",
        ),
    ],
)
def test_T6_what_a_code_is_worth_is_told_as_its_typed(check, russian, ukrainian):
    """Why it isn't valid, if it isn't."""
    assert words(check) == str(check)
    assert (words(check, "ru"), words(check, "uk")) == (russian, ukrainian)


LADDER = TierView(
    tier="regulars",
    level="silver",
    percent=Percent("7.5"),
    until=AT,
    lapses_at=AT,
    ends_at=AT,
    keeps=Missing(paid=Money(10, "UAH"), visits=1),
    next_level="gold",
    missing=Missing(sold=Money(100, "UAH"), visits=22),
)


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        (
            "en",
            [
                "regulars: silver, 7.5 % off",
                "until 2026-03-01 15:00:00+03:00",
                "lost at 2026-03-01 15:00:00+03:00 without a visit before",
                "kept beyond 2026-03-01 15:00:00+03:00 by 10.00 UAH more paid or 1 visit more",
                "to gold: 100.00 UAH more sold or 22 visits more",
            ],
        ),
        (
            "ru",
            [
                "regulars: уровень «silver», скидка 7,5 %",
                "действует до 1 марта 2026 г., 15:00",
                "пропадёт 1 марта 2026 г., 15:00, если не прийти раньше",
                "чтобы сохранить после 1 марта 2026 г., 15:00: оплата ещё 10,00 ₴ или ещё 1 визит",
                "до уровня «gold»: покупки ещё на 100,00 ₴ или ещё 22 визита",
            ],
        ),
        (
            "uk",
            [
                "regulars: рівень «silver», знижка 7,5%",
                "діє до 1 березня 2026 р., 15:00",
                "зникне 1 березня 2026 р., 15:00, якщо не прийти раніше",
                "щоб зберегти після 1 березня 2026 р., 15:00: оплата ще 10,00 ₴ або ще 1 візит",
                "до рівня «gold»: покупки ще на 100,00 ₴ або ще 22 візити",
            ],
        ),
    ],
)
def test_B7_where_a_member_stands_is_told(locale, told):
    """The level, until when, what keeps it, and how far the next one is."""
    plain = words(LADDER, locale, zone="Europe/Moscow").replace("\xa0", " ").replace("\u202f", " ")
    assert plain == "; ".join(told)


def test_B7_what_there_is_nothing_to_say_of_is_left_out():
    """No level, and nothing above."""
    assert words(TierView(tier="regulars", level=None)) == "regulars: no level"
    assert words(TierView(tier="regulars", level=None), "ru") == "regulars: уровня нет"
    assert words(Missing(visits=5), "uk") == "ще 5 візитів"


@pytest.mark.parametrize("locale", ["ru", "ru_RU", "ru-RU", "RU", "ru_RU.UTF-8"])
def test_a_locale_may_name_a_country(locale):
    """Only its language counts, in any case."""
    assert words(Reason("no_worker"), locale) == "в заказе не указан исполнитель"


@pytest.mark.parametrize("locale", ["ua", "", "russian", None, 7])
def test_an_unknown_locale_is_refused_with_those_that_there_are(locale):
    """No guess is made."""
    with pytest.raises(InvalidValue, match="use one of en, ru, uk"):
        words(Reason("no_worker"), locale)


@pytest.mark.parametrize("what", ["text", None, object(), 5, [Points(5)]])
def test_what_has_no_words_is_refused(what):
    """Rather than printed as it happens to look."""
    with pytest.raises(InvalidValue, match="can't be put into words"):
        words(what)


@pytest.mark.parametrize("zone", ["Mars", 3])
def test_a_zone_that_is_none_is_refused(zone):
    """By name or as an object."""
    with pytest.raises(InvalidValue, match="is no time zone"):
        words(Points(5), "ru", zone=zone)


@pytest.mark.parametrize(
    ("moment", "zone", "russian"),
    [
        (AT, None, "1 марта 2026 г., 12:00 UTC"),
        (AT, "Europe/Moscow", "1 марта 2026 г., 15:00"),
        (AT, MOSCOW, "1 марта 2026 г., 15:00"),
        (AT.astimezone(MOSCOW), None, "1 марта 2026 г., 15:00 UTC+03:00"),
        (AT.astimezone(timezone(timedelta(hours=-3, minutes=-30))), None, "1 марта 2026 г., 08:30 UTC-03:30"),
        (AT.replace(second=5), "UTC", "1 марта 2026 г., 12:00:05"),
        (AT.replace(microsecond=70), "UTC", "1 марта 2026 г., 12:00:00.000070"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", "25 октября 2026 г., 02:30 UTC+02:00"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin", "25 октября 2026 г., 02:30 UTC+01:00"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "Europe/Moscow", "1 января 2027 г., 02:30"),
    ],
)
def test_moments_are_told_by_the_clocks_of_the_zone(moment, zone, russian):
    """As they stand without one, and never ambiguously."""
    assert words(moment, "ru", zone=zone).replace("\u202f", " ") == russian


def test_english_moments_are_iso():
    """By the clocks of the zone, too, wherever they stand."""
    assert words(AT) == "2026-03-01 12:00:00+00:00"
    assert words(AT, zone="Europe/Moscow") == "2026-03-01 15:00:00+03:00"
    reason = Reason("outside_period", rule="r", period=Period(AT, None), moment=AT)
    assert words(reason, zone=MOSCOW).count("15:00:00+03:00") == 2


@pytest.mark.parametrize(
    ("period", "russian", "ukrainian"),
    [
        (Period(), "всегда", "завжди"),
        (Period(date(2026, 3, 1)), "с 1 марта 2026 г.", "з 1 березня 2026 р."),
        (Period(None, date(2026, 5, 31)), "по 31 мая 2026 г.", "по 31 травня 2026 р."),
        (Period(None, AT), "до 1 марта 2026 г., 12:00 UTC", "до 1 березня 2026 р., 12:00 UTC"),
    ],
)
def test_periods_say_whether_their_last_day_counts(period, russian, ukrainian):
    """A day does; a moment doesn't."""
    assert words(period) == str(period)
    assert words(period, "ru").replace("\u202f", " ") == russian
    assert words(period, "uk").replace("\u202f", " ") == ukrainian


@pytest.mark.parametrize(
    ("term", "russian", "ukrainian"),
    [
        ("P1M", "1 месяц", "1 місяць"),
        ("P3M", "3 месяца", "3 місяці"),
        ("P6M", "6 месяцев", "6 місяців"),
        ("P60D", "60 дней", "60 днів"),
        ("P1Y6M", "1 год 6 месяцев", "1 рік 6 місяців"),
        ("PT3H", "3 часа", "3 години"),
        ("PT90M1S", "1 час 30 минут 1 секунда", "1 година 30 хвилин 1 секунда"),
    ],
)
def test_terms_are_spelled(term, russian, ukrainian):
    """With the plurals of each language; in English they stay ISO 8601."""
    assert (words(Term(term)), words(Term(term), "ru"), words(Term(term), "uk")) == (
        str(Term(term)),
        russian,
        ukrainian,
    )


def test_windows_name_their_days_and_their_own_zone():
    """Each in the week's order."""
    assert words(Window(["sun", "mon"], "10:00"), "ru") == "пн, вс 10:00–24:00"
    assert words(Window((), "07:00", "10:00", "Europe/Samara"), "uk") == "щодня 07:00–10:00 Europe/Samara"


def test_words_of_the_library_are_translated_where_they_stand_alone():
    """A member who is called as a role is, or a branch called as a status, keeps the name."""
    assert words(Reason("member_known", member="worker"), "ru").startswith("участник worker уже")
    reason = Reason("outside_branches", branch="placed", branches=("worker",))
    assert words(reason, "ru") == "программа действует в филиалах: worker; филиал заказа: placed"


def test_figures_of_problems_stand_as_they_are_written_in_the_file():
    """Else nobody would find them there."""
    problem = Problem("above_cap", path="x", value=Money("1250.50", "RUB"), maximum=Points(5))
    assert words(problem, "ru") == "x: 1250.50 RUB больше максимума 5 points (уменьшите это или увеличьте максимум)"
    assert "1\xa0048\xa0576 байт" in words(Problem("file_too_large", path="", limit=1_048_576), "ru")


def test_a_text_without_a_translation_is_said_in_english(monkeypatch):
    """As happens between a new reason and its translation."""
    monkeypatch.setitem(REASONS, "brand_new", REASONS["below_minimum"])
    monkeypatch.setitem(TEXTS, "reason.brand_new", REASONS["below_minimum"].words)
    reason = Reason("brand_new", minimum=Money(300, "RUB"), actual=Money(250, "RUB"))
    assert words(reason, "ru").replace("\xa0", " ") == "the price, 250,00 ₽, is below the minimum, 300,00 ₽"


def test_threads_share_the_catalogues():
    """Whoever comes first loads them."""
    reason = Reason("limited_by_balance", balance=Points(1), requested=Points(22))
    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(lambda turn: words(reason, ALL[turn % 3]), range(300)))
    assert told == {words(reason, locale) for locale in ALL}


def test_english_words_load_no_babel():
    """Only other languages need it."""
    script = (
        "import sys; from loyaltykit import Reason, words; words(Reason('no_worker'));"
        "assert 'babel' not in sys.modules; words(Reason('no_worker'), 'uk'); assert 'babel' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own code


NAMES = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(st.sampled_from(sorted(REASONS)), st.lists(NAMES, min_size=8, max_size=8))
def test_names_stand_in_sentences_as_they_are(code, names):
    """Whatever people call their branches."""
    figures = dict(zip(REASONS[code].figures, names, strict=False))
    for locale in ("ru", "uk"):
        told = words(Reason(code, **figures), locale)
        assert not set(told) & set("{}")
        assert all(name in told for figure, name in figures.items() if figure not in {"rule", "role", "why", "status"})
