"""What the tests of reports compare them with: the entries themselves, summed up in one go."""

from __future__ import annotations

import json

from tests.operations.support import entries_of


def issued(repository, *rules):
    """Give the units of points that *rules* gave members, by member, less what was taken back."""
    sums = {}
    for entry in entries_of(repository):
        if said(entry).get("rule") in rules and said(entry)["kind"] == "issued" and owner(entry)[1] == "member":
            sums[owner(entry)[2]] = sums.get(owner(entry)[2], 0) + entry.amount
    return sums


def said(entry):
    return json.loads(entry.detail)


def owner(entry):
    return json.loads(entry.account)


def figures(row, *names):
    """Give the figures of *row* called *names*, amounts as text."""
    return tuple([str(getattr(getattr(row, name), "amount", getattr(row, name))) for name in names])
