"""Make the examples on which the encoder is tuned: a question, sentences that answer it, and sentences that do not.

In: TrainingExamples, and documents among whose sentences wrong ones are looked for. Out: ContrastiveExamples.
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

NEAREST = 40  # sentences among which wrong ones are looked for
MAX_WRONG = 12  # wrong sentences kept for each question


def contrastive_examples(
    examples: Sequence[TrainingExample],
    others: Iterable[Document],
    encoder: Encoder,
    cache: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[ContrastiveExample]:
    """Return, for each question with evidence, right and wrong sentences and what its document does not answer.

    Wrong sentences are near to the question, and of any document, but do not hold all nuggets of the question, since
    they might answer it then.
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
    made = []
    for example in examples:
        if example.evidence:
            id = example.document.id
            right = tuple(sentences[id, span] for span in example.evidence)
            nearest = np.argsort(-(vectors @ encoder.encode_query(example.question)), kind="stable")[:NEAREST]
            wrong = _wrong([texts[row] for row in nearest], right, example.nuggets)
            made.append(ContrastiveExample(example.question, right, wrong, tuple(unanswered[id])))
    return made


def _wrong(nearest: Sequence[str], right: Sequence[str], nuggets: Sequence[str]) -> tuple[str, ...]:
    wrong = [text for text in nearest if text not in right and not _holds_all(text, nuggets)]
    return tuple(wrong[:MAX_WRONG])


def _holds_all(text: str, nuggets: Sequence[str]) -> bool:
    return bool(nuggets) and nugget_recall(nuggets, text) == 1
