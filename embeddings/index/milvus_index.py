"""The index on a Milvus server: the vectors and the words of a generation, in a collection of its own.

In: the passages of a generation, in order, and their vectors; vectors and terms of questions. Out: Rankings of rows.
The file `collection` in the generation's folder names the collection before it is made, so that what removes the folder
knows what to drop. It is searched by that name: an alias would change over while a question is at work.
Words are those of `terms_of`, joined by blanks: Milvus only counts them, in every language as `bm25_index.py` does.
A filter holds numbers alone, so no text of a question comes into an expression; Milvus Lite knows no templates.
Left out: documents, passages and the vectors of sentences, which stay in the folder.
"""

import logging
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from corpus import Document
from corpus.documents.catalogue import FACETS, keys_of
from corpus.documents.terms import terms_of
from embeddings.extras import how_to_install
from embeddings.index.faiss_index import nearest_rows, recall_of
from embeddings.index.ranking import Ranking, RowNumbers, empty_ranking, top_k
from embeddings.index.texts import Texts
from embeddings.models.encoder import Matrix, Vector

COLLECTION = "collection"  # the file that names the collection
ALIAS = "waymark"  # of the collection that serves, for people and other programs
PREFIX = "milvus+"  # of an address, before what pymilvus takes
BATCH = 1000  # passages that are sent at once
MOST_BYTES, MOST_VALUES = 65_535, 4096  # of a VARCHAR and of an ARRAY of Milvus
CALL_S, SEARCH_S, WRITE_S, LOAD_S = 5, 3, 60, 600  # after which a call has failed, with the retries of pymilvus
# While it does not answer, a connection is tried each second; that would be two minutes otherwise.
CONNECTION = {"grpc.initial_reconnect_backoff_ms": 200, "grpc.max_reconnect_backoff_ms": 1000}
BOUNDED, STRONG = "Bounded", "Strong"  # a search may miss what was written in the last seconds, or waits for it
VECTOR, TERMS, WORDS = "vector", "terms", "words"  # fields; the words are counted from the terms
K1, B = 1.5, 0.75  # of BM25, as bm25s has them
FIRST_DAY, LAST_DAY = "first_day", "last_day"  # between which a document was published, as 20150312
NO_DAYS = {FIRST_DAY: 10**8, LAST_DAY: -1}  # of a document without a date, which lies within no bounds
ISO_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")

logger = logging.getLogger(__name__)


class MilvusProblem(ConnectionError):
    """Milvus does not answer, or refuses what it is asked."""


class Milvus:
    """A client of a server. `problem` tells why the last call failed, "" if it did not."""

    def __init__(self, address: str) -> None:
        """Connect to an address, as `milvus+http://localhost:19530`. Raises MilvusProblem."""
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise MilvusProblem(f"WAYMARK_VECTORS needs more packages; {how_to_install('milvus')}") from error
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it logs all that it raises
        self.problem = ""
        self._client: Any = None
        with self.asked():
            self._client = MilvusClient(address.removeprefix(PREFIX), timeout=CALL_S, grpc_options=CONNECTION)

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """Yield the client. Raises MilvusProblem where a call in the block fails."""
        from grpc import RpcError
        from pymilvus.client.types import Status
        from pymilvus.exceptions import MilvusException

        try:
            yield self._client
        except (MilvusException, RpcError) as error:
            # The code is one of gRPC, and no number, where it was tried again until the time was over.
            answered = isinstance(error, MilvusException) and isinstance(error.code, int)
            refused = answered and error.code != Status.CONNECT_FAILED
            # Its message may quote a question, which is not for logs and probes.
            problem = f"Milvus refuses a call, by its code {error.code}" if refused else "Milvus does not answer"
            if problem != self.problem:
                logger.error(problem)
            self.problem = problem
            raise MilvusProblem(f"{problem}: {error.message}" if refused else problem) from error
        if self.problem:
            logger.info("Milvus answers again")
        self.problem = ""


connect = cache(Milvus)  # a client an address, for all threads


