"""Describe documents by what their front matter, or a `documents.csv` beside their files, says of them.

In: an Extraction and named values. Out: the Extraction with these, and notes on those that are not understood.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from corpus.documents.cleaning import normalise_characters
from corpus.language.dates import iso_date
from corpus.loaders.base import Extraction, UnreadableDocument, unreadable
from corpus.loaders.texts import decode

SIDECAR = "documents.csv"  # its column `file` names the files beside it; the others are fields as in front matter
FILE = "file"
TEXTS = {"title": "title", "source_url": "url", "url": "url", "publisher": "publisher", "kind": "kind"}
LISTS = ("countries", "themes")
PLAIN = (str, int, float, date)
TRUE = frozenset({"true", "yes", "1"})


def described(extraction: Extraction, values: Mapping[str, object]) -> Extraction:
    """Return what was read of a file with the named values; empty ones change nothing.

    A single value of a list becomes a list; a text is parted at its semicolons.

    >>> described(Extraction("Text."), {"countries": "Ghana; Togo", "published": "3 May 2024", "colour": "red"})
    ... # doctest: +ELLIPSIS
    Extraction(text='Text.', ..., published='2024-05-03', ... countries=('Ghana', 'Togo'), ... notes=('...colour...',))
    """
    changes: dict[str, Any] = {}
    notes = list(extraction.notes)
    for name, value in values.items():
        if value is None or value in ("", []):
            continue
        # An anchor of YAML makes a list of lists that takes all memory when it is written out.
        if not isinstance(value, PLAIN) and not (name in LISTS and isinstance(value, list) and _are_plain(value)):
            notes.append(f"the field {name} holds more than a text or a list of texts, and was passed over")
            continue
        if name in TEXTS:
            changes[TEXTS[name]] = normalise_characters(str(value))
        elif name in LISTS:
            parts = value if isinstance(value, list) else str(value).split(";")
            changes[name] = tuple(filter(None, (normalise_characters(str(part)) for part in parts)))
        elif name == "summary":
            changes["is_summary"] = str(value).strip().lower() in TRUE
        elif name == "published":
            if published := iso_date(str(value)):
                changes["published"] = published
            else:
                notes.append(f"{value!s} was not understood as one date; write it like 2024-05-03")
        else:
            notes.append(f"the field {name} is not known and was passed over")
    told = {name: value for name, value in changes.items() if value not in ("", ())}
    return replace(extraction, **told, notes=tuple(notes))


def _are_plain(values: list[object]) -> bool:
    return all(isinstance(value, PLAIN) for value in values)


def read_sidecar(path: Path) -> dict[str, Mapping[str, object]]:
    """Return the values that a sidecar gives, by the names of the files beside it.

    Rows that name no file are passed over. Raises UnreadableDocument where it can't be read.
    """
    try:
        rows = csv.DictReader(io.StringIO(decode(path.read_bytes())[0], newline=""))
        if FILE not in (rows.fieldnames or [FILE]):
            raise UnreadableDocument(f"it has no column {FILE}; name the files in one")
        return {
            row[FILE]: {name: value for name, value in row.items() if name and name != FILE}
            for row in rows
            if row[FILE]
        }
    except OSError as error:
        raise UnreadableDocument(unreadable(error)) from error
    except csv.Error as error:
        raise UnreadableDocument(f"it can't be read: {error}; save it anew as CSV") from error
