"""
The tables, as models: for the host's admin, its own reports and its routers.

They're read by whoever likes and written by `DjangoRepository.commit` alone: a document saved by hand would break the
promise that it is the sum of its entries. Moments are whole microseconds since 1970 in UTC, which order as moments do
and hold every year from 1 to 9999; `loyaltykit.ledger.cursor.from_micros` makes datetimes of them.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from loyaltykit.adapters.django.fields import NameField
from loyaltykit.errors import RepositoryError


def _refused() -> RepositoryError:
    message = (
        "what a repository keeps isn't written by hand: call Loyalty, or adjust() for a correction, "
        "so that documents and entries agree"
    )
    return RepositoryError(message)


class Kept(models.QuerySet):
    """Rows to be read: whatever would write them raises `RepositoryError`."""

    def update(self, **_values: Any) -> NoReturn:
        """Refuse."""
        raise _refused()

    def delete(self) -> NoReturn:
        """Refuse."""
        raise _refused()

    def bulk_create(self, *_rows: Any, **_options: Any) -> NoReturn:
        """Refuse."""
        raise _refused()

    def bulk_update(self, *_rows: Any, **_options: Any) -> NoReturn:
        """Refuse."""
        raise _refused()


class KeptModel(models.Model):
    """A row to be read: saving and deleting it raise `RepositoryError`."""

    objects = models.Manager.from_queryset(Kept)()

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refuse."""
        raise _refused()

    def delete(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Refuse."""
        raise _refused()


class Document(KeptModel):
    """What is stored under a key: its version, counted from 1, and its body, JSON text, None where it was emptied."""

    key = NameField(primary_key=True)
    version = models.BigIntegerField()
    body = models.TextField(null=True)  # noqa: DJ001 - None is an emptied document

    class Meta(KeptModel.Meta):
        """Its table."""

        db_table = "loyaltykit_document"

    def __str__(self) -> str:
        return f"{self.key} at version {self.version}"


class Receipt(KeptModel):
    """What an operation left: its id, the digest of what was asked, and its result, JSON text."""

    operation = NameField(primary_key=True)
    digest = NameField()
    result = models.TextField()

    class Meta(KeptModel.Meta):
        """Its table."""

        db_table = "loyaltykit_receipt"

    def __str__(self) -> str:
        return str(self.operation)


class Entry(KeptModel):
    """
    One side of a booking; never changed.

    Its key begins with the moment, so that a large table can be partitioned by it; no index has two names, which may be
    longer together than a row of PostgreSQL's index.
    """

    pk = models.CompositePrimaryKey("at", "operation", "line")
    at = models.BigIntegerField()
    operation = NameField()
    line = models.IntegerField()
    account = NameField()
    unit = NameField()
    amount = models.BigIntegerField()
    detail = models.TextField()

    class Meta(KeptModel.Meta):
        """Its table, with an index for statements."""

        db_table = "loyaltykit_entry"
        indexes = (models.Index(fields=("account", "at"), name="loyaltykit_entry_of_account"),)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit} to {self.account} by {self.operation}"


class Due(KeptModel):
    """The document for which something is due at a moment."""

    key = NameField(primary_key=True)
    moment = models.BigIntegerField()

    class Meta(KeptModel.Meta):
        """Its table, with an index for what is due next."""

        db_table = "loyaltykit_due"
        indexes = (models.Index(fields=("moment", "key"), name="loyaltykit_due_by_moment"),)

    def __str__(self) -> str:
        return f"{self.key} at {self.moment}"
