"""What tests share: three small documents, an index of them, and an assistant over it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus import Document, load_documents
from embeddings import Generation, build_generation
from fakes import SCORERS, HashingEncoder
from qa import Assistant

DOCUMENTS = {
    "ghana-shelter.md": """---
title: Shelter for trafficked children opens in Accra
source_url: https://example.org/accra-shelter
publisher: IOM
summary: true
kind: news
published: 2015-03-12
countries: [Ghana]
themes: [protection, children]
---
A shelter for 40 trafficked children opened in Accra on 12 March 2015. Norway funds the shelter in Accra.

## Services

The shelter offers:
- schooling;
- medical care;
- legal aid.
""",
    "colombia-hotline.md": """---
title: Colombia's hotline against trafficking
source_url: https://example.org/hotline
publisher: IOM
kind: programme
published: 2011
countries: [Colombia]
themes: [prevention]
---
The free hotline of Colombia has taken 28,000 calls since 2003. The government runs the hotline today.
""",
    "pakistan-conference.txt": """Regional conference in Islamabad

Delegates of seven countries met in Islamabad from 21 to 23 February.
The conference asked for extradition treaties between the states.
""",
}


def assistant_over(folder: Path, documents: Mapping[str, str] = DOCUMENTS) -> Assistant:
    """Return an assistant over documents, for tests that share one; it keeps its files in the folder."""
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")
    encoder = HashingEncoder()
    cache = folder / "vectors.sqlite"
    id = build_generation(load_documents([folder]), encoder, folder / "index", cache, created_by="tests")
    return Assistant(
        Generation.load(folder / "index" / id, encoder),
        encoder,
        min_confidence=0.5,
        sure_confidence=0.51,
        answer_words=80,
        scorers=SCORERS,
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder of three documents, two in Markdown and one in plain text."""
    folder = tmp_path / "source"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def documents(source: Path) -> list[Document]:
    """Return the three documents."""
    return load_documents([source])


@pytest.fixture
def encoder() -> HashingEncoder:
    """Return the fake encoder."""
    return HashingEncoder()


@pytest.fixture
def generation(documents: list[Document], encoder: HashingEncoder, tmp_path: Path) -> Generation:
    """Return a published generation of the three documents."""
    root = tmp_path / "index"
    id = build_generation(documents, encoder, root, tmp_path / "vectors.sqlite", created_by="tests")
    return Generation.load(root / id, encoder)


@pytest.fixture
def assistant(generation: Generation, encoder: HashingEncoder) -> Assistant:
    """Return an assistant over the three documents; counted words are nearer or farther than meanings."""
    return Assistant(generation, encoder, min_confidence=0.5, sure_confidence=0.51, answer_words=80, scorers=SCORERS)
