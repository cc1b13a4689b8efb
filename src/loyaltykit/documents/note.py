"""
The document of a note: what was written to an adjustment, apart from everything else, so that it can be erased. Row S6.
"""

from __future__ import annotations

from attrs import frozen

from loyaltykit.documents.form import as_json, opened, understood


@frozen(kw_only=True)
class Note:
    """
    The *text* that the member sees, and the *operator* who made the adjustment, by the host's id.

    Examples:
        >>> Note(text="sorry for the wait").operator is None
        True
    """

    text: str | None = None
    operator: str | None = None


def encode(note: Note) -> str:
    """
    Give the body of *note*; what isn't there is left out.

    Examples:
        >>> encode(Note(text="sorry for the wait"))
        '{"v":1,"text":"sorry for the wait"}'
    """
    told = {"text": note.text, "operator": note.operator}
    return as_json({"v": 1} | {name: value for name, value in told.items() if value is not None})


@understood
def decode(key: str, body: str | None) -> Note:
    """
    Read the *body* stored under *key*; where there's no note, or none any more, nothing is known. Raises `StoreTooNew`.

    Examples:
        >>> decode("note/1", encode(Note(text="sorry for the wait"))).text, decode("note/1", None).text
        ('sorry for the wait', None)
    """
    if body is None:
        return Note()
    raw = opened(key, body)
    return Note(text=raw.get("text"), operator=raw.get("operator"))
