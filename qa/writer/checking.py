"""Check a sentence that a language model wrote against the words that it relies on; what can't be shown is refused.

In: a sentence, the words that the model says it relies on, and the evidence that it names for each. Out: a Verdict.
Every clause of a sentence has to be said by a single sentence of its evidence, so that two truths are not merged into
a falsehood. It is English alone that can be compared so; a sentence in another language is refused.
Left out: asking the model, and what becomes of an answer that lost sentences (llm).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, permutations

from rapidfuzz import fuzz

from corpus import split_sentences
from corpus.language.detection import language_of
from corpus.language.text import stem
from qa.answers.evidence import Evidence
from qa.writer.claims import Claims, Number, acronym, claims_of, word_lists
from qa.writer.roles import are_exchanged
from qa.writer.support import Judge, folded, headings, in_context, is_among, scorer, support_features, unsaid

NOT_FOUND = "quote not found"  # why a sentence does not pass whose quote stands nowhere in its passage
MIN_LIKENESS = 60.0  # percent of rapidfuzz, from which a real sentence is what a model meant to quote
MIN_WORDS = 3  # of a clause
QUANTITIES = ("few", "some", "most")  # kinds of marks (claims.yaml) that tell of a part
ONE = (1, "", "")  # a number that may be an article, and needs not stand there
MARKED_LETTERS = 4  # at the beginning of two forms of a word behind a negation or the like: "build" and "built"
# Where a sentence may be cut: before a clause that has a subject of its own, since "and paid" would have lost it.
SUBJECT = (
    r"(?=[A-Z0-9]|(?:an?|the|about|another|at|by|in|its|many|more|most|on|over|some|there|their|these|this|those"
    r"|two|three|four|five|six|seven|eight|nine|ten|\w+s (?:that|which|who))\b)"
)
CLAUSES = re.compile(rf"(?:;|,? while|,? whereas|, and|, but|, when|, although) {SUBJECT}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown.

    `reason` is why not, "" where it passes. `quotes` are the real sentences that say it, of the passages of the
    evidence, each once; `support` is the probability that they do, 0 to 1.
    """

    reason: str
    quotes: tuple[Evidence, ...] = ()
    support: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether every test was passed."""
        return not self.reason


def check_sentence(sentence: str, quotes: Sequence[str], evidence: Sequence[Evidence | None], judge: Judge) -> Verdict:
    """Return whether the quoted words say all that a sentence says.

    `quotes[i]` is said to stand in the passage of `evidence[i]`, which is None for an id that there is not; a quote may
    be "" where the model gave none. A sentence without evidence does not pass.
    """
    if not evidence or None in evidence:
        return Verdict("unknown source")
    if language_of(sentence) != "en":
        return Verdict("language")
    found = [_quoted(quote, item) for quote, item in zip(quotes, evidence, strict=True) if item]
    sources = tuple(dict.fromkeys(source for of_quote in found for source in of_quote))
    if not all(found):
        return Verdict(NOT_FOUND, sources)
    best = _best(sentence, sources, judge)
    if best.passes or len(sources) == 1:
        return best
    parts = _clauses(sentence)
    told = [_best(part, sources, judge) for part in parts] if len(parts) > 1 else []
    if told and all(verdict.passes for verdict in told):
        return Verdict("", tuple(dict.fromkeys(verdict.quotes[0] for verdict in told)), min(v.support for v in told))
    return replace(best, quotes=sources)


def _quoted(quote: str, evidence: Evidence) -> list[Evidence]:
    """Return the sentences of a passage that a quote stands in, or that it is like; none where there is none."""
    document, passage, words = evidence.document, evidence.passage, folded(quote)
    if words in folded(evidence.text):
        return [evidence]
    spans = split_sentences(document.text, passage.start, passage.end)
    texts = [folded(span.of(document.text)) for span in spans]
    holding = [span for span, text in zip(spans, texts, strict=True) if text and (text in words or words in text)]
    likeness = [fuzz.ratio(words, text) for text in texts]
    nearest = [span for span, percent in zip(spans, likeness, strict=True) if percent == max(likeness) >= MIN_LIKENESS]
    return [replace(evidence, span=span) for span in holding or nearest[:1]]


def _clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence, the whole where one of them is too short to say anything."""
    clauses = CLAUSES.split(sentence)
    return clauses if all(len(clause.split()) >= MIN_WORDS for clause in clauses) else [sentence]


