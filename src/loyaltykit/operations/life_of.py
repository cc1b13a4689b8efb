"""In which life of theirs somebody is: whoever was forgotten and comes again under the same id is somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltykit.documents import member as member_document
from loyaltykit.documents import worker as worker_document
from loyaltykit.operations.requests import Load

if TYPE_CHECKING:
    from loyaltykit.operations.programs import Programs
    from loyaltykit.operations.requests import Operation


def life_of(programs: Programs, person_id: str) -> Operation[int]:
    """Give a number that changes whenever *person_id* is forgotten, as a member or as a worker."""
    keys = programs.key("member", person_id), programs.key("worker", person_id)
    found = yield Load(keys)
    lives = 0
    for key, document in zip(keys, (member_document, worker_document), strict=True):
        stored = found[key]
        lives += stored.version if stored.body is None else document.decode(key, stored.body).life
    return lives
