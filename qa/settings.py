"""What an operator may set, by environment variables `WAYMARK_*`. Read at the two doors only: command line and API."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from embeddings.weights import DEFAULT_MODEL

ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+|\*")


class Settings(BaseSettings):
    """The settings and their defaults."""

    model_config = SettingsConfigDict(env_prefix="WAYMARK_", frozen=True)

    # Folder of models, caches and indexes; it can be deleted and made anew.
    var: Path = Path("var")
    # A sentence-transformers model, by name or by the path of its folder. A change needs `waymark index`.
    encoder: str = DEFAULT_MODEL
    # Cosine of the nearest sentence below which the documents are held not to tell. The default fits the default
    # encoder: 2 in 100 answerable development questions lie below. Higher says "I don't know" more often.
    min_cosine: float = Field(default=0.853, ge=-1, le=1)
    # Words of evidence that an answer holds at the most, but for two longer sentences.
    answer_words: int = Field(default=80, ge=20, le=400)
    # Sites that may embed the widget and ask from their pages, such as `https://www.example.org`, parted by blanks; `*`
    # allows all. Waymark's own pages need not be named.
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _origins(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        origins = tuple(value.lower().split()) if isinstance(value, str) else value
        if wrong := [origin for origin in origins if not ORIGIN.fullmatch(origin)]:
            raise ValueError(f"{wrong[0]!r} is no origin; write https:// and the host, without a path")
        return origins

    @property
    def models(self) -> Path:
        """Folder of unpacked models."""
        return self.var / "models"

    @property
    def index(self) -> Path:
        """Folder of generations."""
        return self.var / "index"

    @property
    def cache(self) -> Path:
        """File of remembered vectors."""
        return self.var / "cache" / "vectors.sqlite"
