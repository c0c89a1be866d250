"""Alembic's door: runs the migrations on the connection that ``interop.store.migrate`` hands in.

The transaction is the caller's, so that all steps are committed together or not at all.
"""

from alembic import context

from interop.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
