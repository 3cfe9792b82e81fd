"""Keep the lab's stock, and the design each batch was laid out by."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stock",
        sa.Column("source_plate", sa.String(), nullable=False),
        sa.Column("source_well", sa.String(), nullable=False),
        sa.Column("perturbation_id", sa.String(), nullable=False),
        sa.Column("volume_nl", sa.Double(), nullable=False),
        sa.Column("concentration_um", sa.Double(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source_plate", "source_well"),
    )
    op.create_index(op.f("ix_stock_perturbation_id"), "stock", ["perturbation_id"], unique=False)
    with op.batch_alter_table("experiment") as table:
        table.add_column(sa.Column("design", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("experiment") as table:
        table.alter_column("design", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("experiment") as table:
        table.drop_column("design")
    op.drop_index(op.f("ix_stock_perturbation_id"), table_name="stock")
    op.drop_table("stock")
