"""Measure the check of a language model's sentences on pairs of a sentence and its quotes, true and changed.

In: the pairs of `gold/checked_sentences.jsonl`, of halves that the check was fitted on (`fit`) or chosen by (`choose`),
or neither (`judge`, `blind`), and public ones by path: WiCE and BEGIN (docs/adr/0052, 0058). Out: what passes by kind
and half, and at which threshold, as a table in Markdown.
Left out: fitting (qa/training/checks).
"""

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from corpus import Document, Passage, Span, cut_into_passages, split_sentences
from qa.answers.evidence import Evidence
from qa.evaluation.judging.json_lines import invalid_line, rows_of
from qa.evaluation.judging.suites import gold_file
from qa.writer.checking import Verdict, check_sentence
from qa.writer.support import Judge

FIT, JUDGE = "fit", "judge"
PUBLIC = {  # the public files by the half that they belong to; a check is never judged on what it was fitted on
    "wice_claim_dev.jsonl.gz": FIT,
    "wice_claim_test.jsonl.gz": JUDGE,
    "begin_wow_dev.tsv.gz": FIT,
    "begin_wow_test.tsv.gz": JUDGE,
}
MOST = 600  # pairs of a public file
BEFORE, BEHIND = 6, 3  # sentences of a page around those that support a claim of WiCE, which make its passage
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and its quotes; `kind` is "supported", or how it was changed to say more."""

    source: str
    kind: str
    half: str
    sentence: str
    evidence: tuple[Evidence, ...]

    @property
    def is_supported(self) -> bool:
        """Whether its quotes say it."""
        return self.kind == "supported"

    def check(self, judge: Judge) -> Verdict:
        """Return the Verdict on its sentence, whose quotes are given word for word."""
        return check_sentence(self.sentence, [item.text for item in self.evidence], self.evidence, judge)


class Quote(BaseModel):
    """Words of a document."""

    model_config = ConfigDict(frozen=True)

    document: str
    text: str


class Row(BaseModel):
    """A line of our own pairs."""

    model_config = ConfigDict(frozen=True)

    id: str
    half: str
    kind: str
    sentence: str
    quotes: tuple[Quote, ...]


class WiceRow(BaseModel):
    """A line of WiCE (Kamoi et al., EMNLP 2023): a claim of Wikipedia and the page that it cites."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    label: str
    claim: str
    evidence: tuple[str, ...]
    supporting_sentences: tuple[tuple[int, ...], ...]
    meta: Mapping[str, str]


def own_pairs(documents: Mapping[str, Document]) -> Iterator[Pair]:
    """Yield our own pairs, given the documents of the starter collection. Raises InvalidDataset with the cure."""
    file = gold_file("checked_sentences.jsonl", cure="give public files by path")
    for number, row in enumerate(rows_of(file, Row), start=1):
        evidence = tuple(_quoted(documents[quote.document], quote.text) for quote in row.quotes)
        if None in evidence:
            raise invalid_line(file, number, "a quote does not stand in its document")
        yield Pair("own", row.kind, row.half, row.sentence, tuple(filter(None, evidence)))


def _quoted(document: Document, text: str) -> Evidence | None:
    start = document.text.find(text)
    passages = (p for p in cut_into_passages(document) if p.start <= start and start + len(text) <= p.end)
    passage = next(passages, None)
    return Evidence(document, passage, Span(start, start + len(text)), 1.0) if passage else None


def public_pairs(file: Path) -> list[Pair]:
    """Return the pairs of a file of PUBLIC; of those of BEGIN, chat without a claim is left out."""
    pairs = _wice(file) if file.name.startswith("wice") else _begin(file)
    return [pair for _, pair in zip(range(MOST), pairs, strict=False)]


def _wice(file: Path) -> Iterator[Pair]:
    for number, row in enumerate(rows_of(file, WiceRow), start=1):
        is_supported = row.label == "supported"
        sets = row.supporting_sentences[:1] if is_supported else row.supporting_sentences
        if chosen := sorted({place for places in sets for place in places}):
            first, last = max(0, chosen[0] - BEFORE), chosen[-1] + BEHIND
            sentences = [" ".join(text.split()) or "-" for text in row.evidence[first:last]]
            text = "\n".join(sentences)
            starts = [sum(len(sentence) + 1 for sentence in sentences[:place]) for place in range(len(sentences))]
            spans = [Span(starts[n - first], starts[n - first] + len(sentences[n - first])) for n in chosen]
            kind = "supported" if is_supported else "told in part"
            evidence = _evidence(f"wice-{number}", row.meta["claim_title"], text, spans)
            yield Pair("WiCE", kind, PUBLIC[file.name], " ".join(row.claim.split()), evidence)


def _begin(file: Path) -> Iterator[Pair]:
    """Yield the pairs of a file of BEGIN (Dziri et al., TACL 2022): an answer of a chat and the text behind it."""
    lines = StringIO(gzip.decompress(file.read_bytes()).decode())
    for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
        text = " ".join(row["knowledge"].split())
        kind = {"Fully attributable": "supported", "Not fully attributable": "not told"}.get(row["begin_label"])
        if kind and text:
            evidence = _evidence(f"begin-{number}", "A text", text, split_sentences(text))
            yield Pair("BEGIN", kind, PUBLIC[file.name], " ".join(row["response"].split()), evidence)


def _evidence(id: str, title: str, text: str, spans: Sequence[Span]) -> tuple[Evidence, ...]:
    document = Document(id, title, text)
    passage = Passage(f"{id}#1", id, title, "", text, 0, len(text))
    return tuple(Evidence(document, passage, span, 1.0) for span in spans)


def report(pairs: Sequence[Pair], verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield tables in Markdown: of each source, half and kind what passes; and what passes at other thresholds.

    Precision is the share of supported pairs among those that pass, were each kind alone with the supported ones.
    """
    groups: dict[tuple[str, str], dict[str, list[Verdict]]] = {}
    for pair, verdict in zip(pairs, verdicts, strict=True):
        groups.setdefault((pair.source, pair.half), {}).setdefault(pair.kind, []).append(verdict)
    yield "| pairs | half | kind | number | pass | precision |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for (source, half), kinds in groups.items():
        supported = sum(verdict.passes for verdict in kinds["supported"])
        for kind, of_kind in kinds.items():
            passing = sum(verdict.passes for verdict in of_kind)
            precision = "" if kind == "supported" else f"{supported / max(1, supported + passing):.3f}"
            yield f"| {source} | {half} | {kind} | {len(of_kind)} | {passing / len(of_kind):.3f} | {precision} |"
    yield ""
    yield "| pairs | half | supported or not | " + " | ".join(f"{value}" for value in THRESHOLDS) + " |"
    yield "| --- | --- | --- |" + " --- |" * len(THRESHOLDS)
    for (source, half), kinds in groups.items():
        changed = [verdict for kind, of_kind in kinds.items() if kind != "supported" for verdict in of_kind]
        for name, of_name in (("supported", kinds["supported"]), ("changed", changed)):
            shares = (_share_from(of_name, value) for value in THRESHOLDS)
            yield f"| {source} | {half} | {name} | " + " | ".join(f"{share:.3f}" for share in shares) + " |"


def _share_from(verdicts: Sequence[Verdict], min_support: float) -> float:
    """Return the share of Verdicts whose rules all hold, and that would pass at another threshold."""
    return sum(verdict.reason in {"", "support"} and verdict.support >= min_support for verdict in verdicts) / max(
        1, len(verdicts)
    )
