"""What can be wrong with settings: each problem has a path, a stable code, words and a fix."""

from __future__ import annotations

from typing import Any

from loyaltykit.coded import Coded, Meaning

PROBLEMS: dict[str, Meaning] = {
    # The file
    "unreadable_file": Meaning(("why",), "can't be read: {why}", "give the path of a file that you may read"),
    "unknown_format": Meaning(("suffix",), "{suffix} is no format of settings", "name it .toml or .json"),
    "file_too_large": Meaning(("limit",), "is larger than {limit} bytes", "take out what isn't settings"),
    "bad_encoding": Meaning(("why",), "is not UTF-8: {why}", "save the file as UTF-8"),
    "bad_syntax": Meaning(("why",), "can't be read: {why}", "mend the line that is named"),
    "too_deep": Meaning((), "is nested too deep", "no setting lies deeper than five levels"),
    "duplicate_key": Meaning(("key",), "{key} stands twice in one table", "keep one of the two"),
    # Keys and types
    "unknown_key": Meaning(("key", "hint"), "there is no setting {key}", "{hint}"),
    "missing": Meaning(("expected",), "is missing", "write {expected}"),
    "wrong_type": Meaning(("value", "expected"), "{value} is not {expected}", "write {expected}"),
    "null": Meaning(("expected",), "null says nothing", "write {expected}, or leave the key out"),
    "boolean": Meaning(("value", "expected"), "{value} is a yes or no", "write {expected}"),
    "float": Meaning(("value", "expected"), "{value} is a float, which isn't exact", "write {expected}"),
    "not_finite": Meaning(("value", "expected"), "{value} is no number", "write {expected}"),
    # Values
    "bad_number": Meaning(("value", "expected"), "{value} is no number", "write {expected}"),
    "too_many_digits": Meaning(
        ("value", "digits"), "{value} has too many decimals", "write at most {digits} after the point"
    ),
    "too_large": Meaning(("value", "maximum"), "{value} is more than {maximum}", "write at most {maximum}"),
    "too_small": Meaning(("value", "minimum"), "{value} is less than {minimum}", "write at least {minimum}"),
    "not_positive": Meaning(("value",), "{value} is not more than zero", "write a number above zero"),
    "unknown_currency": Meaning(("value", "hint"), "{value} is no current ISO 4217 currency", "{hint}"),
    "wrong_currency": Meaning(
        ("value", "currency"), "{value} is not in {currency}, the program's currency", "write it in {currency}"
    ),
    "unknown_choice": Meaning(("value", "choices"), "{value} is not known here", "use one of {choices}"),
    "unknown_zone": Meaning(("value",), "{value} is no time zone", "write its IANA name, such as Europe/Moscow"),
    "bad_text": Meaning(
        ("value",), "{value} can't be a name", "write 1 to 128 characters, no control characters, no blanks around"
    ),
    "bad_code": Meaning(("why",), "{why}", "write letters and digits, such as SUMMER"),
    "bad_template": Meaning(("why",), "{why}", "write a text such as: You have %Points% more"),
    "unknown_variable": Meaning(("value", "hint"), "there is no variable {value} here", "{hint}"),
    "bad_time": Meaning(("value",), "{value} is no time of day", "write hours and minutes, from 00:00 to 24:00"),
    "bad_date": Meaning(
        ("value",), "{value} is no date", "write a date such as 2026-12-31, or a moment with its offset"
    ),
    "naive_moment": Meaning(
        ("value",), "{value} has no time zone", "write its offset, such as {value}+03:00, or a bare date for local days"
    ),
    "bad_term": Meaning(("value", "expected"), "{value} is no term", "write {expected}"),
    "mixed_term": Meaning(
        ("value",), "{value} mixes days with hours", "write days, months or years alone, or hours alone"
    ),
    "term_of_hours": Meaning(("value",), "{value} counts hours, too finely here", "write days, months or years"),
    "too_long": Meaning(("value", "maximum", "hint"), "{value} is longer than {maximum}", "{hint}"),
    "impossible": Meaning(("why",), "{why}", "mend one of its sides"),
    "duplicate": Meaning(("value",), "{value} stands twice", "keep one of the two"),
    "too_many": Meaning(("count", "limit"), "has {count} entries, more than {limit}", "leave at most {limit}"),
    "empty": Meaning((), "is empty, which says nothing", "leave the key out, or write at least one entry"),
    # Contradictions
    "no_gain": Meaning(("ways",), "gives nothing", "set one of {ways}"),
    "two_gains": Meaning(("given",), "says twice what it gives: {given}", "keep one of them"),
    "no_effect": Meaning(("setting", "needs"), "{setting} changes nothing here", "take it out, or set {needs}"),
    "no_criterion": Meaning(("ways",), "asks for nothing that anyone could meet", "set one of {ways}"),
    "falling": Meaning(
        ("value", "before"), "{value} is less than {before}, further up", "order them from the lowest to the highest"
    ),
    "never_held": Meaning(
        ("levels",),
        "nobody stays here: whoever reaches it has reached {levels} at once",
        "let it ask for less, or take it out",
    ),
    "taken_back": Meaning(
        ("criterion", "added", "removal", "removed"),
        "whoever is added by {criterion} {added} is removed at once, by {removal} {removed}",
        "let them differ, or take one of the two out",
    ),
    "not_whole": Meaning(("total",), "the shares total {total} %, not 100 %", "mend them so that they total 100"),
    "too_few_characters": Meaning(
        ("count", "least"), "has {count} characters: codes could be guessed", "give at least {least}, such as digits"
    ),
    "not_as_drawn": Meaning(
        ("value", "read"), "{value} in a code is read as {read}", "use digits and capitals that aren't look-alikes"
    ),
    "cashback_and_split": Meaning(
        ("rules", "branches"),
        "{rules} give cashback in {branches}: a branch has cashback or a referral split, never both",
        "let their scopes name different branches",
    ),
    "points_needed": Meaning(
        (), "needs points that can be spent, and no rule lets them be", "add a [[redemption]] rule"
    ),
    "nothing_to_tell": Meaning(
        ("kind", "needs"), "{kind} never comes, as the program is", "add {needs}, or take the notice out"
    ),
    "told_at_once": Meaning(
        ("setting", "span", "days"),
        "it would be told with nearly every order, since {setting} is {span}",
        "write less than {days}, or take the notice out",
    ),
    "nothing_expires": Meaning(("ways",), "lets nothing expire", "set one of {ways}"),
    "too_many_lots": Meaning(
        ("value", "unit", "hint"), "points of {value} would lie in more than 366 lots, one a {unit}", "set it to {hint}"
    ),
    "not_ascending": Meaning(
        ("value", "before"), "{value} doesn't come after {before}", "order the steps so that they rise"
    ),
    "step_below_minimum": Meaning(
        ("value", "minimum"),
        "no order lies between the step from {value} and the next",
        "minimum is {minimum}: drop one",
    ),
    "minimum_above_maximum": Meaning(
        ("minimum", "maximum"),
        "the minimum, {minimum}, is above the maximum, {maximum}",
        "lower it, or raise the maximum",
    ),
    "above_cap": Meaning(
        ("value", "maximum"), "{value} is more than the maximum, {maximum}", "lower it, or raise the maximum"
    ),
    "unreachable": Meaning(
        ("rules",),
        "can never answer: {rules}, earlier in the file, answers first wherever it applies",
        "move it up, narrow the rules before it, or take it out",
    ),
    "unknown_branch": Meaning(
        ("value", "hint"), "{value} is no branch of the program", "{hint}, or add it to branches"
    ),
    "kind_name": Meaning(("value",), "{value} is the name of a kind of rules", "give the rule a name of its own"),
    "never_applies": Meaning((), "applies to no order at all", "let its channels, branches, period and windows meet"),
    "unknown_district": Meaning(("value", "hint"), "{value} is no district of the map", "{hint}"),
    # Columns of past orders
    "column_and_value": Meaning(("fact",), "{fact} is a column of the file as well", "keep one of the two"),
    "status_twice": Meaning(
        ("value", "first"), "{value} stands in {first} already", "name it once, in the list of what it means"
    ),
    "bad_moments": Meaning(
        ("value", "why"),
        "{value} is no form of moments: {why}",
        "write iso, unix, unix_wall_clock, or a pattern such as %Y-%m-%d %H:%M:%S",
    ),
    "zone_missing": Meaning(
        ("moments",),
        "is missing: moments written as {moments} have no offset",
        "write the IANA name of the zone whose clock they show, such as America/Chicago",
    ),
    # Revisions
    "changed_for_good": Meaning(
        ("value", "before"),
        "{value} was {before} in an earlier revision",
        "keep it, or begin a program with another id",
    ),
    "same_moment": Meaning(
        ("value",), "two revisions come into force at {value}", "move one of them, or merge the two"
    ),
}
"""Every code with its figures and English words; the codes are stable."""


