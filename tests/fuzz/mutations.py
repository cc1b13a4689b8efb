"""What real examples become: bytes and texts with slices cut, doubled and put in; JSON with its nodes changed."""

from __future__ import annotations

import json
from copy import deepcopy

import tomli_w
from hypothesis import strategies as st

NASTY_TEXTS = [
    "",
    " ",
    "\0",
    "\r\n",
    '"',
    "'",
    ",",
    "{",
    "{points.__class__}",
    "%Points%",
    "\ufeff",
    "\u202e",
    "\u200b",
    "😀",
    "e\u0301",
    "0",
    "-0",
    "00",
    "+1",
    "1e9999",
    "1e-9999",
    "1e999999999999",
    "nan",
    "Infinity",
    "9" * 5_000,
    "0." + "3" * 500,
    "٣",
    "９",
    "1/3",
    "0x10",
    "1_000",
    "P1Y",
    "P999999999Y",
    "P1Y1Y",
    "PT1S",
    "2026-02-30",
    "2026-03-01",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:59",
    "24:00",
    "Europe/Moscow",
    "../../etc/passwd",
    "RUB",
    "XXX",
    "=1+1",
    "x" * 3_000,
]

NASTY_VALUES = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**30,
    10**400,
    0.1,
    -0.0,
    1e308,
    float("inf"),
    float("nan"),
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"v": 1},
]


def _deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


TEXTS = st.sampled_from(NASTY_TEXTS) | st.text(max_size=20)
LONE = st.sampled_from(["\ud800", "a\udfffb"])
"""Half surrogates: no file holds them, a dict may."""

VALUES = st.sampled_from(NASTY_VALUES) | TEXTS | st.integers() | st.floats() | st.just(_deep(100))


@st.composite
def edited(draw, samples, pieces):
    """Give one of *samples*, texts or bytes, after some edits; *pieces* are put in."""
    text = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 1, 2, 5, 20, 100])))
        kind = draw(st.sampled_from(["cut", "put in", "double", "from another", "end"]))
        if kind == "cut":
            text = text[:start] + text[end:]
        elif kind == "put in":
            text = text[:start] + draw(pieces) + text[end:]
        elif kind == "double":
            text = text[:end] + text[start:end] * draw(st.sampled_from([1, 2, 50])) + text[end:]
        elif kind == "from another":
            other = draw(st.sampled_from(samples))
            begin = draw(st.integers(0, len(other)))
            text = text[:start] + other[begin : begin + 60] + text[end:]
        else:
            text = text[:start]
    return text


def edited_text(samples):
    """Give one of *samples* of text, edited."""
    return edited(samples, TEXTS)


def edited_bytes(samples):
    """Give one of *samples*, texts, as bytes, edited; or any bytes."""
    pieces = st.binary(max_size=8) | TEXTS.map(str.encode) | st.sampled_from([b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0"])
    return edited([sample.encode() if isinstance(sample, str) else sample for sample in samples], pieces) | st.binary(
        max_size=300
    )


def paths_of(value, path=()):
    """Give the path of every node of *value*, which is as JSON gives it."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from paths_of(value[key], (*path, key))
    elif isinstance(value, list):
        for place in range(len(value)):
            yield from paths_of(value[place], (*path, place))


def node(value, path):
    """Give what stands at *path* in *value*."""
    for step in path:
        value = value[step]
    return value


@st.composite
def mutated(draw, samples, *, values=VALUES):
    """Give one of *samples*, as JSON gives them, with some of its nodes changed; *values* are put in."""
    root = {"": deepcopy(draw(st.sampled_from(samples)))}
    for _ in range(draw(st.integers(1, 4))):
        paths = [path for path in paths_of(root) if path]
        path = draw(st.sampled_from(paths))
        parent, last = node(root, path[:-1]), path[-1]
        kind = draw(st.sampled_from(["value", "value", "other node", "remove", "key", "wrap", "double"]))
        if kind == "value":
            parent[last] = deepcopy(draw(values))
        elif kind == "other node":
            parent[last] = deepcopy(node(root, draw(st.sampled_from(paths))))
        elif kind == "remove" and len(path) > 1:
            del parent[last]
        elif kind == "key" and isinstance(parent, dict) and len(path) > 1:
            parent[draw(TEXTS)] = parent.pop(last)
        elif kind == "wrap":
            parent[last] = [parent[last]]
        elif kind == "double" and isinstance(parent, list):
            parent.extend([parent[last]] * draw(st.sampled_from([1, 3, 100])))
    return root[""]


def as_json(value):
    """Give *value* as JSON, with what only Python's has, such as NaN."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def as_toml(value):
    """Give *value* as TOML, or as JSON where TOML can't hold it."""
    try:
        return tomli_w.dumps(value).encode("utf-8", "replace")
    except (TypeError, ValueError, AttributeError, RecursionError):
        return as_json(value)
