"""Run by Alembic: applies the migrations on the connection that ``core.schema`` hands over."""

from alembic import context

from core.models import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
