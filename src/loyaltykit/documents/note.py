"""The document of a note: free text about a member, apart from everything else, so that it can be erased."""

from __future__ import annotations

from loyaltykit.documents.form import as_json, opened


def encode(text: str) -> str:
    """
    Give the body of a note.

    Examples:
        >>> encode("sorry for the wait")
        '{"v":1,"text":"sorry for the wait"}'
    """
    return as_json({"v": 1, "text": text})


def decode(key: str, body: str | None) -> str | None:
    """
    Read the *body* stored under *key*; None where there's no note, or none any more. Raises `StoreTooNew`.

    Examples:
        >>> decode("note/1", encode("sorry for the wait")), decode("note/1", None)
        ('sorry for the wait', None)
    """
    if body is None:
        return None
    text: str = opened(key, body)["text"]
    return text
