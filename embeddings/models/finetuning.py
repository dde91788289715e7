"""Tune an encoder by contrast: questions and the texts that answer them come nearer to each other than to all others.

In: the sentence-transformers folder of a BERT-like model with mean pooling, Examples, and questions of elsewhere. Out:
the tuned weights of its upper layers, by name. The table of words and the lower layers stay as they are: most languages
have no example here, and their words must keep their meaning; and what the lower layers make of a text is computed
only once.
The loss is InfoNCE (van den Oord et al. 2018, arXiv 1807.03748) both ways: for a question over the texts of a batch,
hard negatives among them, and for a text over the questions, those that it does not answer among them. The first
chooses sentences; the second makes cosines of different questions comparable, so that they tell what is answered.
The weights are averaged with the original ones (WiSE-FT; Wortsman et al. 2022, arXiv 2109.01903), which keeps other
languages and fields.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

TUNED_LAYERS = 6  # of 12, which halves the work and the file that is kept
BATCH = 16  # questions
NEGATIVES = 3  # wrong texts a question, drawn anew each time from those it has
UNANSWERED = 4  # questions a right text, drawn from those that its document does not answer
ELSEWHERE = 6  # questions of elsewhere a batch
KEPT = 0.6  # of what tuning changes in a weight
MAX_TOKENS = 96
TEMPERATURE = 0.03
RATE = 5e-5
WARM_UP = 0.1  # share of the steps
CLIP = 1.0
LOWER_BATCH = 64

Tensors = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the texts that answer it, texts that look as if they did, and questions that these don't answer."""

    question: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    unanswered: tuple[str, ...] = ()


def tune(
    folder: Path,
    examples: Sequence[Example],
    elsewhere: Sequence[str] = (),
    *,
    steps: int,
    seed: int = 0,
    progress: Callable[[int, float], None] = lambda step, loss: None,
) -> Tensors:
    """Return the tuned layers; `progress` is told the loss of every step. The same seed gives the same weights.

    No text answers the questions of `elsewhere`.
    """
    import torch
    from torch.nn.functional import cross_entropy, normalize

    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    asked = [*elsewhere, *(question for one in examples for question in (one.question, *one.unanswered))]
    texts = [text for one in examples for text in (*one.right, *one.wrong)]
    model, hidden = _halves(folder, [*map(_query, asked), *map(_passage, texts)])
    upper = model.encoder.layer
    originals = {name: weight.detach().clone() for name, weight in upper.named_parameters()}
    optimiser = torch.optim.AdamW(upper.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM_UP * steps), (steps - step) / (steps * (1 - WARM_UP)))
    )
    upper.train()

    def encode(texts: Sequence[str]) -> Any:  # noqa: ANN401 - a tensor; torch is imported here only
        states = torch.nn.utils.rnn.pad_sequence([hidden[text].float() for text in texts], batch_first=True)
        lengths = torch.tensor([len(hidden[text]) for text in texts])
        mask = torch.arange(states.shape[1]) < lengths[:, None]
        for layer in upper:
            states = layer(states, mask[:, None, None, :])
        return normalize((states * mask[:, :, None]).sum(1) / lengths[:, None], dim=1)

    for step, batch in enumerate(_batches(examples, steps, draw)):
        drawn, places = _texts(batch, draw)
        unanswered = _unanswered(batch, elsewhere, draw)
        questions = encode([_query(question) for question in (*(one.question for one in batch), *unanswered)])
        logits = questions @ encode([_passage(text) for text in drawn]).T / TEMPERATURE
        right, asking = torch.tensor(places), torch.arange(len(batch))
        answers = torch.tensor([[text in one.right for text in drawn] for one in batch])
        of_questions = _masked(logits[: len(batch)], answers, right)
        of_texts = _masked(logits[:, right].T, answers[:, right].T, asking)
        loss = cross_entropy(of_questions, right) + cross_entropy(of_texts, asking)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(upper.parameters(), CLIP)
        optimiser.step()
        schedule.step()
        progress(step + 1, float(loss.detach()))
    with torch.no_grad():
        for name, weight in upper.named_parameters():
            weight.copy_(originals[name].lerp(weight, KEPT))
    first = model.config.num_hidden_layers - TUNED_LAYERS
    return {
        f"encoder.layer.{first + number}.{name}": weight.detach().numpy()
        for number, layer in enumerate(upper)
        for name, weight in layer.named_parameters()
    }


def _masked(logits: Any, right: Any, places: Any) -> Any:  # noqa: ANN401 - tensors
    """Leave out of each row what is right too, beside the one at its place; `right` may have fewer columns."""
    import torch

    also = torch.zeros_like(logits, dtype=torch.bool)
    also[:, : right.shape[1]] = right
    also[torch.arange(len(places)), places] = False
    return logits.masked_fill(also, -torch.inf)


def _query(question: str) -> str:
    return f"query: {question}"


def _passage(text: str) -> str:
    return f"passage: {text}"


def _halves(folder: Path, texts: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """Return the model with its upper layers alone, and what the lower ones make of each text: (tokens, values)."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    layers = model.encoder.layer
    model.encoder.layer = layers[:-TUNED_LAYERS]
    hidden: dict[str, Any] = {}
    ordered = sorted(set(texts), key=lambda text: (len(text), text))
    for begin in range(0, len(ordered), LOWER_BATCH):
        some = ordered[begin : begin + LOWER_BATCH]
        tokens = tokenizer(some, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.inference_mode():
            states = model(tokens.input_ids, tokens.attention_mask).last_hidden_state.half()
        for text, state, length in zip(some, states, tokens.attention_mask.sum(1), strict=True):
            hidden[text] = state[:length].clone()
    model.encoder.layer = layers[-TUNED_LAYERS:]
    return model, hidden


def _batches(examples: Sequence[Example], steps: int, draw: np.random.Generator) -> Iterator[list[Example]]:
    order: list[int] = []
    for _ in range(steps):
        if len(order) < BATCH:
            order += draw.permutation(len(examples)).tolist()
        yield [examples[place] for place in order[:BATCH]]
        del order[:BATCH]


def _texts(batch: Sequence[Example], draw: np.random.Generator) -> tuple[list[str], list[int]]:
    """Draw a right text and some wrong ones for each question; return them, each once, and where the right ones are."""
    right = [str(draw.choice(one.right)) for one in batch]
    wrong = [
        str(text) for one in batch for text in draw.choice(one.wrong, min(NEGATIVES, len(one.wrong)), replace=False)
    ]
    drawn = list(dict.fromkeys([*right, *wrong]))
    return drawn, [drawn.index(text) for text in right]


def _unanswered(batch: Sequence[Example], elsewhere: Sequence[str], draw: np.random.Generator) -> list[str]:
    """Draw questions that the right texts of a batch don't answer, each once."""
    own = {one.question for one in batch}
    near = [
        str(question)
        for one in batch
        for question in draw.choice(one.unanswered, min(UNANSWERED, len(one.unanswered)), replace=False)
    ]
    far = draw.choice(elsewhere, min(ELSEWHERE, len(elsewhere)), replace=False)
    return [question for question in dict.fromkeys([*near, *map(str, far)]) if question not in own]
