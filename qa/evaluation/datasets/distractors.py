"""Build a trial index of the served documents: with distractors, or with another encoder.

In: settings, which may name another encoder, and distractors. Out: settings of the folder of the trial index.
The serving index is only read; models and cached vectors are shared.
"""

import random
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from corpus import Document
from corpus.documents.cleaning import clean_page, lines_of
from embeddings import IndexPlan, SentenceEncoder, build_generation, current_generation, model_folder
from embeddings.index.generation import read_documents
from qa.evaluation.judging.json_lines import InvalidDataset, rows_of
from qa.evaluation.judging.records import Progress
from qa.settings import Settings

SEED = 0
TITLE_CHARACTERS = 100


class Distractor(BaseModel):
    """A line of a file of distractors."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str


def trial_settings(settings: Settings, folder: Path, *, distractors: list[Document], progress: Progress) -> Settings:
    """Build the index in a folder that takes the place of `WAYMARK_VAR`; return settings that use it."""
    documents = read_documents(current_generation(settings.index))
    folder.mkdir(parents=True, exist_ok=True)
    for shared in (settings.models, settings.cache.parent):
        shared.mkdir(parents=True, exist_ok=True)
        link = folder / shared.name
        if not link.is_symlink():
            link.symlink_to(shared.resolve())
    trial = settings.model_copy(update={"var": folder.resolve()})
    build_generation(
        [*documents.values(), *distractors],
        IndexPlan(
            SentenceEncoder(model_folder(trial.encoder, trial.models), trial.encoder),
            trial.index,
            trial.cache,
            created_by="waymark benchmark",
        ),
        progress=lambda done, total: progress("Building the trial index, in seconds", done, total),
    )
    return trial


def load_distractors(file: Path, number: int) -> list[Document]:
    """Sample a number of documents from JSON lines with a `text` each, with a fixed seed.

    Raises InvalidDataset with the cure.
    """
    texts = [row.text for row in rows_of(file, Distractor) if row.text.strip()]
    if number > len(texts):
        raise InvalidDataset(f"{file} holds {len(texts)} texts, not {number}; ask for fewer distractors")
    cleaned = (clean_page(lines_of(text)) for text in random.Random(SEED).sample(texts, number))  # noqa: S311 - no secret
    return [
        Document(id=f"distractor-{place}", title=(title or text.split("\n")[0])[:TITLE_CHARACTERS], text=text)
        for place, (title, text) in enumerate(cleaned, start=1)
        if text
    ]
