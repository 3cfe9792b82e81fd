"""Chain all events of the ledger; attachments, API tokens, and what each person has seen."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hypothesis_event") as table:
        table.add_column(sa.Column("position", sa.Integer(), nullable=True))
        table.add_column(sa.Column("ledger_hash", sa.String(), nullable=True))
    n_events, ledger_hash = _chain(op.get_bind())
    with op.batch_alter_table("hypothesis_event") as table:
        table.alter_column("position", existing_type=sa.Integer(), nullable=False)
        table.alter_column("ledger_hash", existing_type=sa.String(), nullable=False)
        table.create_unique_constraint("event_position", ["position"])
    head = op.create_table(
        "event_head",
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("n_events", sa.Integer(), nullable=False),
        sa.Column("ledger_hash", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.CheckConstraint("head_id = 1", name="event_head_is_one"),
        sa.PrimaryKeyConstraint("head_id"),
    )
    op.bulk_insert(head, [{"head_id": 1, "n_events": n_events, "ledger_hash": ledger_hash, "seal": ""}])
    op.create_table(
        "attachment",
        sa.Column("attachment_id", sa.String(), nullable=False),
        sa.Column("hypothesis_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("n_bytes", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hypothesis_id"], ["hypothesis.hypothesis_id"]),
        sa.PrimaryKeyConstraint("attachment_id"),
        sa.UniqueConstraint("hypothesis_id", "sha256", name="attachment_once"),
    )
    op.create_index(op.f("ix_attachment_hypothesis_id"), "attachment", ["hypothesis_id"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.name"]),
        sa.PrimaryKeyConstraint("token_id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "inbox_seen",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )


def _chain(connection: sa.Connection) -> tuple[int, str]:
    """Number the events that are there and bind each to the one before it; gives how many, and the last hash."""
    rows = connection.execute(sa.text("SELECT event_id, hash FROM hypothesis_event ORDER BY event_id")).all()
    ledger_hash = ""
    for position, (event_id, event_hash) in enumerate(rows, start=1):
        ledger_hash = hashlib.sha256(f"{ledger_hash}|{position}|{event_hash}".encode()).hexdigest()
        connection.execute(
            sa.text("UPDATE hypothesis_event SET position = :p, ledger_hash = :h WHERE event_id = :e"),
            {"p": position, "h": ledger_hash, "e": event_id},
        )
    return len(rows), ledger_hash


def downgrade() -> None:
    for table in ("inbox_seen", "api_token", "attachment", "event_head"):
        op.drop_table(table)
    with op.batch_alter_table("hypothesis_event") as table:
        table.drop_constraint("event_position", type_="unique")
        table.drop_column("ledger_hash")
        table.drop_column("position")