class Problem(Coded):
    """
    One thing that's wrong with settings: *path* says where, ``code`` and figures what, ``words`` and ``fix`` in
    English.

    Paths are as in the file: ``cashback[2].percent`` is the percent of the third cashback rule; an empty path is the
    whole file. B6.

    Examples:
        >>> from loyaltykit import Problem
        >>> problem = Problem("too_large", path="cashback[2].percent", value="110", maximum="100")
        >>> print(problem)
        cashback[2].percent: 110 is more than 100 (write at most 100)
    """

    __slots__ = ("path",)

    table = PROBLEMS
    _compared = ("path", "code", "values")

    path: str

    def __init__(self, code: str, /, *, path: str, **figures: Any) -> None:
        super().__init__(code, **figures)
        object.__setattr__(self, "path", path)

    @property
    def fix(self) -> str:
        """How to mend it, in English."""
        return self._in_words(self.table[self.code].fix)

    def under(self, path: str) -> Problem:
        """Give the same problem for settings that lie at *path*."""
        joined = path + self.path if self.path.startswith("[") or not path or not self.path else f"{path}.{self.path}"
        return Problem(self.code, path=joined, **self.figures)

    def __str__(self) -> str:
        """Give path, words and fix on one line."""
        return f"{self.path}: {self.words} ({self.fix})" if self.path else f"{self.words} ({self.fix})"

    def __repr__(self) -> str:
        """Show the code, the path and the figures, as it's made."""
        return super().__repr__().replace("(", "(", 1)[:-1] + f", path={self.path!r})"
