"""What time alone does is booked, in batches that can be repeated (G8, S2)."""

from __future__ import annotations

import pytest

from loyaltykit import (
    Committed,
    InvalidValue,
    Loyalty,
    Points,
    Revisions,
    Skipped,
    StoreTooNew,
    StoreUnavailable,
)
from loyaltykit.errors import RepositoryError
from loyaltykit.ledger.repository import MAX_ENTRIES, Change
from tests.operations.support import (
    AT,
    DAY,
    HOUR,
    account_of,
    balance,
    city,
    codes,
    due_of,
    entries_of,
    everything,
    give,
    ride,
    statement,
)


def test_G8_what_has_expired_is_booked_at_its_moment(life, repository):
    """Not at that of the sweep; the program's account of expired points has the other side (B10)."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    run = loyalty.run_due(at=AT + 9 * DAY)
    assert (run.done, run.skipped, run.after) == (1, (), None)
    expired = AT.replace(day=11, hour=21)
    booked = [(entry.at, entry.account, entry.amount) for entry in entries_of(repository) if entry.at == expired]
    assert booked == [(expired, '["city","member","m1"]', -350), (expired, '["city","expired"]', 350)]


def test_S2_delayed_awards_and_hold_timeouts_are_booked_too(life, repository):
    """All that time does."""
    loyalty = life(cashback=[{"percent": 5, "delay": "PT3H"}])
    give(loyalty, 350)
    loyalty.place(ride(), at=AT, redeem=Points(200))
    loyalty.settle(ride(id="o2"), at=AT)
    assert loyalty.run_due(at=AT + 3 * HOUR).done == 1
    assert (account_of(repository).balance, account_of(repository).held) == (171, 200)
    assert loyalty.run_due(at=AT + 7 * DAY).done == 1
    assert (account_of(repository).balance, account_of(repository).held) == (371, 0)


def test_nobody_is_due_before_their_moment(life, repository):
    """One instant earlier, nothing is done."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    before = everything(repository)
    assert loyalty.run_due(at=AT.replace(day=11, hour=20, minute=59)).done == 0
    assert everything(repository) == before
    assert loyalty.run_due(at=AT.replace(day=11, hour=21)).done == 1


def test_a_repeated_run_changes_nothing(life, repository):
    """Nor does one at an earlier moment."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    loyalty.run_due(at=AT + 9 * DAY)
    before = everything(repository)
    for at in (AT + 9 * DAY, AT + 20 * DAY, AT):
        assert loyalty.run_due(at=at).done == 0
    assert everything(repository) == before


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_batches_go_on_behind_their_cursor(life, limit):
    """Everybody is done once, whatever a batch holds."""
    loyalty = life(expiry={"after": "P1D"})
    for number in range(7):
        give(loyalty, 350, member=f"m{number}", order=f"gift {number}")
    done, after, runs = 0, None, 0
    while True:
        run = loyalty.run_due(at=AT + 9 * DAY, after=after, limit=limit)
        assert run.done <= limit
        done, after, runs = done + run.done, run.after, runs + 1
        if after is None:
            break
    assert (done, runs) == (7, 7 // limit + 1)
    assert all(balance(loyalty, AT + 9 * DAY, f"m{number}") == Points(0) for number in range(7))


def test_without_a_cursor_batches_reach_everybody_too(life):
    """What's done is no longer due."""
    loyalty = life(expiry={"after": "P1D"})
    for number in range(5):
        give(loyalty, 350, member=f"m{number}", order=f"gift {number}")
    runs = [loyalty.run_due(at=AT + 9 * DAY, limit=2).done for _ in range(4)]
    assert runs == [2, 2, 1, 0]


def test_two_programs_in_one_store_dont_mix(repository):
    """Each sweeps its own members, though they have the same ids; neither sees the other's points."""
    city_life, town_life = [Loyalty(city(id=name, expiry={"after": "P1D"}), repository) for name in ("city", "town")]
    give(city_life, 350)
    give(town_life, 20)
    assert balance(city_life, AT) == Points(350)
    assert city_life.run_due(at=AT + 9 * DAY).done == 1
    assert (account_of(repository).balance, account_of(repository, program="town").balance) == (0, 20)
    assert [line.points for line in statement(town_life, AT)] == [Points(20)]
    assert town_life.run_due(at=AT + 9 * DAY).done == 1


@pytest.mark.parametrize("name", ["city2", 'city","member', "cit", "Город"])
def test_a_program_whose_id_looks_like_anothers_is_another(repository, name):
    """Keys are JSON, so that no id reaches into another's."""
    loyalty, other = [Loyalty(city(id=own, expiry={"after": "P1D"}), repository) for own in ("city", name)]
    give(loyalty, 350)
    give(other, 20, member='m1","x')
    assert (loyalty.run_due(at=AT + 9 * DAY).done, other.run_due(at=AT + 9 * DAY).done) == (1, 1)


