"""Train a cross-encoder: it reads a question and a passage together, and tells which sentences answer.

In: the sentence-transformers folder of a BERT-like encoder to start from, and groups of ReadingExamples. Out: the
weights of its upper layers and of its heads, by name; `export.py` writes them as a graph.

The passages of one question form a group. Four losses are added: whether a passage answers, whether a sentence tells
(both binary cross-entropy), which sentence of the group tells (softmax over all its sentences, which trains the order),
and where the words of the short answer begin and end (softmax over the passage's tokens, as in BERT for SQuAD; Devlin
et al. 2019, arXiv 1810.04805).
The word embeddings and the lowest layers are frozen, as in `finetuning.py`, and for the same reason.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.cross_encoder.reading import TOKENS, Batch, CrossTokenizer, Reading, batch_of
from embeddings.models.finetuning import Tensors, descend
from embeddings.models.tokenizer import Tokenize, load_tokenizer

TRAINED_LAYERS = 8  # of 12
ROWS = 24  # examples of a batch
LENGTHS = tuple(range(96, TOKENS + 1, 16))  # few shapes, since every new one costs oneDNN a compilation
POOL = 256  # groups whose examples are sorted by length before they are cut into batches
HEAD_SIZE = 128
LEARNING_RATE, HEAD_LEARNING_RATE = 6e-5, 5e-4
AGAIN = 0.6  # of these rates, where training continues from `start`
SEED = 0
WARM_UP = 0.06  # share of the steps in which the learning rate grows
# Of the loss of the short answer's words, which few examples have.
WORDS_WEIGHT = 0.6
NO_WORDS = -100  # marks an example without a short answer; `cross_entropy` leaves it out
HEADS = "heads."  # begins the names of the weights of the heads, which the encoder lacks


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question and a passage, whether the passage answers, and which of its sentences tell.

    `telling` is None where only the passage was judged. `words` is the short answer, a phrase of a telling sentence,
    or empty.
    """

    reading: Reading
    answers: bool
    telling: frozenset[int] | None
    words: str = ""


Group = tuple[ReadingExample, ...]


def train_cross_encoder(
    folder: Path,
    tokenizer_folder: Path,
    groups: Sequence[Group],
    *,
    start: Tensors | None = None,
    progress: Callable[[int, int, float], None] = lambda step, steps, loss: None,
) -> Tensors:
    """Return the trained weights, by name, after one pass over the groups in their order.

    `folder` holds the encoder to start from, `tokenizer_folder` its exported tokenizer; `start` are trained weights
    from which training continues. `progress` is called after each step with its number, the number of all steps and the
    loss. The same groups give the same weights on one machine.
    """
    import torch

    torch.manual_seed(SEED)
    tokenizer = CrossTokenizer(_remembering(load_tokenizer(tokenizer_folder, TOKENS)))
    model = CrossEncoderModel(folder, start)
    rate = AGAIN if start else 1.0
    batches = list(_batches(groups, tokenizer, np.random.default_rng(SEED)))
    descend(
        [
            {"params": list(model.trained.parameters()), "lr": LEARNING_RATE * rate},
            {"params": list(model.heads.parameters()), "lr": HEAD_LEARNING_RATE * rate},
        ],
        (_loss(model, batch, tokenizer) for batch in batches),
        steps=len(batches),
        warm_up=WARM_UP,
        progress=lambda step, loss: progress(step, len(batches), loss),
    )
    return model.tensors()


def _remembering(tokenize: Tokenize) -> Tokenize:
    """Return a function that tokenizes each text once: most are read again with other questions."""
    ids = cache(lambda text: tokenize([text])[0])
    return lambda texts: [ids(text) for text in texts]


