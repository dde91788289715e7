"""Refuse files of old office programs, and encrypted files of new ones, both of which are compound files.

In: a file of Office 97 to 2003, or one in which a newer program keeps an encrypted document. Out: why it is not read.
"""

from pathlib import Path

from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.office.packages import ENCRYPTED

KEPT_IN = "EncryptedPackage".encode("utf-16-le")


def read_compound(file: Path) -> Extraction:
    """Raise UnreadableDocument with the cure."""
    if KEPT_IN in file.read_bytes():
        raise UnreadableDocument(ENCRYPTED)
    raise UnreadableDocument("it is in a format of before 2007; save it as .docx, .xlsx or .pptx")
