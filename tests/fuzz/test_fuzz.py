"""A short run of the fuzzing: each reader keeps the law, from a seed that says the same twice."""

from __future__ import annotations

from collections import Counter

import pytest

from loyaltykit import InvalidValue
from tests.fuzz.__main__ import batch, main
from tests.fuzz.law import Breach, judge, within
from tests.fuzz.readers import READERS

EXAMPLES = 15


@pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])
def test_a_reader_keeps_the_law(reader):
    """A value or an error of ours with words, within bounds."""
    counts = Counter()
    batch(reader, 7, EXAMPLES, counts)
    assert counts["read"] + counts["refused"] == counts.total() >= EXAMPLES // 2


def forever():
    """Hang."""
    while True:
        pass


def test_what_breaks_the_law_is_found():
    """Another's error, one without words, one with far too many, a value that isn't read again, and one that hangs."""

    def raising(error):
        def read(_text):
            raise error

        return read

    for error in (KeyError("v"), InvalidValue(" ", value=""), InvalidValue("x" * 1_000_000, value="")):
        with pytest.raises(Breach):
            judge(raising(error), "")

    def changed(_value):
        message = "read back as something else"
        raise Breach(message)

    with pytest.raises(Breach, match="something else"):
        judge(str, "", changed)
    with pytest.raises(TimeoutError), within(0.01):
        forever()


def test_a_run_goes_on_where_it_was_stopped(tmp_path, capsys):
    """The seeds that were played aren't played again; one that is asked for is."""
    state = ["--state", str(tmp_path / "fuzz.json"), "--seconds", "0", "--examples", "3", "--only", "percents"]
    assert [main(state), main(state), main([*state, "--seed", "0"]), main(state)] == [0, 0, 0, 0]
    seeds = [line.split(":")[0] for line in capsys.readouterr().out.splitlines() if line.startswith("percents")]
    assert seeds == [f"percents, seed {number}" for number in (0, 1, 0, 2)]


def test_a_reader_that_is_not_there_is_refused(capsys):
    """A name that none has would be searched for without end."""
    with pytest.raises(SystemExit):
        main(["--only", "percemts"])
    assert "no reader has 'percemts' in its name; there are " in capsys.readouterr().err