@dataclass(frozen=True, slots=True)
class MilvusIndex:
    """A field of a generation's collection: its vectors, in the place of a FaissIndex, or its words, of a Bm25Index."""

    milvus: Milvus
    collection: str
    field: str
    consistency: str
    rows: int
    dimension: int

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.rows

    def keep_loaded(self) -> None:
        """Load the collection where the server holds it no longer, as Milvus Lite after a restart; note its problem."""
        with suppress(MilvusProblem), self.milvus.asked() as client:
            if client.get_load_state(self.collection, timeout=CALL_S)["state"].name != "Loaded":
                client.load_collection(self.collection, timeout=CALL_S)

    def measure_recall(self, vectors: Matrix, queries: Matrix) -> float:
        """Return which part of the rows nearest to queries is found; `vectors` are those that were written."""
        return recall_of(self.search, queries, nearest_rows(vectors, queries))

    def search(self, query: Vector | Sequence[str], limit: int, *, only: RowNumbers | str | None = None) -> Ranking:
        """Return at most `limit` rows by their score; if `only` is given, only these, or those of a filter.

        Raises MilvusProblem.
        """
        if not len(query) or (isinstance(only, np.ndarray) and not len(only)):
            return empty_ranking()
        with self.milvus.asked() as client:
            [hits] = client.search(
                self.collection,
                [query.tolist() if isinstance(query, np.ndarray) else " ".join(query)],
                filter=f"row in {only.tolist()}" if isinstance(only, np.ndarray) else only or "",
                limit=limit,
                output_fields=["row"],
                anns_field=self.field,
                consistency_level=self.consistency,
                timeout=SEARCH_S,
            )
        rows = np.array([hit["row"] for hit in hits], np.int64)
        scores = np.array([hit["distance"] for hit in hits], np.float32)
        # Those of BM25 are above 0, and Milvus Lite gives them the sign of a distance.
        return top_k(rows, np.abs(scores) if self.field == WORDS else scores, limit)


def open_collection(folder: Path, address: str, consistency: str = BOUNDED) -> tuple[MilvusIndex, MilvusIndex]:
    """Load the collection of the generation in a folder; return its vectors and its words. Raises MilvusProblem."""
    if not address:
        raise MilvusProblem(
            f"the vectors of index {folder.name} are on Milvus; set WAYMARK_VECTORS or run: waymark index"
        )
    milvus, name = connect(address), (folder / COLLECTION).read_text(encoding="utf-8")
    with milvus.asked() as client:
        if not client.has_collection(name, timeout=CALL_S):
            raise MilvusProblem(f"Milvus has no collection {name} of index {folder.name}; run: waymark index")
        client.load_collection(name, timeout=LOAD_S)
        [counted] = client.query(name, output_fields=["count(*)"], consistency_level=STRONG, timeout=CALL_S)
        fields = {field["name"]: field for field in client.describe_collection(name, timeout=CALL_S)["fields"]}
    rows, dimension = counted["count(*)"], int(fields[VECTOR]["params"]["dim"])
    dense, lexical = (MilvusIndex(milvus, name, field, consistency, rows, dimension) for field in (VECTOR, WORDS))
    return dense, lexical


def filter_of(wanted: Mapping[str, Sequence[str]], since: str, until: str) -> str:
    """Return the filter of the documents that `Texts.rows_where` finds, for `since` and `until` in ISO form.

    >>> filter_of({}, "2015-03", "2016")
    'last_day >= 20150300 and first_day <= 20169999'
    """
    conditions = [
        f"array_contains_any(facets, {sorted(_number(facet, key) for key in keys_of(values, facet))})"
        for facet, values in wanted.items()
    ]
    conditions += [f"{LAST_DAY} >= {_day(since, '0')}"] if since else []
    conditions += [f"{FIRST_DAY} <= {_day(until, '9')}"] if until else []
    return " and ".join(conditions)


def build_collection(
    folder: Path, id: str, texts: Texts, vectors: Matrix, exact: int, address: str, show: Callable[[float], None]
) -> MilvusIndex:
    """Write the passages in `texts` and their vectors, which may be mapped, into the collection of a new generation.

    Up to `exact` passages, a search compares all. `show` is called with the share that is written. Returns its vectors,
    indexed and loaded. Raises MilvusProblem, and leaves what is there to `drop_collection`.
    """
    milvus, name = connect(address), f"waymark_{id.replace('-', '_')}_{secrets.token_hex(3)}"
    (folder / COLLECTION).write_text(name, encoding="utf-8")
    rows = _rows_of(texts)
    with milvus.asked() as client:
        client.create_collection(name, schema=_schema(client, vectors.shape[1]), timeout=WRITE_S)
        for begin in range(0, len(vectors), BATCH):
            batch = vectors[begin : begin + BATCH]
            written = [row | {VECTOR: vector} for vector, row in zip(batch, rows, strict=False)]
            client.insert(name, written, timeout=WRITE_S)
            show(min(1, (begin + BATCH) / len(vectors)))
        client.flush(name, timeout=LOAD_S)
        client.create_index(name, _indexes(client, "FLAT" if len(vectors) <= exact else "AUTOINDEX"), timeout=LOAD_S)
    return open_collection(folder, address, STRONG)[0]


