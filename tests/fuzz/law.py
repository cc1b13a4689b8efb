"""The law of every reader: a value or an error of ours with words, within bounds; and what was read is read again."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager

from loyaltykit import LoyaltyError

PATIENCE = 20
"""Seconds after which a reader counts as one that hangs, on a machine that has other work too."""

LONGEST = 200_000
"""Characters that the words of an error may have."""


class Breach(AssertionError):
    """The law isn't kept."""


def judge(read, text, again=None):
    """Have *read* read *text*; raise `Breach` unless it keeps the law, and *again* reads back what it gave."""
    try:
        with within(PATIENCE):
            value = read(text)
    except LoyaltyError as error:
        if not str(error).strip():
            message = f"{type(error).__name__} has no words"
            raise Breach(message) from error
        if len(str(error)) > LONGEST:
            message = f"{type(error).__name__} has {len(str(error))} characters of words"
            raise Breach(message) from error
        return "refused"
    except Exception as error:
        message = f"{type(error).__name__} is no error of ours: {error!s:.300}"
        raise Breach(message) from error
    if again is not None:
        with within(PATIENCE):
            again(value)
    return "read"


@contextmanager
def within(seconds):
    """Raise TimeoutError where this takes longer: in the main thread, the one that can be interrupted."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return

    def ring(*_):
        message = f"it took longer than {seconds} seconds"
        raise TimeoutError(message)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
