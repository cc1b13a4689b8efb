"""The specifiers: each declares a kind, with its sentence, default and key."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import attrs
import pytest

from loyaltykit import Percent, Scope, Term
from loyaltykit.settings import amounts, field, kinds
from loyaltykit.settings.frozen import Settings, read_settings, settings
from loyaltykit.settings.tables import ListKind, TableKind

KINDS = {
    "text": (field.text("x"), kinds.TextKind),
    "choice": (field.choice(("a", "b"), "x"), kinds.ChoiceKind),
    "whole": (field.whole("x"), kinds.WholeKind),
    "flag": (field.flag("x"), kinds.FlagKind),
    "code": (field.code("x"), kinds.CodeKind),
    "digits": (field.digits("x"), amounts.DigitsKind),
    "number": (field.number("x"), amounts.NumberKind),
    "percent": (field.percent("x"), amounts.PercentKind),
    "points": (field.points("x"), amounts.PointsKind),
    "money": (field.money("x"), amounts.MoneyKind),
    "currency": (field.currency("x"), amounts.CurrencyKind),
    "zone": (field.zone("x"), kinds.ZoneKind),
    "day": (field.day("x"), kinds.DayKind),
    "term": (field.term("x"), kinds.TermKind),
    "names": (field.names("x"), ListKind),
    "entries": (field.entries(kinds.TextKind(), "x"), ListKind),
    "tables": (field.tables(Scope, "x"), ListKind),
    "table of a class": (field.table(Scope, "x"), TableKind),
    "table of a kind": (field.table(Scope.as_kind(), "x"), TableKind),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_specifier_declares_its_kind(name):
    """What isn't given a default is required; the sentence goes into the schema."""
    declared, kind = KINDS[name]
    made = attrs.make_class("Made", {"setting": declared}, bases=(Settings,), kw_only=True)
    (read,) = made.as_kind().fields.values()
    assert isinstance(read.kind, kind)
    assert read.says == "x"
    assert made.as_kind().schema()["required"] == ["setting"]


def test_a_default_and_a_key():
    """The key in the file may be another than the attribute."""

    @settings
    class Fee(Settings):
        share: Percent = field.percent("The share.", default=Percent(5), key="percent")

    assert Fee().share == Percent(5)
    assert Fee.as_kind().write(Fee(share=Percent(6))) == {"percent": 6}
    assert Fee.as_kind().schema()["required"] == []


def test_lists_are_frozen_and_other_things_left_to_the_check():
    """A list becomes a tuple, what is none stays as it is and is refused."""
    names = field.names("x")
    made = attrs.make_class("Made", {"names": names}, kw_only=True)
    assert made(names=["a"]).names == ("a",)
    assert made(names="a").names == "a"


def test_days_are_kept_as_instants_and_other_things_left_to_the_check():
    """A moment is turned into UTC; a naive one can't be, and stays as it is, to be refused."""
    made = attrs.make_class("Made", {"day": field.day("x")}, kw_only=True)
    noon = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=3)))
    assert made(day=noon).day.isoformat() == "2026-03-01T09:00:00+00:00"
    for other in (noon.date(), noon.replace(tzinfo=None), "2026-03-01"):
        assert made(day=other).day is other


def test_a_code_is_kept_in_its_normal_form():
    """What is none stays as it is, to be refused."""
    made = attrs.make_class("Made", {"code": field.code("x")}, kw_only=True)
    assert [made(code=given).code for given in (" лето", "🎉", 5)] == ["ЛETO", "🎉", 5]


def test_type_checkers_know_every_specifier():
    """Those named to them are all that the module has."""
    told = settings.__dataclass_transform__["field_specifiers"]
    public = {
        value
        for name, value in vars(field).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == field.__name__ and callable(value)
    }
    assert set(told) == public


def test_a_term_may_be_none_by_a_word():
    """The word is read as None, left out as the default, and stands in the schema."""

    @settings
    class Grace(Settings):
        grace: Term | None = field.term("The grace.", default=None, none_word="expire")
        wait: Term | None = field.term("The wait.", default=None)

    assert read_settings(Grace, {"grace": "expire"}) == Grace()
    assert Grace.as_kind().write(Grace()) == {}
    assert Grace.as_kind().write(Grace(grace=Term("P7D"))) == {"grace": "P7D"}
    described = Grace.as_kind().schema()["properties"]
    assert (described["grace"]["default"], "default" in described["wait"]) == ("expire", False)