def _best(clause: str, sources: Sequence[Evidence], judge: Judge) -> Verdict:
    """Return the Verdict on a clause of the source that best says it."""
    return max(
        (_says(clause, source, judge) for source in sources), key=lambda verdict: (verdict.passes, verdict.support)
    )


def _says(clause: str, source: Evidence, judge: Judge) -> Verdict:
    """Return the Verdict on a clause of a single sentence."""
    if reason := broken_rule(clause, source):
        return Verdict(reason, (source,))
    if reason := unsaid(clause, source, judge.encoder):
        return Verdict(reason, (source,))
    support = scorer().probability(support_features(clause, source, judge))
    return Verdict("" if support >= word_lists()["min_support"] else "support", (source,), round(support, 4))


def broken_rule(clause: str, source: Evidence) -> str:
    """Return the name of the first of RULES that a clause and the sentence that may say it break, "" for none."""
    text = in_context(source)
    claimed, said = claims_of(clause), claims_of(text)
    around = claims_of(f"{headings(source)}. {text}")
    broken = next((reason for reason, holds in RULES if not holds(claimed, said, around)), "")
    return broken or ("role" if are_exchanged(clause, text) else "")


def _numbers_stand(claimed: Claims, said: Claims, _: Claims) -> bool:
    """Return whether each number stands with its unit and bound, and counts what no other number alone counts."""
    return all(_stands(number, said) for number in claimed.numbers) and not _are_swapped(claimed, said)


def _stands(number: Number, said: Claims) -> bool:
    is_part = number.of_more and any(other.of_more for other in said.numbers)
    same = [
        other
        for other in said.numbers
        if _amount(number) == _amount(other) and is_part <= other.of_more and other.in_range <= number.in_range
    ]
    own = {stem for other in same for stem in other.counted}
    others = {
        stem
        for other in said.numbers
        if other.value != number.value and other.is_year == number.is_year
        for stem in other.counted
    }
    is_counted = number.is_year or number.unit or all(is_among(stem, said.stems) for stem in number.counted[:1])
    is_said = (same and is_counted) or number[:3] == ONE
    return bool(is_said) and (not own.isdisjoint(number.counted) or others.isdisjoint(number.counted))


def _amount(number: Number) -> tuple[float, str, str]:
    """Return the value, unit and bound of a number, of a fraction in per cent."""
    return (100 * number.value, "%", number.bound) if number.unit == "part" else number[:3]


def _are_swapped(claimed: Claims, said: Claims) -> bool:
    """Return whether two numbers that count the same thing stand the other way round."""
    places = {number.value: (place, number.counted) for place, number in enumerate(said.numbers)}
    found = [places[number.value] for number in claimed.numbers if number.value in places]
    return any(
        first[0] > second[0] and not set(first[1]).isdisjoint(second[1]) for first, second in combinations(found, 2)
    )


def _parts_stand(claimed: Claims, said: Claims, _: Claims) -> bool:
    """Return whether a part of something is not told as the whole; another quantity may stand for it."""
    if any(_is_part(number) for number in claimed.numbers) or not claimed.marks.keys().isdisjoint(QUANTITIES):
        return True
    parts = (number for number in said.numbers if _is_part(number))
    wholes = (next((stem for stem in number.counted if not stem[0].isdigit()), "") for number in parts)
    return not any(stem in claimed.stems for stem in wholes)


def _is_part(number: Number) -> bool:
    return number.of_more or number.unit in {"part", "%"}


