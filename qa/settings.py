"""What an operator may set, by environment variables `WAYMARK_*`. Read at the two doors only: command line and API."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from embeddings.weights import DEFAULT_MODEL


class Settings(BaseSettings):
    """The settings and their defaults."""

    model_config = SettingsConfigDict(env_prefix="WAYMARK_", frozen=True)

    # Folder of models, caches and indexes; it can be deleted and made anew.
    var: Path = Path("var")
    # A sentence-transformers model, by name or by the path of its folder. A change needs `waymark index`.
    encoder: str = DEFAULT_MODEL
    # Probability that the documents answer a question below which they are held not to tell, and below which an answer
    # is called partial. The defaults are read from the risk-coverage curve (docs/adr/0008). Higher ones say "I don't
    # know" more often. They fit the default encoder.
    min_confidence: float = Field(default=0.3, ge=0, le=1)
    sure_confidence: float = Field(default=0.6, ge=0, le=1)
    # Words of evidence that an answer holds at the most, but for two longer sentences.
    answer_words: int = Field(default=120, ge=20, le=400)

    # Whether the public is answered. `waymark answering off` does the same at once, on a running server.
    answering: bool = True
    # File of the lines on the help card, in the form of `qa/help_lines.yaml`; that one if not set.
    help_lines: Path | None = None
    # English names of the countries whose lines are shown where a message names none, as ["Kenya"]; all lines if empty.
    help_countries: tuple[str, ...] = ()
    # Days after which a line that nobody has checked again is shown with a warning.
    help_stale_days: int = Field(default=365, ge=1)

    @property
    def answering_switch(self) -> Path:
        """File whose presence stops public answering."""
        return self.var / "answering-off"

    def is_answering(self) -> bool:
        """Tell whether the public is answered now; looked at for each question."""
        return self.answering and not self.answering_switch.exists()

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
