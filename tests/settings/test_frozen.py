"""Settings classes: frozen, checked when made, with every problem at once."""

from __future__ import annotations

import pickle

import attrs
import pytest

from loyaltykit import Currency, LoyaltyError, Percent, Points, SettingsError
from loyaltykit.settings import field
from loyaltykit.settings.frozen import Settings, checked, read_settings, settings


@settings
class Fee(Settings):
    """A share of at most half, with names."""

    share: Percent = field.percent("The share that is kept.")
    floor: Points | None = field.points("The least.", default=None, key="from")
    names: tuple[str, ...] = field.names("For whom.", default=())
    label: str = field.derived()

    def __attrs_post_init__(self):
        """Check; keep the label."""
        super().__attrs_post_init__()
        object.__setattr__(self, "label", "/".join(self.names))

    @checked("share")
    def _at_most_half(self, here):
        if self.share > Percent(50):
            here.at("share").problem("too_large", value=self.share, maximum=50)


@settings
class NamedFee(Fee):
    """A fee that needs a name; it refuses also by its base's check."""

    @checked("names", "floor")
    def _someone(self, here):
        if not self.names:
            here.at("names").problem("empty")


@settings
class Fees(Settings):
    """A list of fees, and one of them."""

    currency: Currency = field.currency("The currency.")
    fees: tuple[Fee, ...] = field.tables(Fee, "All of them.")
    first: Fee | None = field.table(Fee, "One of them.", default=None)


def codes(error):
    """Give the path and code of each problem."""
    return [(problem.path, problem.code) for problem in error.value.problems]


def test_settings_are_made_by_keyword_and_read_from_a_dict():
    """Both ways give equal settings."""
    fee = Fee(share=Percent("2.5"), names=["a", "b"])
    assert fee == read_settings(Fee, {"share": "2.50", "names": ["a", "b"]})
    assert (fee.floor, fee.names, fee.label) == (None, ("a", "b"), "a/b")
    with pytest.raises(TypeError):
        Fee(Percent(5))


def test_settings_cant_be_changed():
    """Neither set, nor deleted; lists became tuples."""
    fee = Fee(share=Percent(5), names=["a"])
    for name in ("share", "names", "label"):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(fee, name, None)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        del fee.share
    assert isinstance(fee.names, tuple)


def test_settings_are_values():
    """Equal by their settings, hashed alike, and picklable with what they derived; a changed copy is checked anew."""
    fee = Fee(share=Percent(5), names=["a"])
    assert hash(fee) == hash(Fee(share=Percent("5.0"), names=("a",)))
    assert pickle.loads(pickle.dumps(fee)) == fee  # noqa: S301
    assert pickle.loads(pickle.dumps(fee)).label == "a"  # noqa: S301
    assert attrs.evolve(fee, names=("b",)).label == "b"
    with pytest.raises(SettingsError):
        attrs.evolve(fee, share=Percent(60))


def test_they_show_what_isnt_at_its_default():
    """As they're made."""
    assert repr(Fee(share=Percent(5))) == "Fee(share=Percent('5'))"
    assert repr(Fee(share=Percent(5), names=["a"])) == "Fee(share=Percent('5'), names=('a',))"


def test_every_problem_is_told_at_once_with_its_path():
    """Of all fields and lists, in the order of the table, each on a line of the message."""
    raw = {"fees": [{"share": 5}, {"share": 60, "from": 0}, {"shares": 5}], "first": {"share": 60}}
    with pytest.raises(SettingsError, match="Fees: 6 problems\n") as error:
        read_settings(Fees, raw)
    assert codes(error) == [
        ("currency", "missing"),
        ("fees[1].from", "not_positive"),
        ("fees[1].share", "too_large"),
        ("fees[2].shares", "unknown_key"),
        ("fees[2].share", "missing"),
        ("first.share", "too_large"),
    ]
    assert str(error.value).count("\n  ") == 6


def test_settings_made_in_python_are_checked_as_well():
    """Types, bounds, and then across fields."""
    with pytest.raises(SettingsError, match="Fee: 2 problems") as error:
        Fee(share="5", names=("a", "a"))
    assert codes(error) == [("share", "wrong_type"), ("names[1]", "duplicate")]
    with pytest.raises(SettingsError, match="1 problem\n") as error:
        Fee(share=Percent(60))
    assert codes(error) == [("share", "too_large")]
    assert isinstance(error.value, LoyaltyError)


def test_checks_across_fields_wait_for_what_they_need():
    """A share that can't be read isn't compared; one check's own fields don't hold up another's."""
    with pytest.raises(SettingsError) as error:
        read_settings(NamedFee, {"share": "x"})
    assert codes(error) == [("share", "bad_number"), ("names", "empty")]
    with pytest.raises(SettingsError) as error:
        read_settings(NamedFee, {"share": 60, "from": "x"})
    assert codes(error) == [("from", "bad_number"), ("share", "too_large")]


def test_checks_of_a_base_class_hold():
    """First the base's, then the own."""
    with pytest.raises(SettingsError) as error:
        NamedFee(share=Percent(60))
    assert codes(error) == [("share", "too_large"), ("names", "empty")]


def test_nested_settings_are_checked_in_their_program():
    """A fee's own checks ran when it was made; its parts are checked again where the currency is known."""
    fees = Fees(currency=Currency("RUB"), fees=[Fee(share=Percent(5))], first=Fee(share=Percent(6)))
    assert isinstance(fees.fees, tuple)
    with pytest.raises(SettingsError) as error:
        Fees(currency=Currency("RUB"), fees=[Percent(5)], first="x")
    assert codes(error) == [("fees[0]", "wrong_type"), ("first", "wrong_type")]


def test_derived_fields_are_no_settings():
    """They're neither read, written, compared nor described."""
    assert list(Fee.as_kind().fields) == ["share", "from", "names"]
    with pytest.raises(SettingsError, match="there is no setting label"):
        read_settings(Fee, {"share": 5, "label": "x"})
    with pytest.raises(TypeError):
        Fee(share=Percent(5), label="x")


def test_a_kind_is_made_once_a_class():
    """It's asked for at every making."""
    assert Fee.as_kind() is Fee.as_kind()
    assert Fee.as_kind() is not NamedFee.as_kind()
