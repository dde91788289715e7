"""Fixtures and hooks of all tests: three small documents, their index, and an assistant over it."""

import os
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from corpus import Document, load_documents
from doubles.fakes import HashingEncoder, PhraseReader, reading
from doubles.milvus_server import MilvusServer
from drivers.processes import PATIENCE_S
from embeddings import Generation, IndexPlan, SentenceEncoder, build_generation, model_folder
from embeddings.models.pretrained import DEFAULT_MODEL
from qa import Assistant, Settings
from qa.records import recording

# Speed is measured by benchmarks: on a busy machine any example can take longer than 200 ms.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

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

NOT_HERE = "not part of the project: "  # the start of a reason to skip that CI accepts


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the fixture `browser`, before tests are selected by their marks."""
    for item in items:
        if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that is skipped in CI, unless it needs data that may not be copied there."""
    report = yield
    if os.environ.get("CI") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if not reason.startswith(NOT_HERE):
            report.outcome, report.longrepr = "failed", f"skipped, though CI is set: {reason}"
    return report


def generation_of(documents: Mapping[str, str], folder: Path, encoder: HashingEncoder, vectors: str = "") -> Generation:
    """Write documents into a folder, by the names of their files, and return a published generation of them.

    `vectors` is the address of the Milvus on which it is searched.
    """
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")
    root, cache = folder / "index", folder / "vectors.sqlite"
    id = build_generation(
        load_documents([folder]), IndexPlan(encoder, root, cache, created_by="tests", vectors=vectors)
    )
    return Generation.load(root / id, encoder, vectors)


def lenient_assistant(generation: Generation, encoder: HashingEncoder) -> Assistant:
    """Return an assistant with thresholds and weights that fit the vectors of the hashing encoder."""
    return Assistant(generation, encoder, reading(passage_reader=PhraseReader("Norway")))


def assistant_over(folder: Path, documents: Mapping[str, str] = DOCUMENTS) -> Assistant:
    """Return an assistant over documents, with its files in a folder."""
    encoder = HashingEncoder()
    return lenient_assistant(generation_of(documents, folder, encoder), encoder)


@pytest.fixture(autouse=True)
def patient_recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a recorder write all that waits before it ends, however busy the machine is."""
    monkeypatch.setattr(recording, "CLOSED_S", PATIENCE_S)


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


@pytest.fixture(scope="session")
def encoder() -> HashingEncoder:
    """Return the fake encoder."""
    return HashingEncoder()


@pytest.fixture(scope="session")
def shipped_encoder() -> SentenceEncoder:
    """Return the default encoder, for tests marked `model`."""
    return SentenceEncoder(model_folder(DEFAULT_MODEL, Settings().models), DEFAULT_MODEL)


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """Return a Milvus, which goes on running."""
    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def generation(tmp_path_factory: pytest.TempPathFactory, encoder: HashingEncoder) -> Generation:
    """Return a published generation of the three documents."""
    return generation_of(DOCUMENTS, tmp_path_factory.mktemp("generation"), encoder)


@pytest.fixture(scope="session")
def assistant(generation: Generation, encoder: HashingEncoder) -> Assistant:
    """Return an assistant over the three documents."""
    return lenient_assistant(generation, encoder)
