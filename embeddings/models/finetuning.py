"""Fine-tune an encoder by contrastive learning: questions move towards sentences that answer them, away from others.

In: the sentence-transformers folder of a BERT-like model with mean pooling, and ContrastiveExamples. Out: the tuned
weights of its upper layers, by name. The word embeddings and the lower layers are frozen: most languages have no
examples here, and their words must keep their meaning; and the output of the frozen layers is computed only once.
A sentence is encoded within its passage (pooling.py), as in an index. The loss is InfoNCE (van den Oord et al. 2018,
arXiv 1807.03748), three times: for a question over all sentences of a batch; for a sentence over the questions of a
batch, among them some that it does not answer; and for a question over the batch's passages. The first trains the
choice of sentences; the second makes the cosines of different questions comparable, so that a threshold separates
answered from unanswered questions; the third trains the search.
The tuned weights are averaged with the original ones (WiSE-FT; Wortsman et al. 2022, arXiv 2109.01903), which keeps
the quality in other languages and topics.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from embeddings.models.pooling import PassageText, PassageTokenizer, padded, padded_length, pooling
from embeddings.models.tokenizer import load_tokenizer

TUNED_LAYERS = 6  # of 12, which halves the work and the size of the result
BATCH = 16  # examples
NEGATIVES = 1  # passages drawn for each example, all of whose sentences are negatives
NEGATIVE_QUESTIONS = 2  # drawn for each example
UNRELATED_QUESTIONS = 6  # drawn for each batch
TUNED_SHARE = 0.8  # weight of the tuned layers in the average with the original ones
MAX_TOKENS = 384  # of a passage; one that is longer is cut off
LENGTHS = 32  # a batch is padded to a multiple of so many tokens: every new shape costs oneDNN a compilation
TEMPERATURE = 0.03
LEARNING_RATE = 5e-5
SEED = 0
WARM_UP = 0.1  # share of the steps in which the learning rate grows
MAX_GRADIENT_NORM = 1.0
FROZEN_BATCH = 64  # texts that run through the frozen layers together

Tensors = dict[str, npt.NDArray[np.float32]]


class Place(NamedTuple):
    """A sentence: its passage and its number there, counted from 0."""

    passage: PassageText
    number: int


@dataclass(frozen=True, slots=True)
class ContrastiveExample:
    """A question with sentences that answer it, passages that do not (hard negatives), and other questions.

    There is at least one positive. `may_answer` are sentences of positive or negative passages that might answer as
    well, and that the question is not moved away from; none of the positives answers the `negative_questions`.
    """

    question: str
    positives: tuple[Place, ...]
    negatives: tuple[PassageText, ...]
    may_answer: frozenset[Place] = frozenset()
    negative_questions: tuple[str, ...] = ()


def tune(
    folder: Path,
    tokenizer_folder: Path,
    examples: Sequence[ContrastiveExample],
    unrelated_questions: Sequence[str] = (),
    *,
    steps: int,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> Tensors:
    """Return the tuned weights of the upper layers, by their names in the model.

    `tokenizer_folder` holds the model's exported tokenizer. No text of the examples answers the `unrelated_questions`.
    `progress` is called after each step with its number and its loss. The same arguments give the same weights on the
    same machine.
    """
    import torch

    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED)
    tokenizer = PassageTokenizer(load_tokenizer(tokenizer_folder, MAX_TOKENS), MAX_TOKENS)
    layers = _UpperLayers(folder, tokenizer, _all_inputs(examples, unrelated_questions))
    descend(
        [{"params": list(layers.module.parameters()), "lr": LEARNING_RATE}],
        (_contrastive_loss(layers, batch, unrelated_questions, random) for batch in _batches(examples, steps, random)),
        steps=steps,
        warm_up=WARM_UP,
        progress=progress,
    )
    return layers.averaged_weights()


def descend(
    parameters: list[dict[str, Any]],
    losses: Iterable[Any],
    *,
    steps: int,
    warm_up: float,
    progress: Callable[[int, float], None],
) -> None:
    """Descend one step for each loss with AdamW, whose rates grow for a share `warm_up` of the steps, then fall to 0.

    `parameters` are groups with their rates, `lr`, as torch takes them; each loss is computed when its step begins.
    """
    import torch

    optimiser = torch.optim.AdamW(parameters)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (warm_up * steps), (steps - step) / (steps * (1 - warm_up)))
    )
    clipped = [parameter for group in parameters for parameter in group["params"]]
    for step, loss in enumerate(losses, start=1):
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(clipped, MAX_GRADIENT_NORM)
        optimiser.step()
        schedule.step()
        progress(step, float(loss.detach()))


class _UpperLayers:
    """The layers that are tuned, with the output of the frozen layers for all texts that will be encoded."""

    def __init__(self, folder: Path, tokenizer: PassageTokenizer, texts: Iterable[PassageText]) -> None:
        from transformers import AutoModel

        model = AutoModel.from_pretrained(
            folder, local_files_only=True, add_pooling_layer=False, attn_implementation="eager"
        ).eval()
        self.module = model.encoder.layer[-TUNED_LAYERS:]
        self._number_of_first = len(model.encoder.layer) - len(self.module)
        self._original = {name: weight.detach().clone() for name, weight in self.module.named_parameters()}
        model.encoder.layer = model.encoder.layer[:-TUNED_LAYERS]
        self._tokenized = {text: tokenizer(text) for text in texts}
        self._inputs = _hidden_states(model, {text: tokenized.ids for text, tokenized in self._tokenized.items()})
        self.module.train()

    def encode(self, texts: Sequence[PassageText]) -> Any:  # noqa: ANN401 - a tensor; torch is imported here only
        """Return unit vectors, a tensor of shape (texts, 1 + sentences, dimension): of each whole text, then of parts.

        What a text has fewer sentences than another is filled with zeros.
        """
        import torch
        from torch.nn.functional import normalize

        inputs = [self._inputs[text] for text in texts]
        length = padded_length(inputs, LENGTHS)
        states = torch.zeros(len(texts), length, inputs[0].shape[1])
        mask = torch.full((len(texts), 1, 1, length), -1e4)
        for row, state in enumerate(inputs):
            states[row, : len(state)] = state
            mask[row, :, :, : len(state)] = 0
        parts = torch.from_numpy(pooling([self._tokenized[text].parts for text in texts], length))
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.module:
                states = layer(states, mask)
        return normalize(parts @ states.float(), dim=2)

    def averaged_weights(self) -> Tensors:
        """Return the average of the original and the tuned weights, by their names in the model."""
        return {
            f"encoder.layer.{self._number_of_first + number}.{name}": self._original[f"{number}.{name}"]
            .lerp(weight.detach(), TUNED_SHARE)
            .numpy()
            for number, layer in enumerate(self.module)
            for name, weight in layer.named_parameters()
        }


def _hidden_states(model: Any, tokens: Mapping[PassageText, Sequence[int]]) -> dict[PassageText, Any]:  # noqa: ANN401
    """Return the output of a model for each text: a float16 tensor of shape (tokens, dimension)."""
    import torch

    hidden: dict[PassageText, Any] = {}
    ordered = sorted(tokens, key=lambda text: len(tokens[text]))
    for begin in range(0, len(ordered), FROZEN_BATCH):
        batch = ordered[begin : begin + FROZEN_BATCH]
        texts = [tokens[text] for text in batch]
        ids, mask = padded(texts, model.config.pad_token_id, padded_length(texts))
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            states = model(torch.from_numpy(ids), torch.from_numpy(mask)).last_hidden_state.half()
        for text, state in zip(batch, states, strict=True):
            hidden[text] = state[: len(tokens[text])].clone()
    return hidden


def _contrastive_loss(
    layers: _UpperLayers,
    batch: Sequence[ContrastiveExample],
    unrelated_questions: Sequence[str],
    random: np.random.Generator,
) -> Any:  # noqa: ANN401 - a tensor
    """Return the sum of InfoNCE of the batch's questions over sentences, of positives over questions, over passages."""
    import torch
    from torch.nn.functional import cross_entropy

    drawn, passages = _draw_passages(batch, random)
    negative_questions = _draw_negative_questions(batch, unrelated_questions, random)
    questions = [*(example.question for example in batch), *negative_questions]
    asked = layers.encode([_query(question) for question in questions])[:, 0]
    encoded = layers.encode(passages)
    places = [Place(passage, number) for passage in passages for number in range(len(passage.sentences))]
    rows = [passages.index(place.passage) for place in places]
    sentences = encoded[rows, [1 + place.number for place in places]]
    logits = asked @ sentences.T / TEMPERATURE
    positive, question = torch.tensor([places.index(place) for place in drawn]), torch.arange(len(batch))
    answers = torch.tensor([[place in {*one.positives, *one.may_answer} for place in places] for one in batch])
    over_sentences = _mask_other_positives(logits[: len(batch)], answers, positive)
    over_questions = _mask_other_positives(logits[:, positive].T, answers[:, positive].T, question)
    passage = torch.tensor([passages.index(place.passage) for place in drawn])
    holding = [{place.passage for place in (*one.positives, *one.may_answer)} for one in batch]
    holds = torch.tensor([[text in of_one for text in passages] for of_one in holding])
    over_passages = _mask_other_positives(asked[: len(batch)] @ encoded[:, 0].T / TEMPERATURE, holds, passage)
    return (
        cross_entropy(over_sentences, positive)
        + cross_entropy(over_questions, question)
        + cross_entropy(over_passages, passage)
    )


