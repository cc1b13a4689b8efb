"""
The document of a notice, by ``["city","notice",MEMBER,SUFFIX]``: what there is to tell a member, until it's
acknowledged. Rows S7, Y6.

The text of an adjustment stays in its own note, so that it stands in one place and is erased there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from loyaltykit.documents.decisions import read_figures, written_figures
from loyaltykit.documents.form import as_json, opened, understood

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.values.point_value import PointValue


@frozen(kw_only=True)
class StoredNotice:
    """
    A notice of a *kind* that was made *at* a moment, in microseconds, with its *figures*.

    *note* is the adjustment whose description is one of them; *code* the referral code that the member had then.

    Examples:
        >>> from loyaltykit import PointValue, Points
        >>> stored = StoredNotice(kind="points_credited", at=3, figures={"points": Points(41), "balance": Points(41)})
        >>> decode("notice/1", encode(stored, PointValue(1, "RUB")), PointValue(1, "RUB")) == stored
        True
    """

    kind: str
    at: int
    figures: Mapping[str, Any] = field(factory=dict)
    note: str | None = None
    code: str | None = None


def encode(stored: StoredNotice, worth: PointValue) -> str:
    """
    Give the body of *stored*; what isn't there is left out.

    Examples:
        >>> from loyaltykit import PointValue
        >>> encode(StoredNotice(kind="code_given", at=3, figures={"code": "D48M"}), PointValue(1, "RUB"))
        '{"v":1,"kind":"code_given","at":3,"figures":{"code":"D48M"}}'
    """
    body: dict[str, Any] = {"v": 1, "kind": stored.kind, "at": stored.at}
    body["figures"] = written_figures(stored.figures, worth)
    body |= {name: value for name, value in (("note", stored.note), ("code", stored.code)) if value is not None}
    return as_json(body)


@understood
def decode(key: str, body: str | None, worth: PointValue) -> StoredNotice | None:
    """
    Read the *body* stored under *key*; None is that of a notice that was acknowledged. Raises `StoreTooNew`.

    Examples:
        >>> from loyaltykit import PointValue
        >>> decode("notice/1", None, PointValue(1, "RUB")) is None
        True
    """
    if body is None:
        return None
    raw = opened(key, body)
    figures = read_figures(raw["figures"], worth)
    return StoredNotice(kind=raw["kind"], at=raw["at"], figures=figures, note=raw.get("note"), code=raw.get("code"))
