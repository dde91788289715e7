"""The check of a language model's sentences is measured on pairs that are true or changed, and bears its bounds."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus import Document, load_documents
from qa.cli.paths import starter_collection
from qa.evaluation.judging.checked_sentences import FIT, JUDGE, Pair, own_pairs, public_pairs, report
from qa.pipeline.retrieval import load_encoder
from qa.reader.reading import load_reader
from qa.settings import Settings
from qa.writer.checking import Verdict
from qa.writer.support import Judge

# Shares that pass, of the half that nothing was fitted on. Added details are the weak point (docs/adr/0058).
LEAST_SUPPORTED, MOST_CHANGED, MOST_ADDED = 0.85, 0.02, 0.1


@pytest.fixture(scope="module")
def documents() -> Mapping[str, Document]:
    """Return the documents of the starter collection."""
    return {document.id: document for document in load_documents([starter_collection()])}


def test_pairs_quote_word_for_word_and_the_halves_share_no_document(documents: Mapping[str, Document]) -> None:
    """Each quote stands in its document, and what is judged is of documents that the check was not fitted on."""
    pairs = list(own_pairs(documents))
    halves = {
        half: {item.document.id for pair in pairs if pair.half == half for item in pair.evidence}
        for half in (FIT, JUDGE)
    }

    assert len(pairs) >= 300
    assert halves[FIT].isdisjoint(halves[JUDGE])
    assert len(halves[JUDGE]) >= 9


def test_claims_of_wice_keep_the_sentences_that_support_them(tmp_path: Path) -> None:
    """The page of a claim is cut to the sentences around those that support it, wholly or in part."""
    row = {
        "claim": "Ada  wrote notes.",
        "evidence": ["Home", "Ada wrote notes in 1843.", "More"],
        "meta": {"claim_title": "Ada"},
    }
    lines = [
        row | {"label": "supported", "supporting_sentences": [[1]]},
        row | {"label": "not_supported", "supporting_sentences": [[]]},
        row | {"label": "partially_supported", "supporting_sentences": [[1], [2]]},
    ]
    file = tmp_path / "wice_claim_test.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))

    true, partly = public_pairs(file)

    assert (true.kind, true.half, true.sentence) == ("supported", JUDGE, "Ada wrote notes.")
    assert [item.text for item in true.evidence] == ["Ada wrote notes in 1843."]
    assert (partly.kind, [item.text for item in partly.evidence]) == (
        "told in part",
        ["Ada wrote notes in 1843.", "More"],
    )


def test_chat_of_begin_is_left_out(tmp_path: Path) -> None:
    """What claims nothing is neither told nor not told."""
    rows = ["knowledge\tresponse\tbegin_label", "Ada wrote notes.\tAda wrote.\tFully attributable"]
    rows += ["Ada wrote notes.\tHe sang.\tNot fully attributable", "Ada wrote notes.\tNice!\tGeneric"]
    file = tmp_path / "begin_wow_test.tsv.gz"
    file.write_bytes(gzip.compress("\n".join(rows).encode()))

    assert [(pair.kind, pair.sentence) for pair in public_pairs(file)] == [
        ("supported", "Ada wrote."),
        ("not told", "He sang."),
    ]


@pytest.mark.model
@pytest.mark.slow
def test_hardly_anything_changed_passes_and_most_of_what_is_true_does(documents: Mapping[str, Document]) -> None:
    """On the documents that nothing was fitted on, the check lets true sentences pass and changed ones not."""
    reader = load_reader(Settings()).passage_reader
    assert reader
    judge = Judge(reader, load_encoder(Settings()))
    passing: dict[str, list[bool]] = {"supported": [], "added": [], "changed": []}
    for pair in own_pairs(documents):
        if pair.half == JUDGE:
            passing.get(pair.kind, passing["changed"]).append(pair.check(judge).passes)
    shares = {kind: sum(of_kind) / len(of_kind) for kind, of_kind in passing.items()}

    assert shares["supported"] >= LEAST_SUPPORTED
    assert shares["changed"] <= MOST_CHANGED
    assert shares["added"] <= MOST_ADDED


def test_the_report_counts_by_kind_and_threshold() -> None:
    """Precision is that of the supported pairs beside one kind; a broken rule passes at no threshold."""
    pairs = [Pair("own", kind, JUDGE, "A sentence.", ()) for kind in ("supported", "supported", "number", "number")]
    verdicts = [Verdict("", (), 0.9), Verdict("support", (), 0.4), Verdict("number"), Verdict("", (), 0.6)]

    lines = list(report(pairs, verdicts))

    assert "| own | judge | supported | 2 | 0.500 |  |" in lines
    assert "| own | judge | number | 2 | 0.500 | 0.500 |" in lines
    assert "| own | judge | supported | 1.000 | 1.000 | 1.000 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 |" in lines
    assert "| own | judge | changed | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 | 0.000 | 0.000 | 0.000 |" in lines