@pytest.mark.parametrize(
    ("body", "error"), [('{"v":2}', StoreTooNew), ("{", RepositoryError), ('{"v":1}', RepositoryError)]
)
def test_one_bad_document_is_skipped_and_told(repository, body, error):
    """The batch goes on, and whoever observes hears of it."""
    heard = []
    loyalty = Loyalty(city(expiry={"after": "P1D"}), repository, observe=heard.append)
    for name in ("a", "b", "c"):
        give(loyalty, 350, member=name, order=name)
    key = '["city","member","b"]'
    good = repository.load([key])[key].body
    _write(repository, key, body)
    heard.clear()
    run = loyalty.run_due(at=AT + 9 * DAY)
    assert (run.done, [skipped.key for skipped in run.skipped]) == (2, [key])
    assert isinstance(run.skipped[0].error, error)
    assert [event for event in heard if isinstance(event, Skipped)] == list(run.skipped)
    assert sum(isinstance(event, Committed) for event in heard) == 2
    _write(repository, key, good)
    assert loyalty.run_due(at=AT + 9 * DAY).done == 1


def test_a_store_that_cant_be_reached_ends_the_batch(life, repository):
    """It would skip everybody."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    with pytest.raises(StoreUnavailable):
        Loyalty(city(expiry={"after": "P1D"}), _Down(), reader=repository).run_due(at=AT + 9 * DAY)


def test_C9_a_member_for_whom_much_has_come_due_is_swept_in_several_commits(life, repository):
    """More than 40 postings by time alone: a call sweeps them first, and none exceeds what a change may hold."""
    loyalty = life(expiry={"after": "P120D"})
    for day in range(100):
        give(loyalty, 1, at=AT + day * DAY, order=f"gift {day}")
    last = AT + 400 * DAY
    done = loyalty.settle(ride(), at=last)
    assert done.status == "completed"
    sizes = {}
    for entry in entries_of(repository):
        sizes[entry.operation] = sizes.get(entry.operation, 0) + 1
    swept = [size for operation, size in sizes.items() if '"due"' in operation]
    assert (sum(swept), max(sizes.values())) == (160, 80)
    assert balance(loyalty, last) == Points(0)


def test_C9_a_sweep_books_all_of_it(life, repository):
    """In as many commits as it takes."""
    loyalty = life(expiry={"after": "P120D"})
    for day in range(100):
        give(loyalty, 1, at=AT + day * DAY, order=f"gift {day}")
    assert loyalty.run_due(at=AT + 400 * DAY).done == 1
    assert (account_of(repository).lots, due_of(repository)) == ((), {})


def test_C9_many_awards_that_fall_due_at_one_moment_are_booked(life, repository):
    """A nightly import settles a company's hundred and twenty rides of a day at one moment."""
    loyalty = life(cashback=[{"percent": 5, "delay": "PT3H"}])
    for number in range(MAX_ENTRIES // 2 + 20):
        loyalty.settle(ride("100", id=f"o{number}"), at=AT)
    run = loyalty.run_due(at=AT + 4 * HOUR)
    assert (run.done, run.skipped) == (1, ())
    assert account_of(repository).balance == 600
    assert loyalty.settle(ride("100"), at=AT + 4 * HOUR).status == "completed"


def test_C9_many_holds_that_time_out_at_one_moment_are_booked(life, repository):
    """Placed at one moment by a host that tells days, and never ended; their points have expired meanwhile."""
    loyalty = life(expiry={"after": "P1D"}, hold_timeout="P9D")
    give(loyalty, 350)
    for number in range(MAX_ENTRIES // 2 + 20):
        loyalty.place(ride("100", id=f"o{number}"), at=AT, redeem=Points(1))
    run = loyalty.run_due(at=AT + 20 * DAY)
    assert (run.done, run.skipped) == (1, ())
    assert account_of(repository).held == 0


def test_before_the_first_revision_members_are_skipped(repository):
    """A clock that is years behind ends no batch."""
    first = city(expiry={"after": "P1D"}, in_force_from="2026-01-01")
    loyalty = Loyalty(Revisions([first]), repository)
    give(loyalty, 350)
    assert loyalty.run_due(at=AT - 900 * DAY).done == 0


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "9"])
def test_a_batch_that_cant_be_is_refused(life, limit):
    """It holds one member at least."""
    with pytest.raises(InvalidValue):
        life().run_due(at=AT, limit=limit)


def test_sweeping_makes_no_difference_to_what_is_decided(life):
    """The row "due but not yet swept": an order after the sweep is answered as one without it."""
    loyalty = life(expiry={"after": "P1D"})
    give(loyalty, 350)
    give(loyalty, 350, member="m2", order="gift 2")
    late = AT + 2 * DAY
    unswept = loyalty.place(ride(), at=late, redeem="all")
    loyalty.run_due(at=late)
    swept = loyalty.place(ride(id="o2", customer="m2"), at=late, redeem="all")
    assert (swept.redeemed, codes(swept)) == (unswept.redeemed, codes(unswept))


def _unreachable(*_):
    message = "the store can't be reached"
    raise StoreUnavailable(message)


class _Down:
    """A repository that nobody can reach."""

    load = commit = receipt = staticmethod(_unreachable)


def _write(repository, key, body):
    """Write *body* as somebody else might."""
    version = repository.load([key])[key].version
    repository.commit(Change(operation_id=f"by hand {version}", digest="d", guards={key: version}, puts={key: body}))
