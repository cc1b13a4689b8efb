"""The JSON Schema of program files, from the same registry that reads and writes them. Row B8."""

from __future__ import annotations

from typing import Any

from loyaltykit.program.program import Program

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def program_schema() -> dict[str, Any]:
    """
    Give JSON Schema 2020-12 for a program file: what an editor needs to complete keys and to mark mistakes.

    It says what each key is; contradictions between settings only `Program.from_dict` finds.

    Examples:
        >>> from loyaltykit import program_schema
        >>> program_schema()["properties"]["digits"]["maximum"]
        6
    """
    return {"$schema": DIALECT} | Program.as_kind().schema()