def point_alias(folder: Path, address: str) -> None:
    """Have the alias name the collection of the generation in a folder, if it has one. Raises MilvusProblem."""
    if not (folder / COLLECTION).exists():
        return
    name = (folder / COLLECTION).read_text(encoding="utf-8")
    with connect(address).asked() as client:
        there_is_one = ALIAS in client.list_aliases(timeout=CALL_S)["aliases"]
        (client.alter_alias if there_is_one else client.create_alias)(name, ALIAS, timeout=CALL_S)


def drop_collection(folder: Path, address: str) -> None:
    """Drop the collection of the generation in a folder, where it has one and the address is known."""
    if not address or not (folder / COLLECTION).exists():
        return
    name = (folder / COLLECTION).read_text(encoding="utf-8")
    with connect(address).asked() as client:
        if client.has_collection(name, timeout=CALL_S):
            for alias in client.list_aliases(name, timeout=CALL_S)["aliases"]:
                client.drop_alias(alias, timeout=CALL_S)
            client.drop_collection(name, timeout=CALL_S)


def _schema(client: Any, dimension: int) -> Any:  # noqa: ANN401 - of pymilvus, which has no types
    from pymilvus import DataType, Function, FunctionType

    schema = client.create_schema()
    schema.add_field("row", DataType.INT64, is_primary=True)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field(
        TERMS, DataType.VARCHAR, max_length=MOST_BYTES, enable_analyzer=True, analyzer_params={"tokenizer": "standard"}
    )
    schema.add_field(WORDS, DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(Function("bm25", FunctionType.BM25, [TERMS], [WORDS]))
    schema.add_field("facets", DataType.ARRAY, element_type=DataType.INT64, max_capacity=MOST_VALUES)
    schema.add_field(FIRST_DAY, DataType.INT64)
    schema.add_field(LAST_DAY, DataType.INT64)
    return schema


def _indexes(client: Any, dense: str) -> Any:  # noqa: ANN401 - of pymilvus, which has no types
    indexes = client.prepare_index_params()
    indexes.add_index(VECTOR, index_type=dense, metric_type="IP")
    indexes.add_index(
        WORDS, index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params={"bm25_k1": K1, "bm25_b": B}
    )
    return indexes


def _rows_of(texts: Texts) -> Iterator[dict[str, object]]:
    """Yield what is written of each passage but its vector."""
    document, facts = None, {}
    for row, passage in enumerate(texts.passages):
        if document is None or document.id != passage.document_id:
            document = texts.documents[passage.document_id]
            facts = _facts(document)
        terms = " ".join(terms_of(passage.text_in_context)).encode()[:MOST_BYTES].decode(errors="ignore")
        yield {"row": row, TERMS: terms} | facts


def _facts(document: Document) -> dict[str, object]:
    """Return the values of a document by which filters find it."""
    facets = sorted(
        _number(facet, key) for facet, values_of in FACETS.items() for key in keys_of(values_of(document), facet) - {""}
    )
    date = ISO_DATE.match(document.published)
    days = {FIRST_DAY: _day(date[0], "0"), LAST_DAY: _day(date[0], "9")} if date else NO_DAYS
    return {"facets": facets, **days}


def _number(facet: str, key: str) -> int:
    """Return the number of a value of a facet: 63 bits, so that no two are ever likely to meet."""
    return int.from_bytes(blake2b(f"{facet}\0{key}".encode(), digest_size=8).digest(), "big") >> 1


def _day(date: str, padding: str) -> int:
    """Return an ISO date, month or year as eight digits: the first day of it, padded by 0, or the last, by 9."""
    return int(date.replace("-", "").ljust(8, padding))
