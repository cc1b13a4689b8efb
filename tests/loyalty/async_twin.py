"""
The async twins of `Loyalty` and of its driver, made of the text of the plain ones by ``make async``.

What is replaced stands in tables, pattern by pattern, and each has to be found: a table that has grown old says so.
Examples aren't translated: each class has its own here, and methods have theirs in the plain text.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from loyaltykit import loyalty

HOME = Path(loyalty.__file__).parent
PROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"

TYPES = ((r"\bRepository\b", "AsyncRepository"), (r"\bReader\b", "AsyncReader"))
"""What each twin is written over."""

DRIVER = (
    *TYPES,
    (r"^import time$", "import asyncio\nimport time"),
    (r'^"""The driver: it runs', '"""The async driver: it runs'),
    (r"^class Driver:", "class AsyncDriver:"),
    (r"^    def (?!__init__\()", "    async def "),
    (r"self\._(attempt|answer|commit|committed)\(", r"await self._\1("),
    (r"self\._repository\.commit\(", "await self._repository.commit("),
    (r"request\.ask\(", "await request.ask("),
    (r"self\._see_if_torn\(seen", "await self._see_if_torn(seen"),
    (r"self\._repository\.load\(tuple\(seen\)\)", "await self._repository.load(tuple(seen))"),
    (r"time\.sleep\(", "await asyncio.sleep("),
)

FACETS = ("Members", "CodeDesk", "Cards", "Notices", "Workers", "Reports")

FACE = (
    *TYPES,
    (r'^("""`Loyalty`: an order\'s life over) a repository', r"\1 an async repository"),
    (r"\bLoyalty\b(?! never stops)", "AsyncLoyalty"),
    *[(rf"\b{name}\b", f"Async{name}") for name in FACETS],
    (r"loyalty\.(cards|code_desk|members|notices|reports|workers) import", r"loyalty.async_\1 import"),
    (r"loyalty\.driver import Driver$", "loyalty.async_driver import AsyncDriver"),
    (r"\bDriver\b", "AsyncDriver"),
    (r"^    def (?!__init__\(|on\(|members\(|codes\(|cards\(|notices\(|workers\(|reports\()", "    async def "),
    (r"self\._driver\.run\(", "await self._driver.run("),
)


def facet(name, *, called=()):
    """Give what is replaced in the facet *name*, of which what's *called* awaits nothing."""
    plain = "".join(rf"|{each}\(" for each in called)
    return (
        (r"\bLoyalty\b", "AsyncLoyalty"),
        (rf"\b{name}\b", f"Async{name}"),
        (r"loyalty\.driver import Driver$", "loyalty.async_driver import AsyncDriver"),
        (r"\bDriver\b", "AsyncDriver"),
        (rf"^    def (?!__init__\({plain})", "    async def "),
        (r"self\._driver\.run\(", "await self._driver.run("),
    )


CODES = (
    *facet("CodeDesk", called=("referral_link", "message")),
    (r"\bIterator\b", "AsyncIterator"),
    (r"  # noqa: UP028.*$", ""),
)

REPORTS = (
    *facet("Reports"),
    (r"\bIterator\b", "AsyncIterator"),
    (r"  # noqa: UP028.*$", ""),
)

TWINS = {
    "async_driver.py": ("driver.py", DRIVER),
    "async_loyalty.py": ("loyalty.py", FACE),
    "async_members.py": ("members.py", facet("Members")),
    "async_code_desk.py": ("code_desk.py", CODES),
    "async_cards.py": ("cards.py", facet("Cards")),
    "async_notices.py": ("notices.py", facet("Notices")),
    "async_workers.py": ("workers.py", facet("Workers")),
    "async_reports.py": ("reports.py", REPORTS),
}
"""Every twin by its file, with what it's made of."""

