"""Fine-tune an encoder by contrastive learning: questions move towards texts that answer them, and away from others.

In: the sentence-transformers folder of a BERT-like model with mean pooling, and ContrastiveExamples. Out: the tuned
weights of its upper layers, by name. The word embeddings and the lower layers are frozen: most languages have no
examples here, and their words must keep their meaning; and the output of the frozen layers is computed only once.
The loss is InfoNCE (van den Oord et al. 2018, arXiv 1807.03748) in both directions: for a question over the texts of a
batch, hard negatives among them, and for a text over the questions of a batch, among them questions that it does not
answer. The first trains the choice of sentences; the second makes the cosines of different questions comparable, so
that a threshold separates answered from unanswered questions.
The tuned weights are averaged with the original ones (WiSE-FT; Wortsman et al. 2022, arXiv 2109.01903), which keeps
the quality in other languages and topics.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TUNED_LAYERS = 6  # of 12, which halves the work and the size of the result
BATCH = 16  # examples
NEGATIVES = 3  # texts drawn for each example
NEGATIVE_QUESTIONS = 4  # drawn for each example
UNRELATED_QUESTIONS = 6  # drawn for each batch
TUNED_SHARE = 0.6  # weight of the tuned layers in the average with the original ones
MAX_TOKENS = 96
TEMPERATURE = 0.03
LEARNING_RATE = 5e-5
WARM_UP = 0.1  # share of the steps in which the learning rate grows
MAX_GRADIENT_NORM = 1.0
FROZEN_BATCH = 64  # texts that run through the frozen layers together

Tensors = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class ContrastiveExample:
    """A question with texts that answer it, texts that do not (hard negatives), and questions that no positive answers.

    There is at least one positive.
    """

    question: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    negative_questions: tuple[str, ...] = ()


def tune(
    folder: Path,
    examples: Sequence[ContrastiveExample],
    unrelated_questions: Sequence[str] = (),
    *,
    steps: int,
    seed: int = 0,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> Tensors:
    """Return the tuned weights of the upper layers, by their names in the model.

    No text of the examples answers the `unrelated_questions`. `progress` is called after each step with its number and
    its loss. The same seed gives the same weights on the same machine.
    """
    import torch

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    layers = _UpperLayers(folder, _all_inputs(examples, unrelated_questions))
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

    def __init__(self, folder: Path, texts: Iterable[str]) -> None:
        from transformers import AutoModel, AutoTokenizer

        model = AutoModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False).eval()
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.module = model.encoder.layer[-TUNED_LAYERS:]
        self._number_of_first = len(model.encoder.layer) - len(self.module)
        self._original = {name: weight.detach().clone() for name, weight in self.module.named_parameters()}
        model.encoder.layer = model.encoder.layer[:-TUNED_LAYERS]
        self._inputs = _hidden_states(model, tokenizer, texts)
        self.module.train()

    def encode(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - a tensor; torch is imported here only
        """Return unit vectors, a tensor of shape (texts, dimension)."""
        import torch
        from torch.nn.functional import normalize

        states = torch.nn.utils.rnn.pad_sequence([self._inputs[text].float() for text in texts], batch_first=True)
        lengths = torch.tensor([len(self._inputs[text]) for text in texts])
        mask = torch.arange(states.shape[1]) < lengths[:, None]
        for layer in self.module:
            states = layer(states, mask[:, None, None, :])
        return normalize((states * mask[:, :, None]).sum(1) / lengths[:, None], dim=1)

    def averaged_weights(self) -> Tensors:
        """Return the average of the original and the tuned weights, by their names in the model."""
        return {
            f"encoder.layer.{self._number_of_first + number}.{name}": self._original[f"{number}.{name}"]
            .lerp(weight.detach(), TUNED_SHARE)
            .numpy()
            for number, layer in enumerate(self.module)
            for name, weight in layer.named_parameters()
        }


def _hidden_states(model: Any, tokenizer: Any, texts: Iterable[str]) -> dict[str, Any]:  # noqa: ANN401 - of transformers
    """Return the output of a model for each text: a float16 tensor of shape (tokens, dimension)."""
    import torch

    hidden: dict[str, Any] = {}
    ordered = sorted(set(texts), key=lambda text: (len(text), text))
    for begin in range(0, len(ordered), FROZEN_BATCH):
        batch = ordered[begin : begin + FROZEN_BATCH]
        tokens = tokenizer(batch, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.inference_mode():
            states = model(tokens.input_ids, tokens.attention_mask).last_hidden_state.half()
        for text, state, length in zip(batch, states, tokens.attention_mask.sum(1), strict=True):
            hidden[text] = state[:length].clone()
    return hidden


def _contrastive_loss(
    layers: _UpperLayers,
    batch: Sequence[ContrastiveExample],
    unrelated_questions: Sequence[str],
    random: np.random.Generator,
) -> Any:  # noqa: ANN401 - a tensor
    """Return the sum of InfoNCE of the batch's questions over texts and of their positives over questions."""
    import torch
    from torch.nn.functional import cross_entropy

    texts, positives = _draw_texts(batch, random)
    negative_questions = _draw_negative_questions(batch, unrelated_questions, random)
    questions = [*(example.question for example in batch), *negative_questions]
    cosines = layers.encode([_query(question) for question in questions]) @ layers.encode(list(map(_passage, texts))).T
    logits = cosines / TEMPERATURE
    positive, question = torch.tensor(positives), torch.arange(len(batch))
    answers = torch.tensor([[text in example.positives for text in texts] for example in batch])
    over_texts = _mask_other_positives(logits[: len(batch)], answers, positive)
    over_questions = _mask_other_positives(logits[:, positive].T, answers[:, positive].T, question)
    return cross_entropy(over_texts, positive) + cross_entropy(over_questions, question)


def _mask_other_positives(logits: Any, is_positive: Any, targets: Any) -> Any:  # noqa: ANN401 - tensors
    """Return logits, shape (rows, columns), with -inf for the positives of each row beside its target column.

    `is_positive` may lack the last columns, none of which is positive.
    """
    import torch

    others = torch.zeros_like(logits, dtype=torch.bool)
    others[:, : is_positive.shape[1]] = is_positive
    others[torch.arange(len(targets)), targets] = False
    return logits.masked_fill(others, -torch.inf)


def _query(question: str) -> str:
    return f"query: {question}"


def _passage(text: str) -> str:
    return f"passage: {text}"


def _all_inputs(examples: Sequence[ContrastiveExample], unrelated_questions: Sequence[str]) -> Iterator[str]:
    """Yield the texts and questions of examples with their prompts."""
    yield from map(_query, unrelated_questions)
    for example in examples:
        yield from map(_query, (example.question, *example.negative_questions))
        yield from map(_passage, (*example.positives, *example.negatives))


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


def _draw_texts(batch: Sequence[ContrastiveExample], random: np.random.Generator) -> tuple[list[str], list[int]]:
    """Draw a positive and some negatives for each example; return the texts, each once, and the positives' indices."""
    positives = [str(random.choice(example.positives)) for example in batch]
    negatives = [
        str(text)
        for example in batch
        for text in random.choice(example.negatives, min(NEGATIVES, len(example.negatives)), replace=False)
    ]
    texts = list(dict.fromkeys([*positives, *negatives]))
    return texts, [texts.index(text) for text in positives]


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
