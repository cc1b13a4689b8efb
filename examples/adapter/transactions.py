"""Connections and transactions, of the adapter's own or the host's, as docs/adapter.md builds them."""

from __future__ import annotations

from contextlib import contextmanager, suppress

from loyaltykit.errors import CommitUnknown, StoreUnavailable, VersionConflict

CONFLICTS = ("40001", "40P01")  # what PostgreSQL calls a serialisation failure, and a deadlock


class Statements:
    """What sends statements by *driver*, a module of PEP 249."""

    def __init__(self, driver):
        self.driver = driver
        self.mark = "?" if driver.paramstyle == "qmark" else "%s"

    def told(self, statement):
        """Hear *statement* before it's sent; the kit puts a call of its own here."""

    def execute(self, connection, statement, values=()):
        """Send *statement*, in which each value is marked ``?``; give the cursor."""
        self.told(statement)
        cursor = connection.cursor()
        cursor.execute(statement.replace("?", self.mark), tuple(values))
        return cursor

    @contextmanager
    def refusals_told(self):
        """Say in the library's words what the database refuses: by then nothing was written."""
        try:
            yield
        except self.driver.Error as error:
            if getattr(error, "sqlstate", None) in CONFLICTS:
                message = f"the database preferred somebody else: {error}"
                raise VersionConflict(message) from error
            message = f"the store can't be reached: {error}; nothing was written"
            raise StoreUnavailable(message) from error


class Own(Statements):
    """
    A connection for each call: *connect* gives one in autocommit mode, and closing it gives it back to a pool.

    Every transaction begins with the words *begin*.
    """

    def __init__(self, driver, connect, *, begin="BEGIN"):
        super().__init__(driver)
        self.connect, self.begin = connect, begin

    @contextmanager
    def reading(self):
        """Give a connection."""
        with self.refusals_told():
            connection = self.connect()
            try:
                yield connection
            finally:
                with suppress(self.driver.Error):
                    connection.close()

    @contextmanager
    def writing(self, operation):
        """Give a connection in a transaction, which is committed at the end; after an error, closing rolls it back."""
        with self.reading() as connection:
            self.execute(connection, self.begin)
            yield connection
            self._commit(connection, operation)

    def _commit(self, connection, operation):
        try:
            self.execute(connection, "COMMIT")
        except self.driver.Error as error:
            if getattr(error, "sqlstate", None) in CONFLICTS:
                raise
            message = f"whether {operation} was written isn't known ({error}): commit the same change again"
            raise CommitUnknown(message, operation_id=operation) from error


class Joined(Statements):
    """The host's *connection*, in its transaction: a savepoint takes back what is refused; nothing is committed."""

    def __init__(self, driver, connection):
        super().__init__(driver)
        self.connection = connection

    @contextmanager
    def reading(self):
        """Give the host's connection."""
        with self.refusals_told():
            yield self.connection

    @contextmanager
    def writing(self, operation):  # noqa: ARG002 - whether it was written, the host's commit will tell
        """Give the host's connection within a savepoint."""
        with self.reading() as connection:
            self.execute(connection, "SAVEPOINT loyaltykit")
            try:
                yield connection
            except BaseException:
                with suppress(self.driver.Error):
                    self.execute(connection, "ROLLBACK TO SAVEPOINT loyaltykit")
                raise
            self.execute(connection, "RELEASE SAVEPOINT loyaltykit")
