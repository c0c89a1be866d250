"""The one error of the store."""


class StoreError(Exception):
    """The store cannot do what was asked: locked, damaged, unreadable, of another version.

    The message is one line that names the place (file) and the reason. It is never the fault of
    one record: a record that cannot be taken is a ``ValueError`` of ``Writer.put``.
    """
