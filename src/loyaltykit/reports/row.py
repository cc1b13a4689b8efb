"""What every row of a report has: columns, which are the names of its fields, and a cell for each."""

from __future__ import annotations

from typing import Any

from attrs import fields


def columns_of(kind: type[Any]) -> tuple[str, ...]:
    """
    Give the columns of rows of the class *kind*.

    Examples:
        >>> from loyaltykit import SurchargeRow
        >>> columns_of(SurchargeRow)
        ('district', 'rule', 'orders', 'money')
    """
    return tuple([each.name for each in fields(kind)])


def cells_of(row: object, columns: tuple[str, ...]) -> list[Any]:
    """
    Give the cells of *row*, as they are, one for each of *columns*.

    Examples:
        >>> from loyaltykit import Money, SurchargeRow
        >>> cells_of(SurchargeRow(district="76", rule="centre", orders=1, money=Money(88, "RUB")), ("rule", "orders"))
        ['centre', 1]
    """
    return [getattr(row, name) for name in columns]
