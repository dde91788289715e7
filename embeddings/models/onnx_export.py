"""Export a sentence-transformers model to ONNX once, so that serving needs no torch and starts at once.

In: a model's name or path. Out: a folder with `model.onnx`, its weights, its table of word embeddings, its tokenizer
and `encoder.json`.
The graph maps word embeddings and the places of sentences to vectors. The table of word embeddings, four fifths of a
multilingual model, is a file of its own in 16 bits, of which only the rows in use are read; that changes a value of a
vector by less than 1e-4.
"""

import hashlib
import json
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.models.pretrained import ModelProblem, Notify, make_once, source_folder, whole_folder
from embeddings.models.tokenizer import save_tokenizer

FORMAT_VERSION = 3  # of an exported folder; another version is exported again
MODEL, WEIGHTS, WORDS, CONFIG = "model.onnx", "model.weights", "words.npy", "encoder.json"
SOURCE_SUFFIXES = (".safetensors", ".bin", ".json", ".txt", ".model")
OPSET = 17
SAMPLE_TEXTS, SAMPLE_PARTS, SAMPLE_TOKENS = 2, 3, 24  # sizes of the input that the graph is recorded with
MODULES = ("Transformer", "Pooling")  # of a model, before one that only makes vectors unit vectors


def model_folder(model: str, models: Path, notify: Notify = lambda _: None) -> Path:
    """Return the exported folder of a model given by name or path.

    It is exported under `models` at first use, and again when the model's files change. Raises ModelProblem where the
    model can't be found or is not one of sentence-transformers.
    """
    source = source_folder(model, models, notify)
    target = models / f"{source.name}-{hashlib.sha256(str(source.resolve()).encode()).hexdigest()[:8]}.onnx"

    def export() -> None:
        notify(f"Preparing the encoder {model} for fast use (once, half a minute)")
        _export(source, target)

    make_once(target, lambda: _is_current(target, source), export)
    return target


def _is_current(target: Path, source: Path) -> bool:
    """Return whether a folder was exported from a model as it is now."""
    config = _read_config(target)
    return (config.get("form"), config.get("files")) == (FORMAT_VERSION, _file_states(source))


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 of a model folder: of its files' names and contents, in sorted order."""
    digest = hashlib.sha256()
    for name, file in _source_files(folder):
        with file.open("rb") as content:
            of_file = hashlib.file_digest(content, "sha256").hexdigest()
        digest.update(f"{name} {of_file}\n".encode())
    return digest.hexdigest()


