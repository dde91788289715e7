"""Read and validate JSON lines; an error names the file and the line.

In: a file of JSON lines, plain or gzipped, and a pydantic model of a line. Out: rows, or an error with file, line and
cure.
Left out: the models of the data sets (suites, datasets).
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Row = TypeVar("Row", bound=BaseModel)


class InvalidDataset(ValueError):
    """Questions or documents that a benchmark or training can't use; the message names the file, line and cure."""


def lines_of(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield a file's lines that are not empty, with their numbers from 1. Raises InvalidDataset with the cure."""
    try:
        content = file.read_bytes()
        content = gzip.decompress(content) if file.suffix == ".gz" else content
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidDataset(f"{file} is damaged ({error}); fetch it again") from error
    except OSError as error:
        raise InvalidDataset(f"{file} can't be read: {error.strerror}; give another file") from error
    return ((number, line) for number, line in enumerate(content.split(b"\n"), start=1) if line.strip())


def rows_of(file: Path, model: type[Row]) -> Iterator[Row]:
    """Yield a file's JSON lines as instances of a model. Raises InvalidDataset at the first invalid one."""
    for number, line in lines_of(file):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise invalid_line(file, number, f"not JSON in UTF-8 ({error})") from error
        try:
            yield model.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            reason = first["msg"].removeprefix("Value error, ")  # of our own validators
            raise invalid_line(file, number, f"{field and field + ': '}{reason}") from error


def invalid_line(file: Path, number: int, reason: str) -> InvalidDataset:
    """Return the error for an invalid line."""
    return InvalidDataset(f"{file}, line {number}: {reason}; correct the line")


def digest_of(*files: Path) -> str:
    """Return the SHA-256 of the files' contents in hexadecimal, by which two runs are known to be comparable."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
