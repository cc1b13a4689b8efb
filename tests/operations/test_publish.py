"""Publish: a revision's text is stored, for whoever completes orders that were placed under it (B8)."""

from __future__ import annotations

import json

import pytest

from loyaltykit import InvalidValue, Loyalty, NoRevision, Points, Revisions, StoreTooNew
from loyaltykit.ledger.repository import Change
from tests.operations.support import AT, DAY, city, everything, give, keys_of, ride, statement

OLD = city(cashback=[{"percent": 5}])
NEW = city(cashback=[{"percent": 10}], in_force_from="2026-03-11")


def revisions_in(repository):
    return {json.loads(key)[2] for key in keys_of(repository) if json.loads(key)[1] == "revision"}


def test_B8_a_revision_is_stored_under_its_id(repository):
    """Once: publishing it again, from here or elsewhere, changes nothing."""
    loyalty = Loyalty(Revisions([OLD, NEW]), repository)
    assert loyalty.publish(NEW) == NEW.revision
    assert revisions_in(repository) == {NEW.revision}
    before = everything(repository)
    assert [loyalty.publish(NEW), Loyalty(NEW, repository).publish(NEW)] == [NEW.revision] * 2
    assert everything(repository) == before


def test_B8_placing_and_settling_publish_by_themselves(repository):
    """The revision in force at their moment, before an order names it."""
    loyalty = Loyalty(Revisions([OLD, NEW]), repository)
    loyalty.place(ride(), at=AT)
    assert revisions_in(repository) == {OLD.revision}
    loyalty.settle(ride(id="o2"), at=AT + DAY)
    assert revisions_in(repository) == {OLD.revision, NEW.revision}


def test_B8_a_process_without_the_file_completes_by_what_is_stored(repository):
    """It was given the new revision alone."""
    Loyalty(Revisions([OLD, NEW]), repository).place(ride(), at=AT)
    done = Loyalty(NEW, repository).complete("o1", at=AT + 2 * DAY)
    assert (done.awards[0].points, done.revision) == (Points(21), OLD.revision)


def test_B8_what_time_did_before_the_first_revision_that_is_known_is_judged_by_that_one(repository):
    """A process that was given the new file alone still books all that has come due."""
    first = city(expiry={"after": "P1D"})
    give(Loyalty(first, repository), 350)
    second = city(expiry={"after": "P1D"}, in_force_from="2026-03-15")
    loyalty = Loyalty(second, repository)
    assert loyalty.run_due(at=AT + 9 * DAY).skipped == ()
    assert [line.revision for line in statement(loyalty, AT + 9 * DAY)] == [first.revision, second.revision]


def test_B8_a_revision_that_is_nowhere_is_an_error_that_says_what_to_do(repository):
    """An order names it, and its document was emptied by somebody."""
    Loyalty(OLD, repository).place(ride(), at=AT)
    key = next(key for key in keys_of(repository) if json.loads(key)[1] == "revision")
    _overwrite(repository, key, None)
    with pytest.raises(NoRevision, match="give its file to Loyalty"):
        Loyalty(NEW, repository).complete("o1", at=AT)


def test_a_later_form_of_a_revision_is_refused(repository):
    """Nothing is written."""
    Loyalty(OLD, repository).place(ride(), at=AT)
    key = next(key for key in keys_of(repository) if json.loads(key)[1] == "revision")
    _overwrite(repository, key, '{"v":2}')
    before = everything(repository)
    with pytest.raises(StoreTooNew):
        Loyalty(NEW, repository).complete("o1", at=AT)
    assert everything(repository) == before


def test_another_program_is_no_revision(repository):
    """It needs a Loyalty of its own."""
    with pytest.raises(InvalidValue, match="no revision of city"):
        Loyalty(OLD, repository).publish(city(id="town"))
    assert everything(repository) == ({}, [], {})


def test_a_store_keeps_the_units_that_it_was_begun_in(repository):
    """Balances would mean something else."""
    Loyalty(OLD, repository).place(ride(), at=AT)
    before = everything(repository)
    for units in ({"digits": 2}, {"point_value": "0.50"}, {"time_zone": "Europe/Samara"}):
        other = Loyalty(city(**units), repository)
        with pytest.raises(InvalidValue, match="units can't change"):
            other.place(ride(id="o2"), at=AT)
    assert everything(repository) == before


def _overwrite(repository, key, body):
    """Write *body* as somebody else might."""
    version = repository.load([key])[key].version
    repository.commit(Change(operation_id=f"by hand {version}", digest="d", guards={key: version}, puts={key: body}))
