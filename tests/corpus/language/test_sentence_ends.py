"""Sentences end where a reader ends them, on hard cases of many languages (`sentence_ends.txt`)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sentencex import get_sentence_boundaries

from corpus import split_sentences

CASES = Path(__file__).parent / "sentence_ends.txt"
LEAST = 0.97
PART = re.compile(r"# (tuning|held out)$")


@dataclass(frozen=True, slots=True)
class Case:
    """A line of text, and where its sentences end, but for the last."""

    part: str
    kind: str
    language: str
    text: str
    ends: frozenset[int]


def read_cases() -> list[Case]:
    """Return the cases of the file."""
    part = kind = ""
    cases = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            part = named[1] if (named := PART.match(line)) else part
            kind = line.removeprefix("## ")
        elif line:
            language, marked = line.split(" ", 1)
            pieces = marked.split("¶")
            ends = frozenset(len("".join(pieces[:count])) for count in range(1, len(pieces)))
            cases.append(Case(part, kind, language, "".join(pieces), ends))
    return cases


def ends_of_sentencex(text: str) -> list[int]:
    """Return where the bare library ends sentences."""
    return [len(text[: boundary["end_index"]].rstrip()) for boundary in get_sentence_boundaries("en", text)]


def ends_of_ours(text: str) -> list[int]:
    """Return where our sentences end."""
    return [span.end for span in split_sentences(text)]


def precision_and_recall(cases: list[Case], ends_of: Callable[[str], list[int]]) -> tuple[float, float]:
    """Return the shares of found ends that are right, and of right ends that are found."""
    found = [(case.ends, set(ends_of(case.text)) - {len(case.text)}) for case in cases]
    right = sum(len(ends & ours) for ends, ours in found)
    return right / sum(len(ours) for _, ours in found), right / sum(len(ends) for ends, _ in found)


def test_sentences_end_where_a_reader_ends_them() -> None:
    """Precision and recall are at least 0.97 on each half of the cases, and above those of the bare library."""
    cases = read_cases()
    for part in ("tuning", "held out"):
        of_part = [case for case in cases if case.part == part]
        ours = precision_and_recall(of_part, ends_of_ours)
        theirs = precision_and_recall(of_part, ends_of_sentencex)
        print(f"{part}, precision and recall: {ours[0]:.3f} {ours[1]:.3f}; sentencex {theirs[0]:.3f} {theirs[1]:.3f}")  # noqa: T201
        assert min(ours) >= LEAST
        assert all(our > their for our, their in zip(ours, theirs, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A stay lasts 45 days.3 It ends.4", ["A stay lasts 45 days.", "It ends."], id="glued"),
        pytest.param("It was “a lie”.12 Few knew.[2]", ["It was “a lie”.", "Few knew."], id="after a quotation"),
        pytest.param("See A/79/7/Add.1 of May.", ["See A/79/7/Add.1 of May."], id="document symbol"),
        pytest.param("It is in Rev.2 The text.", ["It is in Rev.2 The text."], id="revision"),
    ],
)
def test_the_mark_of_a_footnote_is_part_of_no_sentence(text: str, expected: list[str]) -> None:
    """A footnote mark ends the sentence before it and is quoted with neither; the number of a symbol stays in it."""
    assert [span.of(text) for span in split_sentences(text)] == expected


@pytest.mark.parametrize("unit", ["The law dates from 2015. ", "art. 5 ", "A. ", "“ \" ' ", "(He left. ", "… "])
def test_the_time_grows_with_the_length_of_a_line(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The splitter reads a long line piece by piece, about as much text in all as the line has."""
    read: list[int] = []

    def count(language: str, piece: str) -> list[dict[str, int]]:
        read.append(len(piece))
        return [dict(boundary) for boundary in get_sentence_boundaries(language, piece)]

    monkeypatch.setattr("corpus.documents.sentences.get_sentence_boundaries", count)
    line = unit * (50_000 // len(unit))

    split_sentences(line)

    assert max(read) <= 1000
    assert sum(read) < 3 * len(line)


def test_a_long_line_is_split_like_its_sentences() -> None:
    """Where a long line is cut to be read changes no sentence."""
    sentence = "Dr. Ali said: “We stay. We have no choice,” and he left the U.S. Department on Jan. 3 at 5 p.m."
    text = " ".join([sentence] * 100)

    assert [span.of(text) for span in split_sentences(text)] == [sentence] * 100
