"""Compare a clause written by a model with its source sentence: it may misread a word, add details, or be supported.

In: a clause and its source sentence. Out: "misread" where the clause has, in place of a word of the sentence, one that
looks like it; "added" where it is nearer to the sentence without some of its words, or has a word that is like none of
the sentence; and SupportFeatures, whose scorer is in `claims.yaml` and fitted by qa.training.checks.
Left out: what no likeness decides, such as numbers and names (checking).
"""

import re
from collections.abc import Collection, Sequence
from functools import cache
from math import log
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from corpus import lead_span, split_sentences
from corpus.language.text import fold
from embeddings import Encoder
from embeddings.cross_encoder.reading import Reading
from embeddings.models.pooling import PassageText
from qa.answers.evidence import Evidence
from qa.reader.reading import PassageReader
from qa.reader.scoring import Scorer
from qa.writer.claims import claims_of, word_lists, words_of
from qa.writer.extractive import POINTING
from qa.writer.lookalikes import is_misread

# A clause adds to a sentence where its cosine with it rises by more without some words in a row that the sentence
# lacks, or where one of these words has less likeness to each of the sentence's words. Chosen on pairs of three halves
# (docs/adr/0058): 87 of 100 true sentences pass, and 3 of 45 with an invented detail instead of 16.
MAX_GAIN, MIN_WORD_LIKENESS = 0.015, 0.45
SHARED_LETTERS = 5  # at the beginning of two words from which they are forms of one


class Judge(NamedTuple):
    """The models by which a clause is compared with a sentence."""

    reader: PassageReader
    encoder: Encoder


class SupportFeatures(NamedTuple):
    """Features of a clause and the sentence that may say what it says."""

    tells: float  # log-odds of the passage reader that the sentence tells what the clause says
    answers: float  # the same, of the sentence as a passage
    missing: float  # share of the words of the clause that neither the sentence nor its headings hold
    inserted: float  # number of those that stand for no other word of the sentence, so that they add to it
    in_headings: float  # share of those that only the headings hold
    unused: float  # share of the words of the sentence that the clause lacks
    likeness: float  # of rapidfuzz, of the words in the order of the alphabet: 0 to 1
    words: float  # natural logarithm of 1 + the number of words of the clause


def unsaid(clause: str, source: Evidence, encoder: Encoder) -> str:
    """Return "misread" or "added" where a clause has such words beside the sentence that may say it, else ""."""
    text = in_context(source)
    words, others = words_of(clause), words_of(text)
    _, missing = _missing([stem for _, stem in words if stem], [stem for _, stem in others if stem], source)
    # A letter for each word: missing, another one, or a light one.
    kinds = "".join("m" if stem in missing else "o" if stem else "l" for _, stem in words)
    runs = [match.span() for match in re.finditer("m(?:l*m)*", kinds)]
    own, unused = _places_beside(words, [*others, *words_of(headings(source))]), _places_beside(others, words)
    lookalikes = [(place, at) for place in own for at in unused if is_misread(words[place][0], others[at][0])]
    if not runs and not lookalikes:
        return ""
    plain = [word for word, _ in words]
    shorter = [" ".join([*plain[:start], *plain[end:]]) or "-" for start, end in runs]
    passages = [PassageText("", tuple(word for word, _ in each) or ("-",)) for each in (words, others)]
    whole, said, *without = encoder.encode_passages([*passages, *(PassageText("", (text,)) for text in shorter)])
    likeness = whole[1:] @ said[1:].T
    if any(likeness[place, at] >= likeness[place, unused].max() for place, at in lookalikes):
        return "misread"
    if max((float(vectors[0] @ said[0]) for vectors in without), default=-1.0) > float(whole[0] @ said[0]) + MAX_GAIN:
        return "added"
    likest = likeness[:, [bool(stem) for _, stem in others]].max(axis=1, initial=0.0)
    is_like_none = any(kind == "m" and value < MIN_WORD_LIKENESS for kind, value in zip(kinds, likest, strict=True))
    return "added" if is_like_none else ""


def _places_beside(words: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> list[int]:
    """Return the places of the words whose stems others lack."""
    stems = {stem for _, stem in others}
    return [place for place, (_, stem) in enumerate(words) if stem and stem not in stems]


def headings(source: Evidence) -> str:
    """Return what stands above a sentence: the title of its document and the headings of its passage."""
    return f"{source.document.title}. {source.passage.heading}"


def support_features(clause: str, source: Evidence, judge: Judge) -> SupportFeatures:
    """Return the features of a clause and the sentence that may say it."""
    text = in_context(source)
    claimed, said = claims_of(clause).content, claims_of(text).content
    asked = f"Is it true that {clause.rstrip('.')}?"
    [scores] = judge.reader.read([Reading(asked, source.document.title, (text,))])
    lacking, missing = _missing(claimed, said, source)
    steps = Levenshtein.editops(said, claimed)
    return SupportFeatures(
        tells=scores.sentences[0],
        answers=scores.passage,
        missing=len(missing) / max(1, len(claimed)),
        inserted=sum(step.tag == "insert" and claimed[step.dest_pos] in missing for step in steps),
        in_headings=(len(lacking) - len(missing)) / max(1, len(claimed)),
        unused=sum(not is_among(word, claimed) for word in said) / max(1, len(said)),
        likeness=fuzz.token_sort_ratio(folded(clause), folded(text)) / 100,
        words=log(1 + len(claimed)),
    )


def _missing(claimed: Sequence[str], said: Collection[str], source: Evidence) -> tuple[list[str], list[str]]:
    """Return the stems of a clause that its sentence lacks, and those of them that its headings lack too."""
    around = claims_of(headings(source)).stems
    lacking = [word for word in claimed if not is_among(word, said)]
    return lacking, [word for word in lacking if not is_among(word, around)]


def in_context(source: Evidence) -> str:
    """Return a sentence behind the one that it leans on: before "It" and "These", or the line that opens its list."""
    text = source.document.text
    lead = lead_span(text, source.span)
    if not lead and POINTING.match(source.text):
        lead = next(reversed(split_sentences(text, source.passage.start, source.span.start)), None)
    return f"{lead.of(text)} {source.text}" if lead else source.text


def is_among(word: str, words: Collection[str], letters: int = SHARED_LETTERS) -> bool:
    """Return whether a stem, or another form of its word, is among others."""
    return word in words or (len(word) >= letters and any(other.startswith(word[:letters]) for other in words))


def folded(text: str) -> str:
    """Return the words of a text in the form in which they are compared."""
    return " ".join(re.findall(r"\w+", fold(text)))


@cache
def scorer() -> Scorer:
    """Return the scorer of support."""
    return Scorer(**word_lists()["scorer"])