def _source_files(folder: Path) -> list[tuple[str, Path]]:
    """Return the names and paths of the files that make up a model, in sorted order."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in SOURCE_SUFFIXES)
    return [(file.relative_to(folder).as_posix(), file) for file in files]


def _file_states(folder: Path) -> dict[str, list[int]]:
    """Return the size in bytes and the time of change in ns of a model's files, by name.

    They show whether a model changed; a digest of 500 MB at each start would take longer than loading.
    """
    states = ((name, file.stat()) for name, file in _source_files(folder))
    return {name: [state.st_size, state.st_mtime_ns] for name, state in states}


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return config


def _export(source: Path, target: Path) -> None:
    """Write the exported folder."""
    model = _load(source)
    _require_mean_pooling(model, source)
    with whole_folder(target) as staging:
        _write_graph(model, staging)
        save_tokenizer(model.tokenizer, staging)
        _write_config(model, source, staging)


def _load(folder: Path) -> Any:  # noqa: ANN401 - a SentenceTransformer; the library is imported here only
    # The folder is complete, so nothing is looked up on the Hugging Face Hub.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        # Fused attention would be exported as it runs on this processor; the plain one runs anywhere.
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
        ).eval()
    except (OSError, ValueError) as error:
        raise ModelProblem(f"{folder} holds no sentence-transformers model: {error}; choose another") from error


def _require_mean_pooling(model: Any, folder: Path) -> None:  # noqa: ANN401 - a SentenceTransformer
    """Raise ModelProblem for a model whose vectors are not means of its token states, as those of sentences are."""
    names = tuple(type(module).__name__ for module in model if type(module).__name__ != "Normalize")
    if names != MODULES or not getattr(model[1], "pooling_mode_mean_tokens", model[1].pooling_mode == "mean"):
        raise ModelProblem(f"{folder} does not average its token states; choose a model with mean pooling, as E5 has")


def _write_graph(model: Any, folder: Path) -> None:  # noqa: ANN401 - a SentenceTransformer
    """Write the table of word embeddings, and the graph, whose weights are in a file that is memory-mapped."""
    import onnx
    import torch

    transformer: Any = model[0].auto_model
    save_words(transformer, folder)
    sample = {
        "words": torch.zeros(SAMPLE_TEXTS, SAMPLE_TOKENS, transformer.config.hidden_size),
        "mask": torch.ones(SAMPLE_TEXTS, SAMPLE_TOKENS, dtype=torch.int64),
        "pooling": torch.full((SAMPLE_TEXTS, SAMPLE_PARTS, SAMPLE_TOKENS), 1 / SAMPLE_TOKENS),
    }
    axes = {0: "texts", 1: "tokens"}
    write_graph(
        _from_words_to_vectors(transformer),
        sample,
        folder / MODEL,
        {
            "words": axes,
            "mask": axes,
            "pooling": {0: "texts", 1: "parts", 2: "tokens"},
            "vectors": {0: "texts", 1: "parts"},
        },
    )
    graph = onnx.load(str(folder / MODEL))
    (folder / MODEL).unlink()
    onnx.save(graph, str(folder / MODEL), save_as_external_data=True, location=WEIGHTS)


def save_words(transformer: Any, folder: Path) -> None:  # noqa: ANN401 - a model of transformers
    """Write the table of word embeddings of a model into its exported folder."""
    table = transformer.get_input_embeddings().weight.detach()
    np.save(folder / WORDS, table.half().numpy(), allow_pickle=False)


def load_words(folder: Path) -> npt.NDArray[np.float16]:
    """Return the table of word embeddings of an exported folder, shape (words, dimension), mapped and not read."""
    table: npt.NDArray[np.float16] = np.load(folder / WORDS, mmap_mode="r", allow_pickle=False)
    return table


def write_graph(
    module: Any,  # noqa: ANN401 - a torch module
    sample: Mapping[str, Any],
    file: Path,
    axes: Mapping[str, Mapping[int, str]],
) -> None:
    """Export a torch module to ONNX.

    `sample` are inputs by name; `axes` name the sizes that vary, of the inputs and then of the outputs.
    """
    import torch

    with warnings.catch_warnings(), torch.no_grad():
        # The older exporter is deprecated; the newer one needs another package and takes minutes.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            tuple(sample.values()),
            str(file),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(sample),
            output_names=[name for name in axes if name not in sample],
            dynamic_axes=axes,
        )


def _from_words_to_vectors(transformer: Any) -> Any:  # noqa: ANN401 - torch modules
    """Return a module that averages the states of tokens.

    It takes word embeddings (texts, tokens, dimension), a mask (texts, tokens), and the weights of the tokens in each
    mean (texts, parts, tokens); it returns the means (texts, parts, dimension).
    """
    import torch

    class Vectors(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, words: Any, mask: Any, pooling: Any) -> Any:  # noqa: ANN401 - tensors
            return pooling @ self.transformer(inputs_embeds=words, attention_mask=mask).last_hidden_state

    return Vectors()


def _write_config(model: Any, source: Path, folder: Path) -> None:  # noqa: ANN401 - a SentenceTransformer
    config = {
        # The names of the keys are part of the format: with other names every model would be exported again.
        "form": FORMAT_VERSION,
        "files": _file_states(source),
        "fingerprint": folder_digest(source),
        "dimension": model.get_embedding_dimension(),
        "max_tokens": model.max_seq_length,
        "pad": model.tokenizer.pad_token_id,
        "prompts": {"query": model.prompts.get("query", ""), "document": model.prompts.get("document", "")},
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