class CrossEncoderModel:
    """The layers of the encoder, the lower ones frozen, and the heads; torch is imported here only."""

    def __init__(self, folder: Path, weights: Tensors | None = None) -> None:
        """Take the encoder's folder, and trained weights to continue from."""
        import torch
        from transformers import AutoModel
        from transformers.utils import logging

        # It would warn that the pooling layer is left out.
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        encoder = AutoModel.from_pretrained(
            folder, local_files_only=True, add_pooling_layer=False, attn_implementation="eager"
        ).eval()
        self.encoder = encoder
        self.trained = encoder.encoder.layer[-TRAINED_LAYERS:]
        self._first_trained = len(encoder.encoder.layer) - len(self.trained)
        size = encoder.config.hidden_size
        for parameter in encoder.parameters():
            parameter.requires_grad_(requires_grad=False)
        for parameter in self.trained.parameters():
            parameter.requires_grad_(requires_grad=True)
        self.heads = torch.nn.ModuleDict(
            {
                "passage": _two_layers(size),
                "sentence": _two_layers(2 * size),
                "words": torch.nn.Linear(size, 2),
            }
        )
        if weights:
            self._load(weights)

    def words(self, ids: Any) -> Any:  # noqa: ANN401 - tensors
        """Return the word embeddings, shape (examples, tokens, size), of ids of shape (examples, tokens)."""
        return self.encoder.embeddings.word_embeddings(ids)

    def states(self, words: Any, mask: Any) -> Any:  # noqa: ANN401 - tensors
        """Return the token states, shape (examples, tokens, size), of word embeddings and their mask."""
        import torch

        kind = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
        added = (1 - mask[:, None, None, :]).to(kind) * -1e4
        with torch.no_grad():
            states = self.encoder.embeddings(inputs_embeds=words)
            for layer in self.encoder.encoder.layer[:-TRAINED_LAYERS]:
                states = layer(states, added)
        for layer in self.trained:
            states = layer(states, added)
        return states

    def scores(self, words: Any, mask: Any, pooling: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - tensors
        """Return log-odds that passages answer, (examples,), that sentences tell, (examples, sentences), and of words.

        `pooling`, shape (examples, sentences, tokens), averages the tokens of each sentence. The last is (examples,
        tokens, 2): log-odds, up to a constant, that the short answer begins and ends at a token.
        """
        import torch

        states = self.states(words, mask).float()
        first = states[:, 0]
        sentences = pooling @ states
        beside = torch.cat([sentences, first[:, None, :].expand_as(sentences)], dim=-1)
        return (
            self.heads["passage"](first).squeeze(-1),
            self.heads["sentence"](beside).squeeze(-1),
            self.heads["words"](states),
        )

    def tensors(self) -> Tensors:
        """Return the weights of the trained layers and of the heads, by name."""
        weights = {
            f"encoder.layer.{self._first_trained + number}.{name}": weight
            for number, layer in enumerate(self.trained)
            for name, weight in layer.named_parameters()
        }
        weights |= {f"{HEADS}{name}": weight for name, weight in self.heads.named_parameters()}
        return {name: weight.detach().numpy().copy() for name, weight in weights.items()}

    def _load(self, weights: Tensors) -> None:
        import torch

        def begun_by(prefix: str) -> dict[str, Any]:
            return {
                name.removeprefix(prefix): torch.tensor(value)
                for name, value in weights.items()
                if name.startswith(prefix)
            }

        for number, layer in enumerate(self.trained):
            layer.load_state_dict(begun_by(f"encoder.layer.{self._first_trained + number}."))
        self.heads.load_state_dict(begun_by(HEADS))


def _two_layers(size: int) -> Any:  # noqa: ANN401 - a torch module
    import torch

    return torch.nn.Sequential(torch.nn.Linear(size, HEAD_SIZE), torch.nn.GELU(), torch.nn.Linear(HEAD_SIZE, 1))


@dataclass(frozen=True, slots=True, eq=False)
class _TrainingBatch:
    batch: Batch
    examples: tuple[ReadingExample, ...]
    group: npt.NDArray[np.int64]  # the number of each example's group


def _batches(
    groups: Sequence[Group], tokenizer: CrossTokenizer, random: np.random.Generator
) -> Iterator[_TrainingBatch]:
    """Yield batches of whole groups of similar length, of at most ROWS examples, in about the order of the groups."""
    for begin in range(0, len(groups), POOL):
        pool = [
            (max(tokenizer.length(example.reading) for example in group), group)
            for group in groups[begin : begin + POOL]
        ]
        pool.sort(key=lambda measured: measured[0])
        cut: list[list[Group]] = [[]]
        for _, group in pool:
            if sum(map(len, cut[-1])) + len(group) > ROWS:
                cut.append([])
            cut[-1].append(group)
        for number in random.permutation(len(cut)):
            examples = tuple(example for group in cut[number] for example in group)
            numbers = np.repeat(np.arange(len(cut[number])), [len(group) for group in cut[number]])
            batch = batch_of([tokenizer(example.reading) for example in examples], LENGTHS, rows=ROWS)
            yield _TrainingBatch(batch, examples, numbers)


def _loss(model: CrossEncoderModel, training: _TrainingBatch, tokenizer: CrossTokenizer) -> Any:  # noqa: ANN401
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as bce
    from torch.nn.functional import cross_entropy

    batch, examples = training.batch, training.examples
    with torch.autocast("cpu", torch.bfloat16):
        passage, sentence, words = model.scores(
            model.words(torch.from_numpy(batch.ids)), torch.from_numpy(batch.mask), torch.from_numpy(batch.pooling)
        )
    count = len(examples)
    passage, sentence, words = passage[:count].float(), sentence[:count].float(), words[:count].float()
    answers = torch.tensor([float(example.answers) for example in examples])
    loss = bce(passage, answers)
    judged = torch.zeros_like(sentence, dtype=torch.bool)
    telling = torch.zeros_like(sentence)
    for row, example in enumerate(examples):
        if example.telling is not None:
            judged[row, : batch.sentences[row]] = True
            telling[row, [index for index in example.telling if index < batch.sentences[row]]] = 1.0
    if judged.any():
        loss = loss + bce(sentence[judged], telling[judged])
    ordered = [
        torch.logsumexp(sentence[rows][judged[rows]], 0) - torch.logsumexp(sentence[rows][telling[rows] > 0], 0)
        for number in np.unique(training.group)
        if (telling[(rows := torch.from_numpy(np.flatnonzero(training.group == number)))] > 0).any()
    ]
    if ordered:
        loss = loss + torch.stack(ordered).mean()
    places = torch.tensor([_words_place(example, tokenizer, batch.ids.shape[1]) for example in examples])
    if (places >= 0).any():
        words = words.masked_fill(torch.from_numpy(batch.mask[:count, :, None]) == 0, -1e4)
        loss = loss + WORDS_WEIGHT * sum(
            cross_entropy(words[:, :, side], places[:, side], ignore_index=NO_WORDS) for side in (0, 1)
        )
    return loss


def _words_place(example: ReadingExample, tokenizer: CrossTokenizer, tokens: int) -> tuple[int, int]:
    """Return the first and the last token of the short answer; NO_WORDS twice where there is none."""
    if example.words and example.telling:
        for number in sorted(example.telling):
            place = tokenizer.place_of(example.reading, number, example.words)
            if place and place[1] < tokens:
                return place
    return NO_WORDS, NO_WORDS