def _amounts_stand(claimed: Claims, said: Claims, _: Claims) -> bool:
    return claimed.amounts <= said.amounts


def _conditions_stand(claimed: Claims, said: Claims, _: Claims) -> bool:
    return ("condition" in claimed.marks) == ("condition" in said.marks)


def _years_stand(claimed: Claims, said: Claims, _: Claims) -> bool:
    """Return whether no more is claimed of what stands before another year than of what stands before its own."""
    own = {number.value for number in claimed.numbers if number.is_year}
    shares: dict[bool, list[float]] = {True: [], False: []}
    since: list[str] = []
    for number in said.numbers:
        since += number.before
        if number.is_year:
            if since:
                shares[number.value in own].append(sum(word in claimed.stems for word in since) / len(since))
            since = []
    return not (shares[True] and shares[False]) or max(shares[True]) >= max(shares[False])


def _names_stand(claimed: Claims, _: Claims, around: Claims) -> bool:
    """Return whether each name, or its acronym, stands there."""
    return all(
        around.stems.issuperset(words)
        or (len(words) > 1 and acronym(words) in around.stems)
        or around.acronyms.issuperset(words)
        for words in claimed.names
    )


def _routes_stand(claimed: Claims, said: Claims, _: Claims) -> bool:
    """Return whether nobody comes from where they went, or goes to where they came from."""
    turned = {("to" if way == "from" else "from", name) for way, name in claimed.routes - said.routes}
    return said.routes.isdisjoint(turned)


def _words_are_not_opposite(claimed: Claims, said: Claims, _: Claims) -> bool:
    return not any(
        (claimed.stems & one and said.stems & other and not said.stems & one)
        for pair in _opposites()
        for one, other in permutations(pair)
    )


def _mark_stands(
    *kinds: str, may_be_added: bool = False, may_be_left_out: bool = False
) -> Callable[[Claims, Claims, Claims], bool]:
    """Return a rule: words of some kinds do not come in, nor are they left out before the same word."""

    def holds(claimed: Claims, said: Claims, _: Claims) -> bool:
        marks, told = ([stem for kind in kinds for stem in claims.marks.get(kind, ())] for claims in (claimed, said))
        is_added = len(marks) > len(told) if "negation" in kinds else bool(marks) and not told
        is_left_out = told and not marks and any(is_among(stem, claimed.stems, MARKED_LETTERS) for stem in told)
        return not (is_added and not may_be_added) and not (is_left_out and not may_be_left_out)

    return holds


# Why a clause is not said by a sentence, each with what is to hold of the two, and of the sentence with its headings.
RULES: tuple[tuple[str, Callable[[Claims, Claims, Claims], bool]], ...] = (
    ("voice", _mark_stands("voice", may_be_left_out=True)),
    ("number", _numbers_stand),
    ("number", _amounts_stand),
    ("quantity", _parts_stand),
    ("date", _years_stand),
    ("name", _names_stand),
    ("direction", _routes_stand),
    ("negation", _mark_stands("negation")),
    ("negation", _mark_stands("averted")),
    ("negation", _mark_stands("few")),
    ("condition", _conditions_stand),
    ("modal", _mark_stands("possible")),
    ("modal", _mark_stands("must")),
    ("modal", _mark_stands("planned")),
    ("modal", _mark_stands("alleged")),
    ("quantity", _mark_stands("all", may_be_left_out=True)),
    ("quantity", _mark_stands("only", may_be_left_out=True)),
    ("quantity", _mark_stands("most")),
    ("quantity", _mark_stands("some", may_be_added=True)),
    ("cause", _mark_stands("because", "therefore", may_be_left_out=True)),
    ("opposite", _words_are_not_opposite),
)


@cache
def _opposites() -> tuple[tuple[frozenset[str], ...], ...]:
    """Return the pairs of sides of opposite words, as stems."""
    return tuple(tuple(frozenset(map(stem, side.split())) for side in pair) for pair in word_lists()["opposites"])
