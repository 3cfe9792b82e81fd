"""The ledger: what needs keys, constraints and compare-and-set (SQLAlchemy on SQLite in WAL mode, or PostgreSQL)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from workbench.catalog.migrate import migrate
from workbench.catalog.seal import read_seal_key, seal
from workbench.errors import MissingPackageError, StorageError
from workbench.settings import hide_password

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from workbench.settings import Settings

LOST_LEDGER = "Put a copy of the file in its place, or move it away to begin with an empty ledger."


def now() -> datetime:
    """The present moment in UTC, without zone (as stored)."""
    return datetime.now(UTC).replace(tzinfo=None)


class Table(DeclarativeBase):
    """Metadata of all ledger tables."""

    type_annotation_map: ClassVar = {dict[str, Any]: JSON, list[Any]: JSON}


class PersonRow(Table):
    __tablename__ = "person"
    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(default="scientist")
    email: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (CheckConstraint("role in ('scientist', 'reviewer', 'admin')", name="person_role"),)


class CohortRow(Table):
    __tablename__ = "cohort"
    cohort_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    map_id: Mapped[str]
    entities: Mapped[list[Any]]
    person: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class HypothesisRow(Table):
    __tablename__ = "hypothesis"
    hypothesis_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    statement: Mapped[str]
    task: Mapped[str]
    perturbation: Mapped[dict[str, Any]]
    perturbation_id: Mapped[str] = mapped_column(index=True)
    context: Mapped[dict[str, Any]]
    rule: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="draft", index=True)
    author: Mapped[str]
    author_kind: Mapped[str] = mapped_column(default="person")
    prediction_id: Mapped[str | None]
    predicted: Mapped[dict[str, Any]]
    rationale: Mapped[str] = mapped_column(default="")
    score: Mapped[float | None]
    reason: Mapped[str] = mapped_column(default="")
    priority: Mapped[int] = mapped_column(default=0)
    cost: Mapped[float | None]
    tags: Mapped[list[Any]]
    outcome: Mapped[dict[str, Any]]
    simulated: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint(
            "state in ('draft','proposed','approved','scheduled','in lab','measured','resolved','withdrawn')",
            name="hypothesis_state",
        ),
        CheckConstraint("author_kind in ('person', 'machine')", name="hypothesis_author_kind"),
    )


class EventRow(Table):
    __tablename__ = "hypothesis_event"
    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    hypothesis_id: Mapped[str] = mapped_column(ForeignKey("hypothesis.hypothesis_id"))
    sequence: Mapped[int]
    at: Mapped[datetime]
    person: Mapped[str]
    kind: Mapped[str]
    from_state: Mapped[str] = mapped_column(default="")
    to_state: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    payload: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    position: Mapped[int]  # among all events of the ledger, from 1
    ledger_hash: Mapped[str]  # of this event and of the one before it in the ledger
    __table_args__ = (
        UniqueConstraint("hypothesis_id", "sequence", name="event_sequence"),
        UniqueConstraint("position", name="event_position"),
    )


class ChainHead:
    """One row: where a chain of events ends, sealed with a key that lies outside the ledger."""

    head_id: Mapped[int] = mapped_column(primary_key=True)
    n_events: Mapped[int]
    ledger_hash: Mapped[str]
    seal: Mapped[str]


class EventHeadRow(ChainHead, Table):
    """The end of what happened to hypotheses."""

    __tablename__ = "event_head"
    __table_args__ = (CheckConstraint("head_id = 1", name="event_head_is_one"),)


class AccessEventRow(Table):
    """What happened to people's roles, accounts and tokens; never a secret. Changed only through `access_history`."""

    __tablename__ = "access_event"
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    person: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AccessHeadRow(ChainHead, Table):
    """The end of the history of access."""

    __tablename__ = "access_head"
    __table_args__ = (CheckConstraint("head_id = 1", name="access_head_is_one"),)


class AttachmentRow(Table):
    __tablename__ = "attachment"
    attachment_id: Mapped[str] = mapped_column(primary_key=True)
    hypothesis_id: Mapped[str] = mapped_column(ForeignKey("hypothesis.hypothesis_id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str]
    n_bytes: Mapped[int]
    person: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("hypothesis_id", "sha256", name="attachment_once"),)


class TokenRow(Table):
    __tablename__ = "api_token"
    token_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.name"))
    scopes: Mapped[list[Any]]
    secret_sha256: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SeenRow(Table):
    """Up to which event of the ledger a person has seen the news."""

    __tablename__ = "inbox_seen"
    person: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(default=now)


class ExperimentRow(Table):
    __tablename__ = "experiment"
    experiment_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    lab: Mapped[str]
    task: Mapped[str]
    state: Mapped[str] = mapped_column(default="scheduled")
    hypothesis_ids: Mapped[list[Any]]
    seed: Mapped[int] = mapped_column(default=0)
    quality: Mapped[dict[str, Any]]
    design: Mapped[dict[str, Any]]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (CheckConstraint("lab in ('bench', 'replay', 'simulated')", name="experiment_lab"),)


class PlateRow(Table):
    __tablename__ = "plate"
    plate_barcode: Mapped[str] = mapped_column(primary_key=True)
    experiment_id: Mapped[str] = mapped_column(ForeignKey("experiment.experiment_id"), index=True)
    n_wells: Mapped[int]
    replicate: Mapped[int] = mapped_column(default=1)


class WellRow(Table):
    __tablename__ = "well"
    plate_barcode: Mapped[str] = mapped_column(ForeignKey("plate.plate_barcode"), primary_key=True)
    well: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    perturbation_id: Mapped[str] = mapped_column(default="")
    perturbation_name: Mapped[str] = mapped_column(default="")
    hypothesis_id: Mapped[str | None] = mapped_column(ForeignKey("hypothesis.hypothesis_id"), index=True)
    replicate: Mapped[int] = mapped_column(default=1)
    dose_um: Mapped[float | None]


class StockRow(Table):
    __tablename__ = "stock"
    source_plate: Mapped[str] = mapped_column(primary_key=True)
    source_well: Mapped[str] = mapped_column(primary_key=True)
    perturbation_id: Mapped[str] = mapped_column(index=True)
    volume_nl: Mapped[float]
    concentration_um: Mapped[float | None]
    person: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(default=now)


class ResultFileRow(Table):
    __tablename__ = "result_file"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    experiment_id: Mapped[str] = mapped_column(ForeignKey("experiment.experiment_id"))
    person: Mapped[str]
    n_rows: Mapped[int]
    n_rejected: Mapped[int] = mapped_column(default=0)
    imported_at: Mapped[datetime] = mapped_column(default=now)


class ResultRow(Table):
    __tablename__ = "result"
    result_id: Mapped[str] = mapped_column(primary_key=True)
    plate_barcode: Mapped[str]
    well: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(ForeignKey("result_file.sha256"))
    row_number: Mapped[int]
    accepted: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("plate_barcode", "well", name="result_once_per_well"),)


