"""Rank the documents of a public retrieval data set in the format of BEIR.

In: a folder with `corpus.jsonl`, `queries.jsonl` and one or more `qrels*.tsv`, there or below, plain or gzipped. Out:
Records, for each fusion of the two searches.
Full documents are ranked, as for the published figures, so passages and sentences are not used.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from corpus.documents.terms import terms_of
from embeddings import Encoder
from embeddings.index.bm25_index import Bm25Index
from embeddings.index.faiss_index import FaissIndex
from embeddings.models.cache import encode_cached
from embeddings.models.pooling import PassageText
from qa.evaluation.judging.json_lines import InvalidDataset, digest_of, invalid_line, lines_of, rows_of
from qa.evaluation.judging.metrics import retrieval_scores
from qa.evaluation.judging.records import JUDGED, Progress, Record, no_progress
from qa.pipeline.retrieval import DEPTH, FUSIONS, LEXICAL_WEIGHT, MIN_MAX

RANKED = 10
FIELDS = 3  # of a line of judgements: query, document, grade


class Text(BaseModel):
    """A document or a query; queries have no title."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(alias="_id", min_length=1)
    title: str = ""
    text: str


@dataclass(frozen=True, slots=True)
class BeirSet:
    """Documents and queries by id, and for each query the grades of its relevant documents, 1 or more."""

    name: str
    digest: str
    documents: dict[str, str]
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]


def load_beir(folder: Path) -> BeirSet:
    """Read a data set; of several splits of judgements, `test` is taken, or else `validation`, `dev` or any other.

    Raises InvalidDataset, naming the file, the line and the cure.
    """
    corpus, queries, qrels = _find(folder, "corpus.jsonl"), _find(folder, "queries.jsonl"), _qrels(folder)
    if not corpus or not queries or not qrels:
        raise InvalidDataset(f"{folder} needs corpus.jsonl, queries.jsonl and qrels/*.tsv; add what is missing")
    texts = {query.id: query.text for query in rows_of(queries, Text)}
    return BeirSet(
        name=folder.resolve().name,
        digest=digest_of(corpus, queries, qrels),
        documents={row.id: f"{row.title} {row.text}".strip() for row in rows_of(corpus, Text)},
        queries=texts,
        grades=_grades(qrels, texts),
    )


def _grades(file: Path, queries: dict[str, str]) -> dict[str, dict[str, int]]:
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, line in lines_of(file):
        fields = line.decode("utf-8", errors="replace").rstrip("\r").split("\t")
        if number == 1 and fields[-1] == "score":
            continue
        if len(fields) != FIELDS or not fields[2].strip().lstrip("-").isdecimal():
            raise invalid_line(file, number, "needs query, document and a whole number, parted by tabs")
        query, document, grade = fields
        if query not in queries:
            raise invalid_line(file, number, f"judges the query {query}, which is not among the queries")
        if int(grade) > 0:
            grades[query][document] = int(grade)
    return dict(grades)


def rank_documents(
    data: BeirSet, encoder: Encoder, cache: Path, progress: Progress = no_progress
) -> Iterator[tuple[str, Record]]:
    """Rank the documents for every judged query, by each fusion; the default one counts as the judged system."""
    ids = sorted(data.documents)
    texts = [data.documents[id] for id in ids]
    lexical = Bm25Index.build(texts)
    passages = [PassageText("", (text,)) for text in texts]
    vectors = encode_cached(passages, encoder, cache, partial(progress, f"Encoding {data.name}"))
    dense = FaissIndex.build(np.array([of_document[0] for of_document in vectors]))
    for done, query_id in enumerate(sorted(data.grades), start=1):
        query = data.queries[query_id]
        dense_ranking = dense.search(encoder.encode_query(query), DEPTH)
        lexical_ranking = lexical.search(terms_of(query), DEPTH)
        for fusion, fuse in FUSIONS.items():
            weight = LEXICAL_WEIGHT if len(lexical_ranking.rows) else 0.0
            fused = fuse(dense_ranking, lexical_ranking, weight)
            ranked = tuple(ids[row] for row in sorted(fused, key=lambda row: (-fused[row], ids[row]))[:RANKED])
            yield JUDGED if fusion == MIN_MAX else fusion, _record(data, query_id, ranked)
        progress(f"Ranking {data.name}", done, len(data.grades))


def _record(data: BeirSet, query_id: str, ranked: tuple[str, ...]) -> Record:
    grades = data.grades[query_id]
    return Record(
        suite=data.name,
        id=query_id,
        group="",
        question=data.queries[query_id],
        status="ranked",
        text="",
        scores=retrieval_scores(grades, ranked),
        retrieved=ranked,
        sources=tuple(grades),
        failure="" if set(ranked) & grades.keys() else "source not retrieved",
    )


def _qrels(folder: Path) -> Path | None:
    files = sorted(path for path in folder.rglob("*.tsv*") if "qrels" in str(path.relative_to(folder)))
    by_split = (path for split in ("test", "validation", "dev") for path in files if split in path.name)
    return next(by_split, files[0] if files else None)


def _find(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)
