"""Give each file of a collection an id of its own.

In: the names of files. Out: an id each: ASCII letters in lower case and digits, words joined by hyphens.
An id is derived from a file's name alone, so that adding one file does not rename the documents of others; only where
names are the same, or say nothing, the folders above are named too.
"""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePath

from anyascii import anyascii

UNTELLING = frozenset({"", "index", "default", "readme", "page", "document", "home", "untitled"})


def document_ids(files: Sequence[PurePath]) -> list[str]:
    """Return the id of each of some different files, in their order.

    >>> document_ids([PurePath("a/Café.md"), PurePath("a/index.html"), PurePath("b/Café.md"), PurePath("Приют.txt")])
    ['a-cafe', 'a-index', 'b-cafe', 'priyut']
    """
    lengths = [1 + (slug(file.stem) in UNTELLING) for file in files]
    most = max((len(file.parts) for file in files), default=0)
    ids = [_joined(file, length) for file, length in zip(files, lengths, strict=True)]
    for _ in range(most):
        taken = Counter(ids)
        lengths = [length + (taken[id] > 1) for id, length in zip(ids, lengths, strict=True)]
        ids = [_joined(file, length) for file, length in zip(files, lengths, strict=True)]
    taken = Counter(ids)
    # Names that differ only by what an id has no letters for: a digest of the name tells them apart.
    return [
        id if id and taken[id] == 1 else f"{id or 'document'}-{sha256(str(file).encode()).hexdigest()[:8]}"
        for id, file in zip(ids, files, strict=True)
    ]


def slug(name: str) -> str:
    """Return a name in ASCII letters and digits, in any script, words joined by hyphens; it may be empty.

    >>> slug("Annual_Report (2023)"), slug("移民报告")
    ('annual-report-2023', 'yiminbaogao')
    """
    return re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")


def _joined(file: PurePath, parts: int) -> str:
    """Return the last parts of a path without its suffix as one id."""
    whole = [*file.parts[:-1], file.stem]
    return "-".join(filter(None, map(slug, whole[-parts:])))