class ModelVersionRow(Table):
    __tablename__ = "model_version"
    version_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    task: Mapped[str] = mapped_column(index=True)
    architecture: Mapped[str]
    state: Mapped[str] = mapped_column(default="candidate")
    weights_sha256: Mapped[str]
    recipe: Mapped[dict[str, Any]]
    recipe_hash: Mapped[str]
    snapshot: Mapped[int]
    code_version: Mapped[str]
    training_set: Mapped[dict[str, Any]]
    card: Mapped[dict[str, Any]]
    parent: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("state in ('candidate', 'promoted', 'retired', 'rejected')", name="model_state"),
        # one promoted version a task: a second promotion must retire the first in the same transaction
        Index(
            "one_promoted_per_task",
            "task",
            unique=True,
            sqlite_where=(state == "promoted"),  # type: ignore[arg-type]
            postgresql_where=(state == "promoted"),  # type: ignore[arg-type]
        ),
    )


class ComparisonRow(Table):
    __tablename__ = "comparison"
    comparison_id: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(index=True)
    old: Mapped[str]
    new: Mapped[str]
    held_out: Mapped[str]
    rows: Mapped[list[Any]]
    rule: Mapped[dict[str, Any]]
    decision: Mapped[str]
    reason: Mapped[str]
    experiment_id: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class JobRow(Table):
    __tablename__ = "job"
    job_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued", index=True)
    arguments: Mapped[dict[str, Any]]
    progress: Mapped[float] = mapped_column(default=0.0)
    message: Mapped[str] = mapped_column(default="")
    result_id: Mapped[str | None]
    error: Mapped[dict[str, Any]]
    person: Mapped[str] = mapped_column(default="")
    executor: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class WorkerRow(Table):
    __tablename__ = "worker"
    executor: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(default=now)
    heartbeat: Mapped[datetime] = mapped_column(default=now)


class Ledger:
    """The open ledger. `session()` is one transaction: committed at the end, rolled back on an error."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.home.mkdir(parents=True, exist_ok=True)
        try:
            self.engine = _engine(settings.ledger_url)
            self.seal_key = read_seal_key(settings)
            if migrate(self.engine):
                self._seal()
        except ImportError as error:
            raise MissingPackageError(
                f"a ledger on PostgreSQL needs the package {error.name}.", hint='Run pip install -e ".[team]".'
            ) from error
        except SQLAlchemyError as error:
            raise StorageError(
                f"the ledger cannot be opened: {str(getattr(error, 'orig', error)).strip()}.",
                where=hide_password(settings.ledger_url),
                hint=LOST_LEDGER if settings.ledger_url.startswith("sqlite") else "Is WORKBENCH_CATALOG right?",
            ) from error

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A write transaction; raises StorageError when the database is locked or full."""
        with Session(self.engine, expire_on_commit=False, info={"seal_key": self.seal_key}) as session:
            try:
                yield session
                session.commit()
            except OperationalError as error:
                session.rollback()
                raise StorageError(
                    f"the ledger could not be written: {error.orig}",
                    where=str(self.engine.url.database),
                    hint="Nothing was changed; see `workbench doctor`.",
                ) from error

    def _seal(self) -> None:
        """Seal where both histories end as a migration left them."""
        with self.session() as session:
            for head in (session.get(EventHeadRow, 1), session.get(AccessHeadRow, 1)):
                if head is not None:
                    head.seal = seal(self.seal_key, head.n_events, head.ledger_hash)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    engine = create_engine(url, json_serializer=None, pool_pre_ping=url.startswith("postgresql"))
    if url.startswith("sqlite"):

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            connection.isolation_level = None  # we begin transactions ourselves: see `begin`
            cursor = connection.cursor()
            for pragma in ("journal_mode=WAL", "busy_timeout=20000", "foreign_keys=ON", "synchronous=NORMAL"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # take the write lock first: no read-to-write upgrade fails

    return engine
