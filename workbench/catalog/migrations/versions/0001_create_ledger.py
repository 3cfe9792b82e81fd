"""Create the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("cohort_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("map_id", sa.String(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("cohort_id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "comparison",
        sa.Column("comparison_id", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("held_out", sa.String(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("experiment_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("comparison_id"),
    )
    op.create_index(op.f("ix_comparison_task"), "comparison", ["task"], unique=False)
    op.create_table(
        "experiment",
        sa.Column("experiment_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("lab", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hypothesis_ids", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("lab in ('bench', 'replay', 'simulated')", name="experiment_lab"),
        sa.PrimaryKeyConstraint("experiment_id"),
        sa.UniqueConstraint("number"),
    )
    op.create_table(
        "hypothesis",
        sa.Column("hypothesis_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("perturbation", sa.JSON(), nullable=False),
        sa.Column("perturbation_id", sa.String(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("author_kind", sa.String(), nullable=False),
        sa.Column("prediction_id", sa.String(), nullable=True),
        sa.Column("predicted", sa.JSON(), nullable=False),
        sa.Column("rationale", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("author_kind in ('person', 'machine')", name="hypothesis_author_kind"),
        sa.CheckConstraint(
            "state in ('draft','proposed','approved','scheduled','in lab','measured','resolved','withdrawn')",
            name="hypothesis_state",
        ),
        sa.PrimaryKeyConstraint("hypothesis_id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index(op.f("ix_hypothesis_perturbation_id"), "hypothesis", ["perturbation_id"], unique=False)
    op.create_index(op.f("ix_hypothesis_state"), "hypothesis", ["state"], unique=False)
    op.create_table(
        "job",
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("result_id", sa.String(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("executor", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_index(op.f("ix_job_state"), "job", ["state"], unique=False)
    op.create_table(
        "model_version",
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("architecture", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("weights_sha256", sa.String(), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("recipe_hash", sa.String(), nullable=False),
        sa.Column("snapshot", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("training_set", sa.JSON(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state in ('candidate', 'promoted', 'retired', 'rejected')", name="model_state"),
        sa.PrimaryKeyConstraint("version_id"),
        sa.UniqueConstraint("name"),
    )
    op.create_index(op.f("ix_model_version_task"), "model_version", ["task"], unique=False)
    op.create_index(
        "one_promoted_per_task",
        "model_version",
        ["task"],
        unique=True,
        sqlite_where=sa.text("state = 'promoted'"),
        postgresql_where=sa.text("state = 'promoted'"),
    )
    op.create_table(
        "person",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("role in ('scientist', 'reviewer', 'admin')", name="person_role"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "worker",
        sa.Column("executor", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("heartbeat", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("executor"),
    )
    op.create_table(
        "hypothesis_event",
        sa.Column("event_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("hypothesis_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hypothesis_id"],
            ["hypothesis.hypothesis_id"],
        ),
        sa.PrimaryKeyConstraint("event_id"),
        sa.UniqueConstraint("hypothesis_id", "sequence", name="event_sequence"),
    )
    op.create_table(
        "plate",
        sa.Column("plate_barcode", sa.String(), nullable=False),
        sa.Column("experiment_id", sa.String(), nullable=False),
        sa.Column("n_wells", sa.Integer(), nullable=False),
        sa.Column("replicate", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiment.experiment_id"],
        ),
        sa.PrimaryKeyConstraint("plate_barcode"),
    )
    op.create_index(op.f("ix_plate_experiment_id"), "plate", ["experiment_id"], unique=False)
    op.create_table(
        "result_file",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("experiment_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("n_rows", sa.Integer(), nullable=False),
        sa.Column("n_rejected", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["experiment_id"],
            ["experiment.experiment_id"],
        ),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "result",
        sa.Column("result_id", sa.String(), nullable=False),
        sa.Column("plate_barcode", sa.String(), nullable=False),
        sa.Column("well", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_sha256"],
            ["result_file.sha256"],
        ),
        sa.PrimaryKeyConstraint("result_id"),
        sa.UniqueConstraint("plate_barcode", "well", name="result_once_per_well"),
    )
    op.create_table(
        "well",
        sa.Column("plate_barcode", sa.String(), nullable=False),
        sa.Column("well", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("perturbation_id", sa.String(), nullable=False),
        sa.Column("perturbation_name", sa.String(), nullable=False),
        sa.Column("hypothesis_id", sa.String(), nullable=True),
        sa.Column("replicate", sa.Integer(), nullable=False),
        sa.Column("dose_um", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hypothesis_id"],
            ["hypothesis.hypothesis_id"],
        ),
        sa.ForeignKeyConstraint(
            ["plate_barcode"],
            ["plate.plate_barcode"],
        ),
        sa.PrimaryKeyConstraint("plate_barcode", "well"),
    )
    op.create_index(op.f("ix_well_hypothesis_id"), "well", ["hypothesis_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_well_hypothesis_id"), table_name="well")
    op.drop_table("well")
    op.drop_table("result")
    op.drop_table("result_file")
    op.drop_index(op.f("ix_plate_experiment_id"), table_name="plate")
    op.drop_table("plate")
    op.drop_table("hypothesis_event")
    op.drop_table("worker")
    op.drop_table("person")
    op.drop_index(
        "one_promoted_per_task",
        table_name="model_version",
        sqlite_where=sa.text("state = 'promoted'"),
        postgresql_where=sa.text("state = 'promoted'"),
    )
    op.drop_index(op.f("ix_model_version_task"), table_name="model_version")
    op.drop_table("model_version")
    op.drop_index(op.f("ix_job_state"), table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_hypothesis_state"), table_name="hypothesis")
    op.drop_index(op.f("ix_hypothesis_perturbation_id"), table_name="hypothesis")
    op.drop_table("hypothesis")
    op.drop_table("experiment")
    op.drop_index(op.f("ix_comparison_task"), table_name="comparison")
    op.drop_table("comparison")
    op.drop_table("cohort")
