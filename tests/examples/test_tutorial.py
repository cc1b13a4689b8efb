"""The tutorial of docs/adapter.md: its code is built block by block, and what its commands say is compared."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from loyaltykit.testing.contract.verdict import NotClaimed
from loyaltykit.testing.postgres import VARIABLE, server
from tests.examples.adapter_page import PAGE, ROOT, agrees, built, outline, shown

TEXT = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
COMMANDS = shown(TEXT)
TAKEN_OUT = {"DbApiRepository._one"}
"""What the page has its readers take out again."""

CALLED = [sys.executable, "-c", "import sys; from loyaltykit.cli import main; sys.exit(main(sys.argv[1:]))"]
"""How the command of the same name is called."""

LUCK = 4
"""Times that a command is run: a race that a mistake should lose may be won by chance."""


@pytest.mark.parametrize("name", ["dbapi.py", "proof.py", "transactions.py"])
def test_B5_the_page_builds_what_lies_in_the_examples(name):
    """Whoever follows it to its end has the finished files, but for docstrings."""
    finished = outline((ROOT / "examples" / "adapter" / name).read_text(encoding="utf-8"))
    page = {each: code for each, code in outline(built(TEXT)[name]).items() if each not in TAKEN_OUT}
    assert page == {each: code for each, code in finished.items() if "__future__" not in each}


def postgres():
    """Give where PostgreSQL is, once for all commands; skips where there's none."""
    try:
        return server().url
    except NotClaimed as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_B5_what_a_command_says_is_what_the_page_shows(number, tmp_path):
    """Each runs in a folder that has the files as they are by then."""
    environment = dict(os.environ)
    if "postgresql" in COMMANDS[number].command:
        environment[VARIABLE] = postgres()
    for name, text in COMMANDS[number].files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [*CALLED, *COMMANDS[number].command.split()[1:]]
    for _ in range(LUCK):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - the page's
        if agrees(done.stdout, COMMANDS[number].said):
            return
    assert done.stdout == COMMANDS[number].said, done.stderr
