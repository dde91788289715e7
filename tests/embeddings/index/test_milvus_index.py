"""Milvus finds what the files find; its collections come and go with their generations."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.documents.terms import terms_of
from doubles.fakes import HashingEncoder
from doubles.filtering import random_filters, some_documents
from doubles.milvus_server import MilvusServer
from embeddings import (
    Generation,
    GenerationProblem,
    IndexPlan,
    MilvusProblem,
    Ranking,
    build_generation,
    current_generation,
)
from embeddings.index.milvus_index import COLLECTION
from embeddings.index.publishing import roll_back, staging_folder

QUESTIONS = (
    "Who funds the shelter in Lima?",
    "beds for children in Minsk",
    "beds for men",
    "shelters in Accra or Hanoi",
)

Build = Callable[..., str]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, milvus: MilvusServer) -> tuple[Generation, Generation]:
    """Return generations of the same sixty documents, searched in files and on Milvus."""

    def build(vectors: str) -> Generation:
        root = tmp_path_factory.mktemp("index")
        documents, encoder = some_documents(60), HashingEncoder()
        id = build_generation(
            documents, IndexPlan(encoder, root, root / "v.sqlite", created_by="tests", vectors=vectors)
        )
        return Generation.load(root / id, encoder, vectors)

    return build(""), build(milvus.address)


@pytest.fixture
def restartable(tmp_path: Path) -> Iterator[MilvusServer]:
    """Return a Milvus that a test may stop."""
    server = MilvusServer(tmp_path / "milvus")
    yield server
    server.stop()


def scores_by_row(ranking: Ranking) -> dict[int, float]:
    """Return the scores of a ranking by row."""
    return dict(zip(ranking.rows.tolist(), ranking.scores.tolist(), strict=True))


def collection_of(folder: Path) -> str:
    """Return the name of a generation's collection."""
    return (folder / COLLECTION).read_text(encoding="utf-8")


def test_both_find_the_same_by_meaning_and_by_words(both: tuple[Generation, Generation]) -> None:
    """Cosines are equal, and BM25 finds the same rows, with scores that differ by one factor."""
    files, milvus = both
    for question in QUESTIONS:
        vector, terms = HashingEncoder().encode_query(question), terms_of(question)
        cosines = [scores_by_row(generation.search_dense(vector, 60)) for generation in both]
        bm25s = [scores_by_row(generation.search_lexical(terms, 60)) for generation in both]
        factors = {bm25s[1][row] / score for row, score in bm25s[0].items()}

        assert cosines[1] == pytest.approx(cosines[0], abs=1e-5)
        assert bm25s[1].keys() == bm25s[0].keys()
        assert max(factors) == pytest.approx(min(factors), rel=1e-4)
    assert not len(milvus.search_lexical([], 60).rows)
    assert not len(milvus.search_lexical(["tungsten"], 60).rows)
    assert len(milvus.dense) == len(files.dense) == 60