def _mask_other_positives(logits: Any, is_positive: Any, targets: Any) -> Any:  # noqa: ANN401 - tensors
    """Return logits, shape (rows, columns), with -inf for the positives of each row beside its target column.

    `is_positive` may lack the last columns, none of which is positive.
    """
    import torch

    others = torch.zeros_like(logits, dtype=torch.bool)
    others[:, : is_positive.shape[1]] = is_positive
    others[torch.arange(len(targets)), targets] = False
    return logits.masked_fill(others, -torch.inf)


def _query(question: str) -> PassageText:
    return PassageText("", (f"query: {question}",))


def _all_inputs(examples: Sequence[ContrastiveExample], unrelated_questions: Sequence[str]) -> list[PassageText]:
    """Return the passages and questions of examples, each once, in the same order in every process."""
    texts = list(map(_query, unrelated_questions))
    for example in examples:
        texts += map(_query, (example.question, *example.negative_questions))
        texts += (place.passage for place in example.positives)
        texts += example.negatives
    return list(dict.fromkeys(texts))


def _batches(
    examples: Sequence[ContrastiveExample], steps: int, random: np.random.Generator
) -> Iterator[list[ContrastiveExample]]:
    """Yield a batch for each step, from one random order of all examples after another."""
    order: list[int] = []
    for _ in range(steps):
        if len(order) < BATCH:
            order += random.permutation(len(examples)).tolist()
        yield [examples[index] for index in order[:BATCH]]
        del order[:BATCH]


def _draw_passages(
    batch: Sequence[ContrastiveExample], random: np.random.Generator
) -> tuple[list[Place], list[PassageText]]:
    """Draw a positive and some negatives for each example; return the positives, and all passages, each once."""
    drawn = [example.positives[random.integers(len(example.positives))] for example in batch]
    negatives = [
        example.negatives[number]
        for example in batch
        for number in random.permutation(len(example.negatives))[:NEGATIVES]
    ]
    return drawn, list(dict.fromkeys([*(place.passage for place in drawn), *negatives]))


def _draw_negative_questions(
    batch: Sequence[ContrastiveExample], unrelated_questions: Sequence[str], random: np.random.Generator
) -> list[str]:
    """Draw questions that the positives of a batch don't answer, each once and none that the batch asks."""
    asked = {example.question for example in batch}
    drawn = [
        str(question)
        for example in batch
        for question in random.choice(
            example.negative_questions, min(NEGATIVE_QUESTIONS, len(example.negative_questions)), replace=False
        )
    ]
    drawn += map(
        str, random.choice(unrelated_questions, min(UNRELATED_QUESTIONS, len(unrelated_questions)), replace=False)
    )
    return [question for question in dict.fromkeys(drawn) if question not in asked]
