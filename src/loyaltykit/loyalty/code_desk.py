"""The facet ``codes`` of `Loyalty`: codes are checked, given out and told."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from loyaltykit.operations.check_code import check_code
from loyaltykit.operations.issue_code import issue_code
from loyaltykit.values.code import message_with, referral_link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from loyaltykit.loyalty.driver import Driver
    from loyaltykit.operations.check_code import CodeCheck
    from loyaltykit.operations.issue_code import IssuedCode
    from loyaltykit.operations.programs import Programs


class CodeDesk:
    """
    Where codes are given out and checked: the facet ``codes`` of `Loyalty`.

    Examples:
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import Loyalty, Program
        >>> from loyaltykit.adapters.memory import MemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = Loyalty(Program.from_dict(raw), MemoryRepository())
        >>> print(loyalty.codes.check("sale 🎉", at=datetime(2026, 3, 1, tzinfo=timezone.utc)))
        no code: a code is made of letters, digits, #, _ and -: '🎉' in 'sale 🎉' is none of them
    """

    def __init__(self, programs: Programs, driver: Driver) -> None:
        self._programs = programs
        self._driver = driver

    def check(self, code: str, *, at: datetime, customer: str | None = None) -> CodeCheck:
        """
        Say what the *code* is that somebody types, and whether *customer* could name it with an order now (T6).

        Nothing is written, and nothing that people type is an error.
        """
        return self._driver.run(partial(check_code, self._programs, code, at=at, customer=customer))

    def issue(self, issue_id: str, member_id: str, *, at: datetime, code: str | None = None) -> IssuedCode:
        """
        Give a member the referral *code* that is set by hand, or one that is drawn, unless they have one (T1).

        Codes that they had before stay theirs. Raises `InvalidValue` for what is no code, and `CodeTaken` where
        somebody else has it, or a promo.

        Examples:
            >>> from datetime import datetime, timezone
            >>> from loyaltykit import CodeTaken, Loyalty, Program
            >>> from loyaltykit.adapters.memory import MemoryRepository
            >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
            >>> loyalty = Loyalty(Program.from_dict(raw), MemoryRepository())
            >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
            >>> loyalty.codes.issue("i1", "m1", code="#romashka_01", at=now).code
            '#ROMASHKA_01'
            >>> try:
            ...     loyalty.codes.issue("i2", "m2", code="#Romashka_01", at=now)
            ... except CodeTaken as error:
            ...     print(error)
            the code #ROMASHKA_01 is given out already: choose another one
        """
        return self._driver.run(partial(issue_code, self._programs, issue_id, member_id, at=at, code=code))

    def generate(
        self,
        batch_id: str,
        promo: str,
        count: int,
        *,
        at: datetime,
        member: str | None = None,
        worker: str | None = None,
        length: int = 8,
    ) -> Iterator[str]:
        """
        Give *count* unique codes of the promo rule called *promo*, one after the other (G10, G11).

        They're written 80 at a time while they're taken, and the same call again gives the same codes and goes on where
        it was stopped. Individual ones may be bound to a *member*, a worker's are that *worker*'s. Codes have *length*
        characters, more where one in a hundred of a length is given out. Raises `InvalidValue`.

        Examples:
            >>> from datetime import datetime, timezone
            >>> from loyaltykit import Loyalty, Program
            >>> from loyaltykit.adapters.memory import MemoryRepository
            >>> program = Program.from_dict({
            ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
            ...     "redemption": [{}], "promo": [{"name": "thanks", "kind": "individual", "percent": "10"}],
            ... })
            >>> loyalty = Loyalty(program, MemoryRepository())
            >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
            >>> codes = list(loyalty.codes.generate("march", "thanks", 200, at=now))
            >>> len(set(codes)), codes == list(loyalty.codes.generate("march", "thanks", 200, at=now))
            (200, True)
        """
        from loyaltykit.operations.generate_codes import (  # noqa: PLC0415 - most processes generate none
            codebook,
            generate_batch,
        )

        told: dict[str, Any] = {"at": at, "member": member, "worker": worker, "length": length}
        wanted = codebook(self._programs, batch_id, promo, count, **told)
        for number in wanted.batches:
            batch = self._driver.run(partial(generate_batch, self._programs, wanted, number))
            for code in batch:  # noqa: UP028 - async generators have no yield from
                yield code

    @staticmethod
    def referral_link(template: str, code: str) -> str:
        """
        Give the host's URL with *code* in it: *template* has ``{code}`` where it goes (G9); raises `InvalidValue`.
        """
        return referral_link(template, code)

    @staticmethod
    def message(template: str, code: str) -> str:
        """
        Give *template* with *code* wherever it has ``%ClientReferralCode%`` or ``{client_referral_code}`` (T3).

        Raises `InvalidValue` for no code, for other variables, and for what is no template.
        """
        return message_with(template, code)
