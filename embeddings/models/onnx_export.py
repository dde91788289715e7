"""Export a sentence-transformers model to ONNX once, so that serving needs no torch and starts at once.

In: a model's folder. Out: a folder beside the models with `model.onnx`, its tokenizer and `encoder.json`.
The whole way from tokens to a unit vector is in the graph. The table of word vectors, four fifths of a multilingual
model, is kept in 16 bits, which moves a vector by less than 1e-4; all else stays in 32.
"""

import hashlib
import json
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

from embeddings.models.pretrained import ModelProblem, Say, source_folder
from embeddings.models.tokenizer import save_tokenizer

FORM = 2  # of the folder; one in another form is made anew
MODEL, WEIGHTS_FILE, FACTS = "model.onnx", "model.weights", "encoder.json"
WEIGHTS = (".safetensors", ".bin", ".json", ".txt", ".model")
OPSET = 17
SAMPLES = ["query: Who pays?", "passage: \u00bfQui\u00e9n paga el refugio? " * 9]


def model_folder(model: str, models: Path, say: Say = lambda _: None) -> Path:
    """Return the ONNX folder of a model given by name or path, made under `models` at first use or when it changed.

    `say` is told in one line what takes long. Raises ModelProblem where the model isn't to be had.
    """
    source = source_folder(model, models, say)
    target = models / f"{source.name}-{hashlib.sha256(str(source.resolve()).encode()).hexdigest()[:8]}.onnx"
    facts = _facts(target)
    if (facts.get("form"), facts.get("files")) != (FORM, _files(source)):
        say(f"Preparing the encoder {model} for fast use (once, half a minute)")
        _export(source, target)
    return target


def _facts(folder: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts


def _files(folder: Path) -> dict[str, list[int]]:
    """Tell a model's files by size and time of change: reading 500 MB at each start would take longer than loading."""
    sizes = ((name, file.stat()) for name, file in _named_files(folder))
    return {name: [known.st_size, known.st_mtime_ns] for name, known in sizes}


def _named_files(folder: Path) -> list[tuple[str, Path]]:
    """Return the files that make a model what it is, by their names in its folder, in sorted order."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in WEIGHTS)
    return [(file.relative_to(folder).as_posix(), file) for file in files]


def _export(folder: Path, target: Path) -> None:
    # The folder is complete, so a hub is never asked for what a model may lack.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import onnx
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        # Fused attention would be exported as it runs on this processor; the plain one runs anywhere.
        model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
        ).eval()
    except (OSError, ValueError) as error:
        raise ModelProblem(f"{folder} holds no sentence-transformers model: {error}; choose another") from error

    class HalfTable(torch.nn.Module):
        def __init__(self, table: Any) -> None:  # noqa: ANN401 - torch's embedding
            super().__init__()
            self.weight = torch.nn.Parameter(table.weight.half(), requires_grad=False)

        def forward(self, ids: Any) -> Any:  # noqa: ANN401 - tensors
            return torch.nn.functional.embedding(ids, self.weight).float()

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401 - tensors
            vectors = self.model({"input_ids": input_ids, "attention_mask": attention_mask})["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=1)

    sample = model.preprocess(SAMPLES)
    transformer: Any = model[0].auto_model
    transformer.set_input_embeddings(HalfTable(transformer.get_input_embeddings()))
    beside = target.with_name(f"{target.name}.exporting")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings(), torch.no_grad():
        # The older exporter is deprecated; the newer one needs another package and takes minutes.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Whole(),
            (sample["input_ids"], sample["attention_mask"]),
            str(beside / MODEL),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
        )
    # Weights in a file of their own are mapped into memory as they are needed, and not copied.
    whole = onnx.load(str(beside / MODEL))
    (beside / MODEL).unlink()
    onnx.save(whole, str(beside / MODEL), save_as_external_data=True, location=WEIGHTS_FILE)
    save_tokenizer(model.tokenizer, beside)
    facts = {
        "form": FORM,
        "files": _files(folder),
        "fingerprint": folder_digest(folder),
        "dimension": model.get_embedding_dimension(),
        "max_tokens": model.max_seq_length,
        "pad": model.tokenizer.pad_token_id,
        "prompts": {"query": model.prompts.get("query", ""), "document": model.prompts.get("document", "")},
    }
    (beside / FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 of a model folder: of its files' names and contents, in sorted order."""
    digest = hashlib.sha256()
    for name, file in _named_files(folder):
        with file.open("rb") as content:
            of_file = hashlib.file_digest(content, "sha256").hexdigest()
        digest.update(f"{name} {of_file}\n".encode())
    return digest.hexdigest()
