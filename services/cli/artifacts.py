"""The files of a problem's analyses on your disk: notebooks beside the tables they read, queries, charts, and a manifest of them all."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from services.identity.actor import Actor
    from services.solving.artifacts.repository import StoredFile


def save_artifacts(actor: "Actor", problem_id: "UUID", folder: Path) -> Path:
    """Write every artifact of a problem and its tables into a folder, with `manifest.json`; return the folder.

    The manifest names no time and no id of a row, so that the same analyses give the same bytes.
    """
    from services.solving.artifacts import repository
    from services.solving.problems import repository as problems
    from shared.db import reading

    with reading() as session:
        rows = repository.list_artifacts(session, actor, problem_id)
        made = [(repository.file_of(row), _about(row)) for row in rows]
        made += [
            (repository.table_file(row), {"type": "table", "name": row.name, "source": row.source})
            for row in problems.datasets(session, problem_id)
        ]
    for file, _ in made:
        _save(file, folder)
    entries = [{"path": file.path, "sha256": file.sha256, "mime_type": file.mime_type} | about for file, about in made]
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"files": entries}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return folder


def _about(row: Any) -> dict[str, Any]:
    known = row.metadata_
    return {
        "type": row.artifact_type,
        "plan": known["question_id"],
        "finding_id": known["finding_id"],
        "description": row.description,
        "size": row.file_size,
    }


def _save(file: "StoredFile", folder: Path) -> None:
    from shared.storage import get_object_store

    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        get_object_store().read_into(file.key, target)
