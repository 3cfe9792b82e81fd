"""Files attached to hypotheses: checked, kept by content, told in the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from workbench.catalog.files import path_of, read_file, write_file
from workbench.catalog.hypotheses import remark
from workbench.catalog.ledger import AttachmentRow, HypothesisRow
from workbench.catalog.store import new_id
from workbench.errors import ConflictError, InputError, StorageError, UnknownNameError
from workbench.kernels.file_names import safe_name
from workbench.nouns import Attachment

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.nouns import Hypothesis

MAX_BYTES = 20 * 2**20
MAX_FILES = 50
# suffix -> what the file must begin with; empty: UTF-8 text
KINDS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",), "png": (b"\x89PNG\r\n\x1a\n",), "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",),
    "tif": (b"II*\x00", b"MM\x00*", b"II+\x00"), "tiff": (b"II*\x00", b"MM\x00*", b"II+\x00"),
    "xlsx": (b"PK\x03\x04",), "docx": (b"PK\x03\x04",), "pptx": (b"PK\x03\x04",), "zip": (b"PK\x03\x04",),
    "parquet": (b"PAR1",), "h5ad": (b"\x89HDF\r\n\x1a\n",), "csv": (), "tsv": (), "txt": (), "md": (), "json": (),
    "sdf": (), "smi": (),
}  # fmt: skip


def attach(catalog: Catalog, hypothesis: Hypothesis, name: str, content: bytes, person: str) -> Attachment:
    """Keep a file and tell it in the history. Raises InputError for a file of another kind, or too large, or none.

    Raises ConflictError when this hypothesis has the same file already.
    """
    name = safe_name(name)
    check_kind(name, content)
    sha256 = write_file(catalog.settings, content)  # first: an event never names a file that is not there
    with catalog.ledger.session() as session:
        mine = list(
            session.scalars(select(AttachmentRow).where(AttachmentRow.hypothesis_id == hypothesis.hypothesis_id))
        )
        twin = next((row for row in mine if row.sha256 == sha256), None)
        if twin is not None:
            raise ConflictError(f"{hypothesis.handle} has this file already, as {twin.name}.", where=hypothesis.handle)
        if len(mine) >= MAX_FILES:
            raise InputError(f"{hypothesis.handle} has {len(mine)} files; more are not kept.", hint="Attach a zip.")
        payload = {"name": name, "sha256": sha256, "n_bytes": len(content)}
        row = AttachmentRow(attachment_id=new_id(), hypothesis_id=hypothesis.hypothesis_id, person=person, **payload)
        remark(session, hypothesis.hypothesis_id, person, "attached", name, payload)
        session.add(row)
        session.flush()
        return _noun(row)


def list_attachments(catalog: Catalog, hypothesis_id: str) -> list[Attachment]:
    """Oldest first."""
    query = select(AttachmentRow).where(AttachmentRow.hypothesis_id == hypothesis_id)
    with catalog.ledger.session() as session:
        return [_noun(row) for row in session.scalars(query.order_by(AttachmentRow.attachment_id))]


def read_attachment(catalog: Catalog, attachment_id: str) -> tuple[Attachment, bytes]:
    """The record and the content. Raises UnknownNameError, and StorageError when the content was changed."""
    with catalog.ledger.session() as session:
        row = session.get(AttachmentRow, attachment_id)
        if row is None:
            raise UnknownNameError(f"there is no attachment {attachment_id[:40]!r}.")
        found = _noun(row)
    return found, read_file(catalog.settings, found.sha256)


def lost_attachments(catalog: Catalog) -> list[tuple[str, str]]:
    """Handle and words for each attached file that is not there or not what was attached."""
    query = select(AttachmentRow, HypothesisRow.number).join(
        HypothesisRow, HypothesisRow.hypothesis_id == AttachmentRow.hypothesis_id
    )
    with catalog.ledger.session() as session:
        rows = [(f"H-{number}", row.name, row.sha256) for row, number in session.execute(query)]
    lost = []
    for handle, name, sha256 in rows:
        try:
            if not path_of(catalog.settings, sha256).exists():
                lost.append((handle, f"its file {name} is not there"))
            else:
                read_file(catalog.settings, sha256)
        except (InputError, StorageError):
            lost.append((handle, f"its file {name} is not what was attached"))
    return lost


def check_kind(name: str, content: bytes) -> None:
    """Raise InputError unless a file is of a kind that is kept, small enough, and begins as its kind does."""
    suffix = name.rpartition(".")[2].lower()
    if suffix not in KINDS:
        raise InputError(f"{name} is of no kind that is kept.", hint=f"Kept are {', '.join(KINDS)}.")
    if not content:
        raise InputError(f"{name} is empty.")
    if len(content) > MAX_BYTES:
        raise InputError(f"{name} holds {len(content) / 2**20:.1f} MB; {MAX_BYTES // 2**20} MB are the limit.")
    heads = KINDS[suffix]
    if heads and not content.startswith(heads):
        raise InputError(f"{name} does not begin as a {suffix} file does.", hint="Was it renamed?")
    if not heads:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{name} is not UTF-8 text.", hint="Save it as UTF-8.") from error
        if "\0" in text:
            raise InputError(f"{name} holds bytes, not text.")


def _noun(row: AttachmentRow) -> Attachment:
    return Attachment(
        row.attachment_id, row.hypothesis_id, row.name, row.sha256, row.n_bytes, row.person, row.created_at
    )
