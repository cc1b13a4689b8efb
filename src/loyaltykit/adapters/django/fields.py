"""Names as databases keep them: compared byte by byte, whatever the database's own order of letters is."""

from __future__ import annotations

from typing import Any, Final

from django.db import models

BYTE_BY_BYTE: Final = {"postgresql": "C", "sqlite": "BINARY"}
"""The collation of each vendor in which ``a`` and ``A`` are two, and order is that of UTF-8."""


class NameField(models.TextField):
    """
    A key, an account, a unit, a digest or an operation's id: 1 to 2,048 bytes, its collation that of its database.

    Examples:
        >>> from django.db import connections
        >>> from loyaltykit.testing.contract.django_factories import django_sqlite
        >>> factory = django_sqlite()
        >>> connection = connections[factory.create().using]
        >>> NameField().db_parameters(connection)["collation"]
        'BINARY'
        >>> factory.destroy()
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        """Give the column's type, check and collation."""
        parameters: dict[str, Any] = super().db_parameters(connection)
        return parameters | {"collation": BYTE_BY_BYTE.get(connection.vendor)}

    def db_type(self, connection: Any) -> str:
        """
        Give the column's type: on PostgreSQL ``text`` by its other name, since Django would index ``text`` twice, for
        LIKE as well, which an index in collation ``C`` serves already.
        """
        return "character varying" if connection.vendor == "postgresql" else "text"
