"""A model's folder is read whole or not at all, with one clear error; formats of the past stay readable."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from made_models import made_up_recipe, made_up_rows, quick, small_model
from strategies import rule, triage_with

from triage import ModelError, Triage
from triage.model.folder import FORMAT, files_of, load_model, load_pipeline, read_manifest, write_folder
from triage.model.keep import make_model

FORMATS = Path(__file__).resolve().parent / "model_formats"
READ = ("manifest.json", "weights.json", "weights.npz")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the small model's folder, to be altered."""
    return copytree(small_model().folder, tmp_path / "model")


def test_a_folder_holds_what_it_should() -> None:
    names = {path.name for path in small_model().folder.iterdir()}
    assert {*READ, "card.md", "measured.json", "pipeline.joblib", "seen.npy"} == names


def test_what_is_loaded_is_what_was_trained() -> None:
    trained, loaded = small_model().model.weights, load_model(small_model().folder).weights
    assert (trained.words, trained.parts) == (loaded.words, loaded.parts)
    assert np.array_equal(trained.coefficients, loaded.coefficients)


@pytest.mark.parametrize("name", READ)
def test_a_missing_file_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}: the model cannot be read: No such file.*triage models"):
        load_model(folder)


def truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def altered(data: bytes) -> bytes:
    return data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]


@pytest.mark.parametrize(
    "harm", [truncated, altered, lambda data: b""], ids=["truncated", "altered", "empty"]
)
@pytest.mark.parametrize("name", READ)
def test_a_harmed_file_is_told(folder: Path, name: str, harm: Callable[[bytes], bytes]) -> None:
    (folder / name).write_bytes(harm((folder / name).read_bytes()))
    with pytest.raises(ModelError, match=rf"{name}: (its content does not match|it is not the manifest)"):
        load_model(folder)


def test_a_changed_figure_in_the_manifest_is_told(folder: Path) -> None:
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"seed": 0', '"seed": 1'))
    with pytest.raises(ModelError, match=r"manifest\.json: its content does not match its hash"):
        load_model(folder)


@pytest.mark.parametrize("number", [FORMAT + 1, 0, "1", None, True])
def test_another_format_is_told(folder: Path, number: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": number}))
    with pytest.raises(ModelError, match=r"found format .*, expected 1, 2, 3\. Update triage, or train"):
        load_model(folder)


def test_an_altered_pipeline_is_never_loaded(folder: Path) -> None:
    """The pipeline could run code, so its hash is checked first."""
    file = folder / "pipeline.joblib"
    file.write_bytes(altered(file.read_bytes()))
    with pytest.raises(ModelError, match=r"pipeline\.joblib: its content does not match the hash"):
        load_pipeline(folder)


def test_a_model_without_its_pipeline_still_scores(folder: Path) -> None:
    """Serving never looks at the pipeline."""
    (folder / "pipeline.joblib").unlink()
    assert small_model().model.version == load_model(folder).version


@pytest.mark.parametrize("wrong", ["", "nowhere", "a\0b"])
def test_a_folder_that_is_none_is_told(wrong: str) -> None:
    with pytest.raises(ModelError, match="the model cannot be read"):
        Triage(model=wrong)


def test_a_model_of_other_levels_is_refused(tmp_path: Path) -> None:
    rules = triage_with(tmp_path, rule("down", '[{any of: ["down"]}]')).rules
    with pytest.raises(ModelError, match=r"model of the levels critical, .*; the rules have urgent, normal"):
        Triage(rules, model=small_model().folder)


def test_a_level_that_is_none_is_told(folder: Path) -> None:
    files = files_of(replace(small_model().model.weights, unlearned=("urgent",)))
    write_folder(folder, files, read_manifest(folder))
    with pytest.raises(ModelError, match=r"do not fit: unlearned is 'urgent', which is no level"):
        load_model(folder)


@pytest.mark.parametrize("folder", sorted(FORMATS.iterdir()), ids=lambda path: path.name)
def test_every_format_there_ever_was_is_readable(folder: Path) -> None:
    """A model of each format is kept, with what it said of a ticket when it was made."""
    told = json.loads((folder / "told.json").read_text())
    opinion = Triage(model=folder).suggest(told["ticket"]).opinion
    assert opinion is not None
    assert told["words"] == [word.text for word in opinion.words if word.weight > 0.3]
    assert told["priority"] == opinion.priority


def test_the_newest_format_is_kept_too() -> None:
    assert str(FORMAT) in {path.name for path in FORMATS.iterdir()}


def test_the_same_tickets_give_the_same_model(tmp_path: Path) -> None:
    """Two trainings by the same seed give the same bytes of weights."""
    recipe = made_up_recipe(settings=quick(held_out=0.0))
    first, second = (make_model(made_up_rows(100), recipe, tmp_path / name) for name in ("a", "b"))
    assert files_of(first.model.weights) == files_of(second.model.weights)


def test_loading_and_scoring_load_no_scikit_learn() -> None:
    """Serving reads a model with numpy alone."""
    code = f"import sys, triage; triage.Triage(model={str(small_model().folder)!r}).suggest('help me')"
    code += "; print(*sorted({'numpy', 'sklearn', 'scipy', 'joblib', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "numpy\n" == done.stdout


def test_a_card_without_held_out_tickets_tells_the_rest(tmp_path: Path) -> None:
    """The calibration out of fold, the threshold, the date and the seed stand there, by the library too."""
    made = make_model(made_up_rows(100), made_up_recipe(settings=quick(held_out=0.0)), tmp_path / "model")
    card = (made.folder / "card.md").read_text()
    for told in ("No ticket was held out.", "error: 0.0", "It speaks from", "- date: 20", "- seed: 0"):
        assert told in card


def test_the_card_tells_what_the_manifest_tells() -> None:
    card, manifest = (small_model().folder / "card.md").read_text(), read_manifest(small_model().folder)
    assert manifest["version"] in card
    assert f"{manifest['measures']['rules + model']['accuracy']:.3f}" in card
