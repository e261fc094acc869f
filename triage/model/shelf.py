"""The folder of models: what stands there, and which one is live."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triage.errors import ModelError
from triage.model.folder import read_manifest

LIVE = "live"  # the file in the folder of models that holds the name of the live one


def live_name(models: Path) -> str | None:
    """Return the name of the live model of a folder of models; None where none is live.

    Raises:
        ModelError: the file that holds the name cannot be read.
    """
    try:
        return (models / LIVE).read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"{models / LIVE}: the name of the live model cannot be read: {error}") from None


def make_live(name: str, models: Path) -> None:
    """Make a model the live one.

    Raises:
        ModelError: the name cannot be written.
    """
    try:
        waiting = models / f".{LIVE}"
        waiting.write_text(f"{name}\n", "utf-8")
        waiting.replace(models / LIVE)
    except OSError as error:
        raise ModelError(f"{models / LIVE}: the name cannot be written: {error.strerror}") from None


def check_free(folder: str | Path, *, replace: bool) -> None:
    """Look whether a model may be written there: what stands there goes only if it is to be replaced.

    Raises:
        ModelError: the folder is not empty, or holds the live model, which changes through the gates alone.
    """
    path = Path(folder).resolve()
    if live_name(path.parent) == path.name:
        raise ModelError(
            f"{folder}: this model is live, and would change without passing a gate. Give the new one "
            f"another name, and make it live with `triage promote`"
        )
    if not replace and path.is_dir() and any(path.iterdir()):
        raise ModelError(f"{folder}: this folder is not empty. Give the new model another, or add --replace")


def models_in(models: Path) -> list[tuple[str, dict[str, Any] | ModelError]]:
    """Return the models of a folder by name, each with its manifest or with what is wrong with it."""
    return [(path.name, _manifest_or_error(path)) for path in sorted(models.glob("*/")) if path.is_dir()]


def _manifest_or_error(path: Path) -> dict[str, Any] | ModelError:
    try:
        return read_manifest(path)
    except ModelError as error:
        return error
