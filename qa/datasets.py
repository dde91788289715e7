"""Public data sets, read by path: retrieval in BEIR's form, and OMoS-QA.

In: a folder or file of somebody else's. Out: Records, judged by the set's own measures.
BEIR: `corpus.jsonl`, `queries.jsonl` and one or more `qrels*.tsv`, in the folder or below, plain or gzipped. Whole
documents are ranked, as the published figures do, so sentence vectors have no part in it.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings import Encoder
from embeddings.cache import encode_cached
from embeddings.dense import DenseIndex
from embeddings.lexical import LexicalIndex, terms_of
from qa.benchmark import Record
from qa.metrics import retrieval_scores
from qa.retrieval import DEPTH, FUSIONS, LEXICAL_WEIGHT
from qa.suites import BrokenSuite

RANKED = 10


@dataclass(frozen=True, slots=True)
class BeirSet:
    """Documents and queries by id, and which documents are right for a query."""

    name: str
    documents: dict[str, str]
    queries: dict[str, str]
    right: dict[str, tuple[str, ...]]


def is_beir(path: Path) -> bool:
    """Tell whether a path is a folder in BEIR's form."""
    return path.is_dir() and _find(path, "corpus.jsonl") is not None


def load_beir(folder: Path) -> BeirSet:
    """Read a data set; of several qrels, `test` is taken, or else `validation`, `dev` or whatever is there.

    Raises BrokenSuite, naming the file, the line and the cure.
    """
    corpus, queries, qrels = _find(folder, "corpus.jsonl"), _find(folder, "queries.jsonl"), _qrels(folder)
    if not corpus or not queries or not qrels:
        raise BrokenSuite(f"{folder} needs corpus.jsonl, queries.jsonl and qrels/*.tsv; add what is missing")
    right: dict[str, list[str]] = defaultdict(list)
    with _open(qrels) as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t"), start=1):
            if number == 1 and not row[-1].strip().lstrip("-").isdigit():
                continue
            if len(row) != 3:  # noqa: PLR2004 - query, document, score
                raise BrokenSuite(f"{qrels}, line {number}: needs query, document and score; mend the line")
            if int(row[2]) > 0:
                right[row[0]].append(row[1])
    documents = {one["_id"]: f"{one.get('title', '')}. {one['text']}".lstrip(". ") for one in _rows(corpus)}
    texts = {one["_id"]: one["text"] for one in _rows(queries)}
    judged = {id: tuple(ids) for id, ids in right.items() if id in texts}
    return BeirSet(folder.resolve().name, documents, texts, judged)


def run_beir(
    data: BeirSet, encoder: Encoder, cache: Path, progress: Callable[[int], None] = lambda _: None
) -> dict[str, list[Record]]:
    """Rank the documents for every judged query, by each fusion; `progress` is told how many more texts are encoded."""
    ids = sorted(data.documents)
    texts = [data.documents[id] for id in ids]
    dense = DenseIndex.build(encode_cached(texts, encoder, cache, progress))
    lexical = LexicalIndex.build(texts)
    records: dict[str, list[Record]] = {fusion: [] for fusion in FUSIONS}
    for query_id, sources in sorted(data.right.items()):
        query = data.queries[query_id]
        by_meaning = dense.search(encoder.encode_query(query), DEPTH)
        by_words = lexical.search(terms_of(query), DEPTH)
        for fusion, fuse in FUSIONS.items():
            fused = fuse(by_meaning, by_words, LEXICAL_WEIGHT if len(by_words.rows) else 0.0)
            ranked = [ids[row] for row in sorted(fused, key=lambda row: (-fused[row], ids[row]))[:RANKED]]
            scores = retrieval_scores(sources, ranked)
            records[fusion].append(
                Record(data.name, query_id, "", query, "ranked", "", scores, retrieved=tuple(ranked), sources=sources)
            )
    return records


def _qrels(folder: Path) -> Path | None:
    found = sorted(path for path in folder.rglob("*.tsv*") if "qrels" in str(path.relative_to(folder)))
    by_split = (path for split in ("test", "validation", "dev") for path in found if split in path.name)
    return next(by_split, found[0] if found else None)


def _find(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.gz") if path.is_file()), None)


def _open(file: Path) -> Any:  # noqa: ANN401 - a text file, gzipped or not
    return gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8")


def _rows(file: Path, needed: Sequence[str] = ("_id", "text")) -> Iterator[dict[str, Any]]:
    with _open(file) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise BrokenSuite(f"{file}, line {number}: not JSON ({error}); mend the line") from error
            if missing := [name for name in needed if name not in row]:
                raise BrokenSuite(f"{file}, line {number}: lacks {', '.join(missing)}; mend the line")
            yield row
