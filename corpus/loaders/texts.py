"""Read the characters of a text file in any of the usual encodings.

In: bytes. Out: their text, and a note where the encoding was guessed.
"""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from corpus.loaders.base import UnreadableDocument

# The longer ones first, since that of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN = "cp1252"
MAX_BYTES = 5_000_000  # of a text: a book of a thousand pages has half of it
GUESSED_FROM = 100  # bytes from which a guess is better than none; of less, detectors guess wrong


def read_text(file: Path) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, and a note where its encoding was guessed.

    Raises UnreadableDocument where it is too long, or no encoding fits.
    """
    if file.stat().st_size > MAX_BYTES:
        raise UnreadableDocument(f"it has more than {MAX_BYTES // 1_000_000} MB of text; split it")
    return decode(file.read_bytes())


def marked_encoding(raw: bytes) -> str:
    """Return the encoding that bytes name by their byte order mark, or "" without one."""
    return next((name for mark, name in MARKS if raw.startswith(mark)), "")


def decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of bytes by their byte order mark, as UTF-8, or in a guessed encoding, which the note names.

    Raises UnreadableDocument where no encoding fits.

    >>> decode("Lomé".encode("utf-16"))
    ('Lomé', ())
    """
    try:
        return raw.decode(marked_encoding(raw) or "utf-8"), ()
    except UnicodeDecodeError as error:
        text, encoding = _guess(raw) if len(raw) >= GUESSED_FROM else ("", "")
        if not text or "\0" in text:
            raise UnreadableDocument("it is in no encoding of texts that is known; save it as UTF-8") from error
        return text, (f"its encoding was taken for {encoding}; save it as UTF-8 if letters came out wrong",)


def _guess(raw: bytes) -> tuple[str, str]:
    """Return the most likely text of bytes and its encoding; no text where none is likely.

    The Western one goes before others that are no less orderly: the detector takes short French for Polish or Latvian.
    """
    guesses = from_bytes(raw)
    for guess in guesses:
        if WESTERN in guess.could_be_from_charset and guess.chaos <= guesses[0].chaos:
            return str(guess), WESTERN
    return (str(guesses[0]), guesses[0].encoding) if guesses else ("", "")
