"""A model's folder: written whole, read whole or not at all. Reading needs numpy alone and runs no code.

manifest.json    format, versions, levels, hash of the rules, measures, and the SHA-256 of every other file
weights.json     the terms and settings of the model; weights.npz its numbers
measured.json    what was said of each held-out ticket, by number of its row: no text
pipeline.joblib  the trained scikit-learn pipeline, for analysts; never loaded unless asked for
card.md          the model told to people
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Mapping
from errno import EFBIG
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triage.errors import ModelError
from triage.limited import read_limited

if TYPE_CHECKING:
    from triage.model.score import Model
    from triage.model.weights import Weights

# The number of the newest format. To change what a folder holds: add one, write a function that reads the new
# format, enter it in _READERS, keep those that read the old ones, and keep a folder of each format in tests/.
FORMAT = 3
MANIFEST, TERMS, NUMBERS, MEASURED = "manifest.json", "weights.json", "weights.npz", "measured.json"
PIPELINE, CARD, SEEN = "pipeline.joblib", "card.md", "seen.npy"
STARTER = "starter"
_ARRAYS = ("idf", "coefficients", "intercept")
_SETTINGS = ("levels", "words", "parts", "findings", "scales", "costs", "threshold", "once", "unlearned")
_IN_LINES = ("words", "parts")  # no term holds a line break, and one text is read faster than a list
_LARGEST = 500_000_000  # bytes of a file


def starter_model() -> Path:
    """Return the folder of the model that ships with the library.

    >>> starter_model().name
    'starter'
    """
    package = Path(__file__).resolve().parent.parent
    shipped = package / "documented" / "models" / STARTER
    return shipped if shipped.exists() else package.parent / "models" / STARTER


def model_named(folder: str | Path) -> Path:
    """Return the folder of a model; "starter" is the one that ships with the library.

    >>> model_named("starter") == starter_model()
    True
    """
    return starter_model() if str(folder) == STARTER and not Path(folder).exists() else Path(folder)


def load_model(folder: str | Path) -> Model:
    """Return the model of a folder, ready to score; "starter" is the one that ships with the library.

    Raises:
        ModelError: numpy is not installed, or a file is missing, altered, damaged or of a newer format.
    """
    folder = model_named(folder)
    manifest = read_manifest(folder)
    try:
        from triage.model.score import Model
    except ImportError as error:
        raise missing_extra("A model", "model", error) from None
    read = _READERS[manifest["format"]]
    return Model(read(Path(folder), manifest), version=manifest["version"])


def missing_extra(what: str, extra: str, error: ImportError) -> ModelError:
    """Return the error that tells which extra to install."""
    return ModelError(f"{what} needs {error.name}; install it with: pip install 'ticket-triage[{extra}]'")


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Return the manifest of a model's folder, checked against its own hash.

    Raises:
        ModelError: it is missing, altered, or of a format that this version does not know.
    """
    file = Path(folder, MANIFEST)
    data = _read(file)
    try:
        manifest = json.loads(data)
        number = manifest["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _damaged(file, "it is not the manifest of a model") from None
    if type(number) is not int or number not in _READERS:
        known = ", ".join(map(str, _READERS))
        raise ModelError(f"{file}: found format {number!r}, expected {known}. Update triage, or train again")
    if manifest.get("sha256") != _hash_of_manifest(manifest):
        raise _damaged(file, "its content does not match its hash")
    return dict(manifest)


def read_file(folder: str | Path, name: str, manifest: Mapping[str, Any]) -> bytes:
    """Return the content of a file of the folder, checked against the manifest.

    Raises:
        ModelError: it is missing or altered.
    """
    file = Path(folder, name)
    expected = manifest.get("files", {}).get(name)
    data = _read(file)
    if sha256(data).hexdigest() != expected:
        raise _damaged(file, "its content does not match the hash in the manifest")
    return data


def load_pipeline(folder: str | Path) -> Any:
    """Return the trained scikit-learn pipeline, after its hash was checked; loading a pipeline can run code.

    Its input is a list of documents (:func:`triage.model.document.document`).

    Raises:
        ModelError: the file is missing or altered, or scikit-learn is not installed.
    """
    data = read_file(folder, PIPELINE, read_manifest(folder))
    try:
        import joblib
    except ImportError as error:
        raise missing_extra("A pipeline", "train", error) from None
    return joblib.load(BytesIO(data))


def check_writable(folder: str | Path) -> None:
    """Look whether a model can be written there, before the long work of making it.

    Raises:
        ModelError: it is a file, or lies in one, or nobody may write there.
    """
    path = Path(folder).absolute()
    try:
        nearest = next(place for place in (path, *path.parents) if place.exists())
    except OSError as error:
        raise ModelError(f"{path!s:.200}: no model can be written there: {error.strerror}") from None
    if not nearest.is_dir():
        raise ModelError(f"{nearest}: this is a file; a model needs a folder, which need not exist yet")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ModelError(f"{nearest}: no model can be written there: Permission denied")


def write_folder(folder: str | Path, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    """Write the files of a model with their hashes in the manifest, which comes last.

    Raises:
        ModelError: the folder cannot be written.
    """
    path = Path(folder)
    hashes = {name: sha256(data).hexdigest() for name, data in sorted(files.items())}
    whole = {**manifest, "files": hashes}
    whole["sha256"] = _hash_of_manifest(whole)
    try:
        path.mkdir(parents=True, exist_ok=True)
        Path(path, MANIFEST).unlink(missing_ok=True)  # half written is no model
        for name, data in files.items():
            Path(path, name).write_bytes(data)
        Path(path, MANIFEST).write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise ModelError(f"{error.filename or path}: the model cannot be written: {error.strerror}") from None


def files_of(weights: Weights) -> dict[str, bytes]:
    """Return weights as the files that :func:`load_model` reads; equal weights give equal bytes."""
    import numpy as np

    numbers = BytesIO()
    with zipfile.ZipFile(numbers, "w") as archive:  # as they are: unpacking would take a third of the loading
        for name in _ARRAYS:
            array = BytesIO()
            np.lib.format.write_array(array, getattr(weights, name), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), array.getvalue())
    settings = {name: getattr(weights, name) for name in _SETTINGS}
    settings |= {name: "\n".join(settings[name]) for name in _IN_LINES}
    terms = json.dumps(settings, ensure_ascii=False, indent=0)
    return {TERMS: terms.encode("utf-8", "surrogatepass"), NUMBERS: numbers.getvalue()}


def _read_weights(folder: Path, manifest: Mapping[str, Any]) -> Weights:
    terms, numbers = (read_file(folder, name, manifest) for name in (TERMS, NUMBERS))
    import numpy as np

    from triage.model.weights import Weights

    try:
        settings = {
            key: _lines(value) if key in _IN_LINES else _frozen(value)
            for key, value in json.loads(terms.decode("utf-8", "surrogatepass")).items()
        }
        with np.load(BytesIO(numbers), allow_pickle=False) as archive:
            arrays = {name: np.ascontiguousarray(archive[name], dtype=np.float64) for name in _ARRAYS}
        stored: dict[str, Any] = settings | arrays
        weights = Weights(**stored)
        faults = weights.faults or [name for name, array in arrays.items() if not np.isfinite(array).all()]
    except (ValueError, KeyError, TypeError, AttributeError, OSError, zipfile.BadZipFile) as error:
        raise _damaged(folder / TERMS, f"it cannot be read as weights: {error}") from None
    if faults:
        raise _damaged(folder / NUMBERS, f"its numbers do not fit: {faults[0]}")
    return weights


_READERS: dict[int, Callable[[Path, Mapping[str, Any]], Weights]] = {
    1: _read_weights,  # without ``once``
    2: _read_weights,  # words and parts as lists
    3: _read_weights,
}


def _lines(value: Any) -> Any:
    """Return the terms of a text, one a line; formats before the third kept them as a list."""
    return tuple(value.split("\n")) if value and isinstance(value, str) else tuple(value)


def _frozen(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return tuple(map(_frozen, value)) if list in set(map(type, value)) else tuple(value)


def _hash_of_manifest(manifest: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in manifest.items() if key != "sha256"}
    return sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _read(file: Path) -> bytes:
    try:
        return read_limited(file, _LARGEST)
    except OSError as error:
        if error.errno == EFBIG:
            raise _damaged(file, str(error.strerror)) from None
        advice = "Give the folder of a trained model; `triage models` lists them"
        raise ModelError(f"{file}: the model cannot be read: {error.strerror}. {advice}") from None
    except ValueError as error:
        raise ModelError(f"{file!s:.200}: the model cannot be read: {error}") from None


def _damaged(file: Path, found: str) -> ModelError:
    return ModelError(f"{file}: {found}. Take the folder from where it was trained, or train again")
