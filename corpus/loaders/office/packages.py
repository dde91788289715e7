"""Open the zipped packages of XML that office files and books are.

In: a file. Out: its parts, as bytes or as trees.
Left out: what the parts mean (a module a format).
Nothing outside the package is looked up, entities are not expanded, and what unpacks to too much is refused.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from corpus.loaders.base import UnreadableDocument
from corpus.loaders.office.outlines import told_title

MAX_UNPACKED = 100_000_000  # bytes of the parts that are read, together
ENCRYPTED = "it is encrypted; open it with its password and save it without one"
DAMAGED = (zipfile.BadZipFile, etree.XMLSyntaxError, zlib.error, EOFError, NotImplementedError)


class Relation(NamedTuple):
    """A part that another one names: the last word of the relation's type, its id, and the name of the part."""

    type: str
    id: str
    part: str


class Package:
    """The parts of an open package, of which only so many bytes are read, whatever it says of their sizes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Take an open archive. Raises UnreadableDocument for an encrypted one."""
        self._archive = archive
        self._left = MAX_UNPACKED
        self.parts = frozenset(archive.namelist())
        if any(member.flag_bits & 1 for member in archive.infolist()):
            raise UnreadableDocument(ENCRYPTED)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part; of one that is not there, none."""
        if part not in self.parts:
            return b""
        member = self._archive.getinfo(part)
        # Other methods can't be unpacked piece by piece.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        with self._archive.open(member) as packed:
            content = packed.read(self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise UnreadableDocument(f"it unpacks to more than {MAX_UNPACKED // 1_000_000} MB; split it")
        return content

    def tree(self, part: str) -> etree._Element:
        """Return the tree of a part, its tags without namespaces; of one that is not there, an empty one."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        content = self.read(part)
        root = etree.fromstring(content, parser) if content else etree.Element("none")
        for element in root.iter("*"):
            element.tag = etree.QName(element).localname
        return root

    def relations(self, part: str = "") -> Iterator[Relation]:
        """Yield what a part of an Office Open XML package names, or the package itself."""
        folder, name = posixpath.split(part)
        for relation in self.tree(posixpath.join(folder, "_rels", f"{name}.rels")).iter("Relationship"):
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
                yield Relation(posixpath.basename(relation.get("Type", "")), relation.get("Id", ""), target[1:])

    def related(self, type: str, part: str = "") -> list[etree._Element]:
        """Return the trees of the parts that a part names by a type of relation."""
        return [self.tree(relation.part) for relation in self.relations(part) if relation.type == type]


@contextmanager
def opened_package(file: Path) -> Iterator[Package]:
    """Open a package. Raises UnreadableDocument, here and in what is done with it, where it is damaged or encrypted."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield Package(archive)
    except DAMAGED as error:
        raise UnreadableDocument("it is damaged; open it in the program that made it, and save it anew") from error


def value(element: etree._Element | None, name: str) -> str:
    """Return an attribute by its name without namespace, or "" for none; one that has a namespace goes first."""
    if element is None:
        return ""
    spaced = (found for key, found in element.attrib.items() if str(key).endswith(f"}}{name}"))
    return str(next(spaced, None) or element.get(name) or "")


def number(element: etree._Element | None, name: str) -> int:
    """Return an attribute that is a count, and 1 for none."""
    told = value(element, name)
    return int(told) if re.fullmatch(r"\d{1,6}", told) else 1


def nearest(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Yield the elements of a tag below an element, but none within another."""
    for child in element:
        if child.tag == tag:
            yield child
        else:
            yield from nearest(child, tag)


def core_properties(package: Package) -> tuple[str, str]:
    """Return the title that an Office Open XML package gives itself, or "", and the day of its last change."""
    texts = {element.tag: element.text or "" for core in package.related("core-properties") for element in core}
    return told_title(texts.get("title", "")), iso_day(texts.get("modified") or texts.get("created", ""))


def iso_day(stamp: str) -> str:
    """Return the day, month or year at the beginning of a time stamp, or "".

    >>> iso_day("2024-05-03T10:00:00Z"), iso_day("2024"), iso_day("today")
    ('2024-05-03', '2024', '')
    """
    match = re.match(r"\d{4}(?:-\d\d){0,2}(?!\d)", stamp.strip())
    return match[0] if match else ""
