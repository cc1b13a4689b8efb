"""Long runs of crashes, in parts that are noted in a file: resumed, shared, and added up."""

from __future__ import annotations

import pytest

from loyaltykit.errors import InvalidValue
from loyaltykit.testing.crash import __main__ as command
from loyaltykit.testing.crash import parts
from loyaltykit.testing.crash.__main__ import SEED
from loyaltykit.testing.crash.figures import Figures
from loyaltykit.testing.crash.parts import Done, Part, parts_of, share_of


@pytest.fixture
def played(monkeypatch, capsys, tmp_path):
    """Give a function that runs the command with small parts, and gives the parts that it played and what it said."""
    monkeypatch.setattr(parts, "EACH", {"clients": 10, "server": 5})
    numbers = []

    def play(part, _factory):
        numbers.append((part.killed, part.seed, part.kills))
        return Figures(acknowledged=part.kills, stores=1)

    monkeypatch.setattr(Part, "played", play)

    def run(*arguments):
        numbers.clear()
        state = ["--state", str(tmp_path / "runs" / "state.jsonl")]
        monkeypatch.setattr("sys.argv", ["crash", *map(str, arguments), *state])
        command.main()
        return list(numbers), capsys.readouterr().out

    return run


def test_a_run_goes_on_where_it_was_stopped(played):
    """Parts that are done aren't played again; figures are those of all."""
    assert played("--kills", 20, "--seed", 7)[0] == [("clients", 7, 10), ("clients", 8, 10)]
    again, said = played("--kills", 35, "--server-kills", 5, "--seed", 7)
    assert again == [("clients", 9, 10), ("clients", 10, 5), ("server", 7, 5)]
    assert "clients: 0 kills" in said
    assert "\n35 calls acknowledged, none lost\n" in said
    assert "\n4 of 4 parts, seed 7\nserver: 0 kills" in said


def test_a_run_is_shared(played):
    """Each share is some of the parts, and together they're all, whichever is played first."""
    second, said = played("--kills", 35, "--share", "2/2")
    assert [seed for _, seed, _ in second] == [SEED + 1, SEED + 3]
    assert f"2 of 4 parts, seed {SEED}" in said
    assert not played("--kills", 35, "--share", "2/2")[0]
    first, said = played("--kills", 35, "--share", "1/2")
    assert [seed for _, seed, _ in first] == [SEED, SEED + 2]
    assert f"4 of 4 parts, seed {SEED}" in said


def test_another_seed_is_another_run(played):
    """Whose figures are its own."""
    played("--kills", 10, "--seed", 7)
    again, said = played("--kills", 10, "--seed", 100)
    assert again == [("clients", 100, 10)]
    assert "\n10 calls acknowledged" in said
    assert not played("--kills", 10, "--seed", 7)[0]


@pytest.mark.parametrize("share", ["0/2", "3/2", "2", "a/b"])
def test_what_is_no_share_is_refused(share):
    """With how one is written."""
    with pytest.raises(InvalidValue, match="a share is such as 2/4"):
        share_of(parts_of("sqlite", "clients", seed=1, kills=1), share)


def test_figures_are_kept_to_the_last(tmp_path):
    """Written into the file and read from it, they're the same."""
    figures = Figures(acknowledged=3, places={("place", 2)}, lengths={"place": 4}, seconds=1.5)
    figures.kills["at random"] = 2
    figures.told["CommitUnknown"] = 1
    part = Part("sqlite", "server", seed=1, kills=2)
    Done(tmp_path / "state.jsonl").note(part, figures)
    assert Done(tmp_path / "state.jsonl").parts == {part: figures}
    assert figures.in_words().splitlines()[2:5] == [
        "clients were told 1 CommitUnknown",
        "3 calls acknowledged, none lost",
        "1 of 4 moments of calls have had their turn, none: place 1, 3 to 4",
    ]
