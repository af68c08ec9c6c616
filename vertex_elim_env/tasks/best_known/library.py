"""Library: the records of best known orders in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.files import write_text
from vertex_elim_env.tasks.best_known.record import Record, RecordError

FOLDER = Path(__file__).parent / "orders"


@dataclass(frozen=True)
class Library:
    """The records in a folder, one a file named ``<fingerprint>.<cost model>.json``.

    Attributes:
        folder: where the files are; by default those of the package.
    """

    folder: Path = FOLDER

    def files(self) -> Iterator[Path]:
        """Yield all files, by name."""
        yield from sorted(self.folder.glob("*.json"))

    def read(self, fingerprint: str, cost_model: str) -> Record | None:
        """Return the record of a graph under a cost model, if there is one.

        Raises:
            RecordError: naming the file, if it holds no such record.
        """
        path = self.folder / f"{fingerprint}.{cost_model}.json"
        return read_file(path) if path.exists() else None

    def write(self, record: Record) -> None:
        """Write a record atomically, over the one before."""
        write_text(self.folder / record.file_name, record.to_json())


def read_file(path: Path) -> Record:
    """Return the record in a file.

    Raises:
        RecordError: naming the file, if it holds none, or one of another name.
    """
    try:
        record = Record.from_json(path.read_text(encoding="utf-8"))
    except (RecordError, UnicodeDecodeError) as error:
        raise RecordError(f"{path.name}: {error}") from None
    if path.name != record.file_name:
        raise RecordError(f"{path.name} holds the record that belongs in {record.file_name}")
    return record


def of_graph(fingerprint: str) -> dict[str, Record]:
    """Return the package's records of a graph by cost model."""
    found = {model: Library().read(fingerprint, model) for model in COST_MODELS}
    return {model: record for model, record in found.items() if record is not None}
