"""Make contrastive examples to tune the encoder: a question, sentences that answer it, and hard negatives.

In: TrainingExamples, and documents whose passages may become negatives. Out: ContrastiveExamples.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from corpus import Document, cut_into_passages, split_sentences
from embeddings import Encoder, passage_text
from embeddings.models.cache import encode_cached
from embeddings.models.finetuning import ContrastiveExample, Place
from embeddings.models.pooling import PassageText
from qa.evaluation.judging.metrics import nugget_recall
from qa.training.examples import TrainingExample

NEAREST = 40  # sentences to a question, from whose passages negatives are chosen
MAX_NEGATIVES = 8  # for each question


def contrastive_examples(
    examples: Sequence[TrainingExample],
    others: Iterable[Document],
    encoder: Encoder,
    cache: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[ContrastiveExample]:
    """Return an example for each question with evidence.

    Its negatives are the passages of any document that hold sentences near the question. A sentence of its document or
    of these that holds all its nuggets may answer it too. Its negative questions are those that its document does not
    answer.
    """
    documents = {document.id: document for document in [*others, *(example.document for example in examples)]}
    place_of: dict[tuple[str, int], Place] = {}
    passages: defaultdict[str, list[PassageText]] = defaultdict(list)
    for id, document in documents.items():
        for passage in cut_into_passages(document):
            spans = split_sentences(document.text, passage.start, passage.end)
            text = passage_text(passage, document.text, spans)
            passages[id].append(text)
            place_of |= {(id, span.start): Place(text, number) for number, span in enumerate(spans)}
    texts = list(chain.from_iterable(passages.values()))
    vectors = encode_cached(texts, encoder, cache, progress)
    places = [Place(text, number) for text in texts for number in range(len(text.sentences))]
    sentences = np.concatenate([of_passage[1:] for of_passage in vectors])
    unanswered = defaultdict(list)
    for example in examples:
        if not example.evidence:
            unanswered[example.document.id].append(example.question)
    contrastive = []
    for example in examples:
        id = example.document.id
        # A sentence of the evidence that the passages cut otherwise is left out.
        positives = tuple(place_of[id, span.start] for span in example.evidence if (id, span.start) in place_of)
        if positives:
            nearest = np.argsort(-(sentences @ encoder.encode_query(example.question)), kind="stable")[:NEAREST]
            holding = {place.passage for place in positives}
            near = list(dict.fromkeys(places[row].passage for row in nearest))
            negatives = [text for text in near if text not in holding][:MAX_NEGATIVES]
            may_answer = frozenset(
                Place(text, number)
                for text in {*passages[id], *negatives}
                for number, sentence in enumerate(text.sentences)
                if example.nuggets and nugget_recall(example.nuggets, sentence) == 1
            )
            contrastive.append(
                ContrastiveExample(example.question, positives, tuple(negatives), may_answer, tuple(unanswered[id]))
            )
    return contrastive
