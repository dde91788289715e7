"""Fit the scorer of the check of a language model's sentences.

In: pairs of a sentence and its quotes. Out: the weights of `SupportFeatures`, as YAML for `qa/writer/claims.yaml`.
Learned from: pairs with a single quote whose rules hold, and true sentences with the two likest other sentences of the
passage, which do not say them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

import yaml
from rapidfuzz import fuzz

from corpus import split_sentences
from qa.answers.evidence import Evidence
from qa.evaluation.judging.checked_sentences import FIT, Pair
from qa.evaluation.judging.records import Progress
from qa.training.fitting import fit
from qa.writer.checking import broken_rule
from qa.writer.support import Judge, SupportFeatures, support_features

WRONG = 2  # quotes of a true sentence that do not say it


def fit_check(pairs: Sequence[Pair], judge: Judge, progress: Progress) -> str:
    """Return the scorer that is fitted to the pairs of the half FIT, as YAML."""
    fitted_on = [pair for pair in pairs if pair.half == FIT and len(pair.evidence) == 1]
    examples: list[tuple[SupportFeatures, bool]] = []
    for number, pair in enumerate(fitted_on, start=1):
        [source] = pair.evidence
        if not broken_rule(pair.sentence, source):
            examples.append((support_features(pair.sentence, source, judge), pair.is_supported))
        if pair.is_supported:
            examples += [
                (support_features(pair.sentence, wrong, judge), False) for wrong in _likest(pair.sentence, source)
            ]
        progress("Reading pairs", number, len(fitted_on))
    return str(yaml.safe_dump({"scorer": asdict(fit(examples))}, sort_keys=False))


def _likest(sentence: str, source: Evidence) -> Iterator[Evidence]:
    """Yield the sentences of a passage that are likest to a sentence, without the one that says it."""
    text = source.document.text
    spans = [span for span in split_sentences(text, source.passage.start, source.passage.end) if span != source.span]
    for span in sorted(spans, key=lambda span: (-fuzz.token_set_ratio(sentence, span.of(text)), span))[:WRONG]:
        yield replace(source, span=span)
