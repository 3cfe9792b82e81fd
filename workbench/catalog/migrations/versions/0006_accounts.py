"""Accounts with passwords, sign-ins, and a chained history of who was given which access."""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.name"]),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "invitation",
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.name"]),
        sa.PrimaryKeyConstraint("code_sha256"),
    )
    op.create_index(op.f("ix_invitation_person"), "invitation", ["person"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("sign_in_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.name"]),
        sa.PrimaryKeyConstraint("sign_in_id"),
    )
    op.create_index(op.f("ix_sign_in_person"), "sign_in", ["person"], unique=False)
    op.create_table(
        "sign_in_try",
        sa.Column("key_sha256", sa.String(), nullable=False),
        sa.Column("n_tries", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key_sha256"),
    )
    events = op.create_table(
        "access_event",
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    head = op.create_table(
        "access_head",
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("n_events", sa.Integer(), nullable=False),
        sa.Column("ledger_hash", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.CheckConstraint("head_id = 1", name="access_head_is_one"),
        sa.PrimaryKeyConstraint("head_id"),
    )
    found = _people_so_far(op.get_bind())
    if found:
        op.bulk_insert(events, found)
    end = found[-1]["hash"] if found else ""
    op.bulk_insert(head, [{"head_id": 1, "n_events": len(found), "ledger_hash": end, "seal": ""}])


def _people_so_far(connection: sa.Connection) -> list[dict[str, object]]:
    """An event for each person who is there already, chained, so that every role is told."""
    rows = connection.execute(sa.text("SELECT name, role FROM person ORDER BY created_at, name")).all()
    at, previous, events = datetime.now(UTC).replace(tzinfo=None), "", []
    for position, (name, role) in enumerate(rows, start=1):
        event: dict[str, object] = {
            "position": position, "at": at.isoformat(), "person": "migration", "kind": "added", "subject": name,
            "facts": {"role": role}, "previous_hash": previous,
        }  # fmt: skip
        previous = hashlib.sha256(json.dumps(event, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        events.append(event | {"at": at, "hash": previous})
    return events


def downgrade() -> None:
    for table in ("access_head", "access_event", "sign_in_try", "sign_in", "invitation", "account"):
        op.drop_table(table)
