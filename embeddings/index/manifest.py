"""The manifest of a generation: what it holds, and whether its files are those that were written.

In: the folder of a generation. Out: its Manifest, or a GenerationProblem that names the file that is damaged.
Left out: what the files hold (generation.py), and what is checked whenever it is read (texts.py, sentence_vectors.py).
"""

import hashlib
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from embeddings.models.encoder import Encoder

FORMAT_VERSION = 4
MANIFEST = "manifest.json"
CHECKED_AT_START = 2**25  # bytes of a file; of larger ones only the size is compared, so that a start takes no longer
BLOCK = 2**20  # bytes that are read at a time

AfterBlock = Callable[[FileIO, int], None]  # is called with a file, and how many bytes of it were read just now


class GenerationProblem(RuntimeError):
    """A generation that is missing, damaged or built with another encoder; the message names the cure."""


class OlderForm(GenerationProblem):
    """A generation of an older form, which an earlier version of Waymark made."""


class Seal(BaseModel):
    """What the manifests of all forms hold: the form of the generation, and of its files, by name, the SHA-256.

    Since form 3 they hold their sizes in bytes too.
    """

    format: int
    checksums: dict[str, str]
    sizes: dict[str, int] = {}


class Manifest(BaseModel):
    """The metadata of a generation: its encoder, the sizes of its parts, and the SHA-256 and size of its files by name.

    `recall` is the part of the nearest passages that the dense index finds, by a sample of sentences.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    id: str
    encoder: str
    fingerprint: str
    dimension: int
    documents: int
    passages: int
    sentences: int
    corpus_digest: str
    recall: float
    created_by: str
    checksums: dict[str, str]
    sizes: dict[str, int]


class Contents(NamedTuple):
    """What was written into a generation: the sizes of its parts, the digest of its documents, and the recall."""

    documents: int
    passages: int
    sentences: int
    corpus_digest: str
    recall: float


def seal(folder: Path, encoder: Encoder, contents: Contents, *, id: str, created_by: str) -> None:
    """Write the manifest of a generation, whose other files are there."""
    manifest = Manifest(
        format=FORMAT_VERSION,
        id=id,
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        created_by=created_by,
        checksums={name: _sha256(file) for name, file in _files(folder).items()},
        sizes={name: file.stat().st_size for name, file in _files(folder).items()},
        **contents._asdict(),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def check_files(folder: Path, *, whole: bool = True, after_block: AfterBlock = lambda file, size: None) -> Manifest:
    """Compare the files of a generation with its manifest, and return that.

    If not `whole`, of files above CHECKED_AT_START only the size is compared. `after_block` is called whenever a part
    of one was read. Raises OlderForm where they are whole, but of an older form, and GenerationProblem where they are
    not whole.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        seal, files = Seal.model_validate_json(content), _files(folder)
        for name in sorted(seal.checksums.keys() | files.keys()):
            if fault := _fault(seal, name, files.get(name), after_block, whole=whole):
                raise GenerationProblem(f"{name} of index {folder.name} is {fault}; run: waymark index")
        if seal.format != FORMAT_VERSION:
            problem, age = (OlderForm, "an older") if seal.format < FORMAT_VERSION else (GenerationProblem, "a newer")
            raise problem(f"index {folder.name} is of {age} form; run: waymark index")
        return Manifest.model_validate_json(content)
    except OSError as error:
        raise GenerationProblem(f"index {folder.name} can't be read: {error.strerror}; run: waymark index") from error
    except ValidationError as error:
        raise GenerationProblem(f"{MANIFEST} of index {folder.name} is damaged; run: waymark index") from error


def is_older_form(folder: Path) -> bool:
    """Return whether a generation says that it is of an older form; its files are not looked at."""
    try:
        return Seal.model_validate_json((folder / MANIFEST).read_bytes()).format < FORMAT_VERSION
    except (OSError, ValidationError):
        return False


def time_built(folder: Path) -> float:
    """Return when a generation was built, in seconds since 1970: its manifest was written last, and never changes."""
    return (folder / MANIFEST).stat().st_mtime


def _files(folder: Path) -> dict[str, Path]:
    """Return a folder's files by name, all but the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {file.relative_to(folder).as_posix(): file for file in files}


def _fault(seal: Seal, name: str, file: Path | None, after_block: AfterBlock, *, whole: bool) -> str:
    """Return how a file differs from what was sealed; nothing where it does not."""
    if file is None:
        return "missing"
    if name not in seal.checksums:
        return "extra"
    size = file.stat().st_size
    if not whole and size == seal.sizes.get(name) and size > CHECKED_AT_START:
        return ""
    return "" if _sha256(file, after_block) == seal.checksums[name] else "damaged"


def _sha256(file: Path, after_block: AfterBlock = lambda file, size: None) -> str:
    digest = hashlib.sha256()
    with file.open("rb", buffering=0) as content:
        while block := content.read(BLOCK):
            digest.update(block)
            after_block(content, len(block))
    return digest.hexdigest()
