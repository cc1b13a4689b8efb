"""Publish: a revision's text is stored, for whoever completes an order that was placed under it. Row B8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.errors import InvalidValue

if TYPE_CHECKING:
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation
    from loyaltykit.program.program import Program


def publish(programs: Programs, program: Program) -> Operation[str]:
    """Store the text of *program*, and give its id; raises `InvalidValue` for another id, or other units."""
    if program.id != programs.id:
        message = f"{program.id} is no revision of {programs.id}: make a Loyalty of its own for it"
        raise InvalidValue(message, value=program.id)
    programs.check_units(program)
    yield from programs.published(program)
    return programs.revision_of(program)
