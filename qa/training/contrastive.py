"""Make contrastive examples to tune the encoder: a question, sentences that answer it, and hard negatives.

In: TrainingExamples, and documents whose sentences may become negatives. Out: ContrastiveExamples.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from corpus import Document, split_sentences
from corpus.sentences import sentence_in_context
from embeddings import Encoder
from embeddings.models.cache import encode_cached
from embeddings.models.finetuning import ContrastiveExample
from qa.evaluation.metrics import nugget_recall
from qa.training.examples import TrainingExample

NEAREST = 40  # sentences to a question, from which negatives are chosen
MAX_NEGATIVES = 12  # for each question


def contrastive_examples(
    examples: Sequence[TrainingExample],
    others: Iterable[Document],
    encoder: Encoder,
    cache: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[ContrastiveExample]:
    """Return an example for each question with evidence.

    Its negatives are sentences of any document that are near the question but do not hold all its nuggets, since such a
    sentence might answer it. Its negative questions are those that its document does not answer.
    """
    documents = {document.id: document for document in [*others, *(example.document for example in examples)]}
    sentences = {
        (id, span): sentence_in_context(document.title, document.text, span)
        for id, document in documents.items()
        for span in split_sentences(document.text)
    }
    texts = list(sentences.values())
    vectors = encode_cached(texts, encoder, cache, progress)
    unanswered = defaultdict(list)
    for example in examples:
        if not example.evidence:
            unanswered[example.document.id].append(example.question)
    contrastive = []
    for example in examples:
        if example.evidence:
            id = example.document.id
            positives = tuple(sentences[id, span] for span in example.evidence)
            nearest = np.argsort(-(vectors @ encoder.encode_query(example.question)), kind="stable")[:NEAREST]
            negatives = _negatives([texts[row] for row in nearest], positives, example.nuggets)
            contrastive.append(ContrastiveExample(example.question, positives, negatives, tuple(unanswered[id])))
    return contrastive


def _negatives(nearest: Sequence[str], positives: Sequence[str], nuggets: Sequence[str]) -> tuple[str, ...]:
    negatives = [text for text in nearest if text not in positives and not _holds_all(text, nuggets)]
    return tuple(negatives[:MAX_NEGATIVES])


def _holds_all(text: str, nuggets: Sequence[str]) -> bool:
    return bool(nuggets) and nugget_recall(nuggets, text) == 1
