"""Windows stand open until somebody comes, and not for ever."""

from __future__ import annotations

from threading import Thread

import pytest

from loyaltykit.testing.broken import window
from loyaltykit.testing.broken.window import Window, WindowOfProcesses


@pytest.fixture(params=[Window, WindowOfProcesses])
def opened(request):
    """Give a window that was made by somebody else."""
    made = request.param()
    made._made_by = None
    return made


def others(*calls):
    """Have others make *calls* at once; wait for them."""
    threads = [Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_meet(opened, monkeypatch):
    """However long the first has waited."""
    monkeypatch.setattr(window, "PATIENCE", 60)
    opened._patience = 60
    monkeypatch.setattr(window, "MEETINGS", 2)  # the second waits for nobody
    others(opened.stand_open, opened.stand_open)


def test_whoever_is_alone_goes_on(opened):
    """And waits less the next time."""
    opened.stand_open()
    assert opened._patience < window.PATIENCE


def test_after_so_many_meetings_nobody_waits(opened, monkeypatch):
    """All that can be wrong is by then."""
    monkeypatch.setattr(window, "MEETINGS", 0)
    opened._patience = 60
    opened.stand_open()


def test_whoever_writes_waits_for_two_who_read():
    """The second has begun since."""
    made = Window()
    made._patience = 60
    writer = Thread(target=made.wait_for_two)
    writer.start()
    while writer.is_alive():
        made.pass_by()
    assert made._come >= 2
    assert made._patience == 60


def test_whoever_writes_alone_goes_on():
    """And waits less the next time."""
    made = Window()
    made.wait_for_two()
    assert made._patience < window.PATIENCE