EXAMPLES = {
    "AsyncMembers": """
    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> asyncio.run(loyalty.members.view("m1", at=datetime(2026, 3, 1, tzinfo=timezone.utc))).balance
        Points(0)
""",
    "AsyncCodeDesk": """
    All but `referral_link` and `message` is awaited; `generate` is taken by ``async for``.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> print(asyncio.run(loyalty.codes.check("sale 🎉", at=now)))
        no code: a code is made of letters, digits, #, _ and -: '🎉' in 'sale 🎉' is none of them
""",
    "AsyncCards": """
    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Money, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> now = datetime(2026, 3, 1, tzinfo=timezone.utc)
        >>> asyncio.run(loyalty.cards.issue("c1", at=now, face=Money(50, "RUB"))).face
        Money('50.00', 'RUB')
""",
    "AsyncNotices": """
    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> asyncio.run(loyalty.notices.waiting(at=datetime(2026, 3, 1, tzinfo=timezone.utc))).notices
        ()
""",
    "AsyncWorkers": """
    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> asyncio.run(loyalty.workers.view("w7", at=datetime(2026, 3, 1, tzinfo=timezone.utc))).balance
        Money('0.00', 'RUB')
""",
    "AsyncReports": """
    All is awaited, but `points` and `cards`, which are taken by ``async for``.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Program
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> raw = {"id": "city", "currency": "RUB", "point_value": 1, "time_zone": "Europe/Moscow"}
        >>> loyalty = AsyncLoyalty(Program.from_dict(raw), AsyncMemoryRepository())
        >>> print(asyncio.run(loyalty.reports.referrals(at=datetime(2026, 3, 1, tzinfo=timezone.utc))))
        Referrals: nothing
""",
    "AsyncLoyalty": """
    All but `on` is awaited; *observe* is called. A call that was cancelled on its way may have been done or not: the
    same call again sees to it that it's done, once.

    Examples:
        >>> import asyncio
        >>> from datetime import datetime, timezone
        >>> from loyaltykit import AsyncLoyalty, Money, Order, Points, Program, Settlement
        >>> from loyaltykit.adapters.memory import AsyncMemoryRepository
        >>> program = Program.from_dict({
        ...     "id": "city", "currency": "RUB", "point_value": "1", "time_zone": "Europe/Moscow",
        ...     "cashback": [{"percent": "5"}], "redemption": [{"max_share": "50"}],
        ... })
        >>> async def two_orders(now: datetime) -> Settlement:
        ...     loyalty = AsyncLoyalty(program, AsyncMemoryRepository())
        ...     await loyalty.settle(Order(id="o1", customer="m1", price=Money("412.00", "RUB")), at=now)
        ...     second = Order(id="o2", customer="m1", price=Money("300", "RUB"))
        ...     await loyalty.place(second, at=now, redeem=Points(15))
        ...     return await loyalty.complete("o2", at=now, price=Money("280", "RUB"))
        >>> done = asyncio.run(two_orders(datetime(2026, 3, 1, tzinfo=timezone.utc)))
        >>> done.due, done.awards[0].points
        (Money('265.00', 'RUB'), Points(14))
""",
}
"""The examples of the classes, with what is true of the async ones alone."""


def made(name):
    """Give the text of the twin called *name*, as it should be now."""
    origin, table = TWINS[name]
    text = (HOME / origin).read_text(encoding="utf-8")
    for pattern, new in table:
        text, times = re.subn(pattern, new, text, flags=re.MULTILINE)
        if not times:
            message = f"{pattern} isn't found in {origin} any more: mend the table in {__name__}"
            raise LookupError(message)
    return _tidied(f"# Made from {origin} by `make async`: change that one, and make this anew.\n" + _exemplified(text))


def _exemplified(text):
    """Give *text* with the examples of its classes replaced, and those of methods left out."""
    text = re.sub(r"\n        Examples:\n(?:.+\n)+?(?=        \"\"\"\n)", "", text)
    for name, example in EXAMPLES.items():
        before, head, rest = text.partition(f"class {name}:\n")
        rest = re.sub(r"\n    Examples:\n(?:.+\n)+?(?=    \"\"\"\n)", lambda _: example, rest, count=1)  # noqa: B023
        text = before + head + rest
    return text


def _tidied(text):
    """Give *text* as the formatter writes it: names that have become longer are sorted and wrapped anew."""
    ours = ("--config", 'lint.isort.known-first-party = ["loyaltykit"]')  # also where src is out of sight
    for work in (("check", "--select", "I", "--fix", "--quiet", *ours), ("format",)):
        command = [sys.executable, "-m", "ruff", *work, "--no-cache", "--config", str(PROJECT), "-"]
        text = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True).stdout  # noqa: S603
    return text


if __name__ == "__main__":
    for name in TWINS:
        (HOME / name).write_text(made(name), encoding="utf-8")
