"""Vectors are encoded once and kept."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from random import Random

import numpy as np
import pytest

import embeddings.models.cache
from doubles.fakes import HashingEncoder
from doubles.faults import full_disk, read_only, truncate
from embeddings import Matrix
from embeddings.models.cache import AHEAD, encode_cached, encode_each
from embeddings.models.pooling import PassageText

PASSAGES = [
    PassageText("Accra.", ("A shelter opened.", "It has 40 beds.")),
    PassageText("", ("The hotline of Colombia took 28,000 calls.",)),
    PassageText("", ("Victims were freed in Accra.",)),
]
NEW = PassageText("", ("New.",))
MANY = [PassageText("", (f"The shelter has {beds} beds.",)) for beds in range(200)]


class CountingEncoder(HashingEncoder):
    """Counts the passages that it encodes."""

    def __init__(self) -> None:
        """Begin at none."""
        self.encoded = 0

    def encode_passages(self, passages: Sequence[PassageText]) -> list[Matrix]:
        """Encode and count."""
        self.encoded += len(passages)
        return super().encode_passages(passages)


def test_only_new_passages_are_encoded(tmp_path: Path) -> None:
    """A second run encodes what is new, once each, gives equal vectors, and shares nothing with another encoder."""
    file, encoder, progress = tmp_path / "vectors.sqlite", CountingEncoder(), []
    first = encode_cached(PASSAGES, encoder, file)
    second = encode_cached([*PASSAGES, NEW, NEW], encoder, file, lambda *counts: progress.append(counts))
    other = CountingEncoder()
    other.fingerprint = "0" * 64
    encode_cached(PASSAGES, other, file)

    assert encoder.encoded == 4
    assert progress == [(4, 5), (5, 5)]
    assert [len(vectors) for vectors in first] == [3, 2, 2]
    assert all(map(np.array_equal, first, second[:3]))
    assert all(map(np.allclose, first, encoder.encode_passages(PASSAGES)))
    assert other.encoded == 3
    assert encode_cached([], encoder, file) == []


def test_passages_are_taken_and_encoded_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first vectors come before the last passages are taken; all are those that come at once, in order."""
    monkeypatch.setattr(embeddings.models.cache, "WINDOW", 2)
    taken, progress = [], []
    passages = (taken.append(passage) or passage for passage in MANY[:5])  # type: ignore[func-returns-value]
    vectors = encode_each(passages, HashingEncoder(), tmp_path / "vectors.sqlite", progress.append)
    first = next(vectors)
    taken_for_the_first = len(taken)

    assert taken_for_the_first == 2
    assert all(map(np.allclose, [first, *vectors], HashingEncoder().encode_passages(MANY[:5])))
    assert progress == [0, 2, 2, 4, 4, 5]


def test_passages_that_are_encoded_elsewhere_are_kept_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Further windows are begun before the first has come; what came before a failure is not encoded again."""
    monkeypatch.setattr(embeddings.models.cache, "WINDOW", 4)
    monkeypatch.setattr(embeddings.models.cache, "BATCH", 2)
    file, encoder, submitted = tmp_path / "vectors.sqlite", CountingEncoder(), []

    def submit(batch: Sequence[PassageText]) -> Callable[[], list[Matrix]]:
        submitted.append(len(batch))

        def wait() -> list[Matrix]:
            if encoder.encoded == 6:
                raise TimeoutError
            return encoder.encode_passages(batch)

        return wait

    vectors = encode_each(MANY[:50], encoder, file, lambda _: None, submit)
    next(vectors)
    begun = len(submitted)
    with pytest.raises(TimeoutError):
        list(vectors)
    encoder.encoded = 0
    again = list(encode_each(MANY[:50], encoder, file, lambda _: None))

    assert begun == 2 * (1 + AHEAD)
    assert encoder.encoded == 50 - 6
    assert all(map(np.allclose, again, HashingEncoder().encode_passages(MANY[:50])))


def spoil_header(file: Path) -> None:
    """Have the file begin as no database does."""
    file.write_bytes(b"no database" + file.read_bytes()[11:])


def spoil_pages(file: Path) -> None:
    """Have garbage behind the first page."""
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


@pytest.mark.parametrize("spoil", [spoil_header, spoil_pages, truncate])
def test_a_broken_cache_is_made_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    """Vectors come as ever, the log has one line about it, and the new cache is used by the next run."""
    file, encoder = tmp_path / "vectors.sqlite", CountingEncoder()
    expected = encode_cached(MANY, encoder, file)
    spoil(file)
    encoder.encoded = 0
    after = encode_cached(MANY, encoder, file)
    lines = caplog.messages
    encode_cached(MANY, encoder, file)

    assert all(map(np.array_equal, expected, after))
    assert lines == [f"the cache {file} is broken, and is made anew"]
    assert encoder.encoded == len(MANY)


def test_a_vector_that_is_damaged_in_the_cache_is_encoded_again(tmp_path: Path) -> None:
    """SQLite has no checksums: what is not a unit vector any more, or cut short, is not taken for one."""
    file, encoder = tmp_path / "vectors.sqlite", CountingEncoder()
    expected = encode_cached(PASSAGES, encoder, file)
    with closing(sqlite3.connect(file)) as database, database:
        first, second, _ = (key for (key,) in database.execute("SELECT passage FROM passages"))
        database.execute("UPDATE passages SET vectors = zeroblob(length(vectors)) WHERE passage = ?", [first])
        database.execute("UPDATE passages SET vectors = substr(vectors, 1, 1027) WHERE passage = ?", [second])
    encoder.encoded = 0
    after = encode_cached(PASSAGES, encoder, file)

    assert encoder.encoded == 2
    assert all(map(np.array_equal, expected, after))


def test_whatever_is_changed_in_the_cache_vectors_come(tmp_path: Path) -> None:
    """No byte of the file can be changed so that encoding ends with an error or with a vector that is none."""
    file, encoder, random = tmp_path / "vectors.sqlite", HashingEncoder(), Random(1)  # noqa: S311 - no secret
    encode_cached(PASSAGES, encoder, file)
    whole = file.read_bytes()
    for _ in range(300):
        content = bytearray(whole)
        content[random.randrange(len(content))] = random.randrange(256)
        file.write_bytes(content)
        for vectors in encode_cached(PASSAGES, encoder, file):
            assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=2e-3)


@pytest.mark.parametrize("fault", ["read-only", "full", "no folder"])
def test_a_cache_that_can_not_be_written_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    """Vectors come as ever, and the log has one line that tells why they are not cached."""
    folder, encoder = tmp_path / "cache", HashingEncoder()
    file = folder / "vectors.sqlite"
    faults = {"read-only": read_only(tmp_path), "full": full_disk(8192), "no folder": nullcontext()}
    if fault == "no folder":
        folder.write_text("a file where the folder should be", encoding="utf-8")
    else:
        encode_cached(PASSAGES, encoder, file)
    with faults[fault]:
        vectors = encode_cached(MANY, encoder, file)

    assert all(map(np.allclose, vectors, encoder.encode_passages(MANY)))
    [line] = caplog.messages
    assert line.startswith(f"the cache {file} is not used: ")