@pytest.mark.parametrize("filters", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_filters_are_exact(both: tuple[Generation, Generation], filters: int) -> None:
    """Each of many random filters finds the passages of the documents that a plain computation allows, and no other."""
    vector, terms = HashingEncoder().encode_query("the shelter"), terms_of("shelter beds")
    for asked, allowed in random_filters(some_documents(60), filters):
        for generation in both:
            only = generation.allowed(*asked)
            for ranking in (
                generation.search_dense(vector, 60, only=only),
                generation.search_lexical(terms, 60, only=only),
            ):
                assert {generation.passages[row].document_id for row in ranking.rows.tolist()} == allowed


def test_the_recall_of_an_index_that_is_not_exact_is_measured(build: Build, root: Path, milvus: MilvusServer) -> None:
    """It stands in the manifest, as that of the graph in files does."""
    folder = root / build(vectors=milvus.address, exact=0)

    assert Generation.load(folder, HashingEncoder(), milvus.address).manifest.recall == 1


def test_collections_come_and_go_with_their_generations(build: Build, root: Path, milvus: MilvusServer) -> None:
    """The alias follows what is published and gone back to; what is removed takes its collection along."""
    others = milvus.collections
    ids = [build(vectors=milvus.address, kept=2) for _ in range(3)]
    collections = [collection_of(root / id) for id in ids[1:]]
    published = milvus.aliased
    roll_back(root, HashingEncoder(), vectors=milvus.address)

    assert collections[1].startswith(f"waymark_{ids[2].replace('-', '_')}_")
    assert sorted(collections + others) == milvus.collections
    assert (published, milvus.aliased) == (collections[1], collections[0])


def test_the_collection_that_served_last_outlives_its_successor(build: Build, root: Path, milvus: MilvusServer) -> None:
    """Questions that are at work on it end with it, though the operator keeps one generation alone."""
    old = Generation.load(root / build(vectors=milvus.address, kept=1), HashingEncoder(), milvus.address)
    new = Generation.load(root / build(vectors=milvus.address, kept=1), HashingEncoder(), milvus.address)
    vector = HashingEncoder().encode_query("Who funds the shelter in Accra?")

    assert old.dense.search(vector, 3).rows.tolist() == new.dense.search(vector, 3).rows.tolist()
    assert old.on_milvus != new.on_milvus


def test_a_build_that_fails_leaves_no_collection(build: Build, root: Path, milvus: MilvusServer) -> None:
    """Neither where the check refuses it, nor where it was killed: then the next build removes what is left."""
    others = milvus.collections

    def check(generation: Generation) -> None:
        raise GenerationProblem("too few")

    with pytest.raises(GenerationProblem, match="too few"):
        build(vectors=milvus.address, check=check)
    failed = milvus.collections
    killed = root / build(vectors=milvus.address)
    killed.rename(staging_folder(root, "new"))
    new = build(vectors=milvus.address)

    assert failed == others
    assert milvus.collections == sorted([*others, collection_of(root / new)])


def test_files_and_milvus_follow_each_other(build: Build, root: Path, milvus: MilvusServer) -> None:
    """A generation is searched where it was built to be, whatever the settings say of the next one."""
    files, on_milvus = build(), build(vectors=milvus.address)
    with pytest.raises(MilvusProblem, match="set WAYMARK_VECTORS or run: waymark index"):
        Generation.load(root / on_milvus, HashingEncoder())
    roll_back(root, HashingEncoder(), vectors=milvus.address)

    assert current_generation(root).name == files
    assert Generation.load(root / files, HashingEncoder(), milvus.address).on_milvus is None


def test_a_search_fails_while_milvus_is_stopped_and_works_again(
    build: Build, root: Path, restartable: MilvusServer
) -> None:
    """The problem is told and soon known, and ends by itself."""
    generation = Generation.load(root / build(vectors=restartable.address), HashingEncoder(), restartable.address)
    vector = HashingEncoder().encode_query("Who funds the shelter in Accra?")
    before = generation.search_dense(vector, 3).rows.tolist()
    index = generation.on_milvus
    assert index
    restartable.stop()
    with pytest.raises(MilvusProblem, match="does not answer"):
        generation.search_dense(vector, 3)
    told = index.milvus.problem
    restartable.restart()
    index.keep_loaded()

    assert told == "Milvus does not answer"
    assert index.milvus.problem == ""
    assert generation.search_dense(vector, 3).rows.tolist() == before


def test_milvus_stopped_while_publishing_leaves_the_old_index(
    build: Build, root: Path, restartable: MilvusServer
) -> None:
    """The build ends with one message; once Milvus is back, the next one publishes and clears up."""
    old = build(vectors=restartable.address)

    def check(generation: Generation) -> None:
        restartable.stop()

    with pytest.raises(MilvusProblem, match="does not answer"):
        build(vectors=restartable.address, check=check)
    serving = current_generation(root).name
    with pytest.raises(MilvusProblem, match="does not answer"):
        build(vectors=restartable.address)
    restartable.restart()
    new = build(vectors=restartable.address)

    assert serving == old
    assert current_generation(root).name == new
    assert restartable.collections == sorted(collection_of(root / id) for id in (old, new))
