"""The operator's settings, from environment variables `WAYMARK_*`. Only the command line and the API read them."""

import json
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib.metadata import version
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from limits import parse
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus.language.countries import country_code
from embeddings.models.pretrained import DEFAULT_MODEL
from qa.logs import Form

HELP_STALE_DAYS = 365
NEAR = 0.85  # likeness from which a setting is told as the one that may be meant
OF_CLIENTS = ("WAYMARK_KEY", "WAYMARK_URL")  # which docs/api.md has clients of the API set
ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+|\*")


class Settings(BaseSettings):
    """The settings and their defaults, each with its meaning below it, of which `docs/settings.md` is made."""

    model_config = SettingsConfigDict(env_prefix="WAYMARK_", frozen=True, use_attribute_docstrings=True)

    var: Path = Path("var")
    """Folder of models, caches and indexes, which can be made anew, and of the documents, keys and records of staff,
    which can't: back it up (docs/generations.md)."""
    generations: int = Field(default=3, ge=1)
    """How many generations of the index are kept, with the serving one; `waymark rollback` goes back to these."""
    exact_passages: int = Field(default=100_000, ge=0)
    """Up to how many passages a search compares all; of more, a graph leads to nearly all of the nearest. A change
    needs `waymark index`."""
    index_store: str = Field(default="", pattern=r"^(\w[\w+.-]*://.+)?$", examples=["s3://bucket/waymark"])
    """A store from which several servers take up the index that one machine builds (docs/generations.md)."""
    canaries: Path | None = None
    """File of canary questions, whose documents a new index must find (docs/generations.md); `canaries.jsonl` in the
    folder `WAYMARK_VAR` if it is not set."""
    encoder: str = DEFAULT_MODEL
    """A sentence-transformers model, by name or by the path of its folder. A change needs `waymark index`."""
    vectors: str = Field(
        default="", pattern=r"^(milvus\+(https?://\S+|\S+\.db))?$", examples=["milvus+http://localhost:19530"]
    )
    """Address of Milvus, where passages are searched (docs/scale.md), or `milvus+` and the path of a file that ends in
    `.db`, of Milvus Lite, for a single process; in files if it is empty. A change needs `waymark index`."""
    min_confidence: float | None = Field(default=None, ge=0, le=1)
    """Confidence, the probability that the documents answer a question, below which nothing is answered. With a higher
    one "I don't know" is said more often. If it is not set, that in `qa/reader/scorers.yaml` holds."""
    sure_confidence: float | None = Field(default=None, ge=0, le=1)
    """Confidence below which an answer is called partial; if it is not set, that in `qa/reader/scorers.yaml` holds."""
    reader: bool = True
    """Whether a trained reader reads question and passages together: `false` answers worse, in a fifth of the time."""
    answer_words: int = Field(default=120, ge=20, le=400)
    """Most words of evidence from each cited document; its best two sentences may exceed it."""

    writer: Literal["extractive", "llm"] = "extractive"
    """Who writes answers: `extractive` quotes the documents; `llm` has a language model write, whose sentences are
    shown where the documents support them, and quotes where it fails (docs/language-models.md)."""
    llm_queries: bool = False
    """Whether a language model makes a further query of a follow-up, searched beside the others and not shown."""
    llm_translations: bool = False
    """Whether it translates English statements for askers of other languages, beside them, whoever writes."""
    llm_url: str = Field(default="", pattern=r"^(https?://\S+)?$", examples=["http://localhost:11434/v1"])
    """Address of a server that speaks OpenAI's API."""
    llm_model: str = Field(default="", examples=["qwen3:8b"])
    """A model that the server has."""
    llm_key: SecretStr = SecretStr("")
    """The server's key, if it wants one."""
    llm_seconds: float = Field(default=20.0, gt=0)
    """Seconds after which the model's answer and its translations are no longer waited for (4 for a further query)."""
    llm_tokens: int = Field(default=4000, ge=1500)
    """Most tokens of a question with its instructions, sources and reply."""
    llm_calls: int = Field(default=2, ge=1)
    """How many questions the model is asked at a time, while others are answered without it."""
    llm_prompt: Path | None = None
    """File of the instructions to the model; `qa/writer/llm_prompt.txt` if it is not set."""

    database: str = Field(
        default="",
        pattern=r"^((sqlite|postgresql)(\+\w+)?://.*)?$",
        examples=["postgresql://user@host/waymark", "sqlite:////srv/waymark/records.sqlite"],
    )
    """Database of keys and records (docs/records.md); `records.sqlite` in the folder `WAYMARK_VAR` if it is empty."""
    records: bool = False
    """Whether use and feedback are recorded there."""
    records_days: int = Field(default=90, ge=1, le=36_500)
    """Days after which records are erased."""
    public: bool = True
    """Whether questions, searches and documents are open without a key. Pages and the help card always are."""

    hosts: Annotated[tuple[str, ...], NoDecode] = Field(default=(), examples=["waymark.example.org"])
    """Names of this server, separated by spaces, under which assistants reach `/mcp` (docs/tools.md); this machine's
    own names always lead there. Others are refused, since a page can give its own name to any address."""

    answering: bool = True
    """Whether the public is answered. `waymark answering off` does the same at once, on a running server."""
    help_lines: Path | None = None
    """File of the lines on the help card (docs/help.md); `qa/safety/help_lines.yaml` if it is not set."""
    help_countries: Annotated[tuple[str, ...], NoDecode] = Field(default=(), examples=["Ghana, United Kingdom"])
    """Countries by their English names, separated by commas or spaces, whose lines are shown where a message names
    none; all lines if it is empty."""
    help_stale_days: int = Field(default=HELP_STALE_DAYS, ge=1, le=36_500)
    """Days after its last check from which a line is shown with a warning."""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(default=(), examples=["https://www.example.org"])
    """Sites that may embed the widget and ask from their pages, separated by spaces; `*` allows all. Waymark's own
    pages need not be named."""

    questions_at_work: int = Field(default=2, ge=1)
    """How many questions are answered at a time; two keep two processor cores busy."""
    questions_waiting: int = Field(default=16, ge=0)
    """How many more wait; the next get 503 with `Retry-After` and the help card."""
    answer_seconds: float = Field(default=30.0, gt=0)
    """Seconds after which a question that has no answer yet gets 503 and the card."""
    rate: str = Field(default="", examples=["30/minute"])
    """Most questions of one client; the next get 429 with `Retry-After` and the card. Unlimited if it is empty. Each
    server process counts by itself, or all in Redis."""
    rate_key: str = Field(default="", examples=["30/minute"])
    """Likewise of one key; what a key asks counts for no client."""
    rate_user: str = Field(default="", examples=["30/minute"])
    """Likewise of one end user of a key, whom the header `X-End-User` names."""
    redis: str = Field(default="", pattern="^((redis|rediss)://.+)?$", examples=["redis://localhost:6379"])
    """Redis, in which all server processes count together (docs/records.md)."""
    rate_exempt: Annotated[tuple[str, ...], NoDecode] = Field(default=(), examples=["10.0.0.0/8 192.0.2.7"])
    """Addresses and networks without a rate, such as that of the machine that runs the benchmark."""
    proxies: int = Field(default=0, ge=0)
    """How many proxies of yours stand before Waymark, each adding the client's address to `X-Forwarded-For`. The first
    says in `X-Forwarded-Proto` whether clients speak `https` to it, for links in answers; the others hand that on."""
    cached_answers: int = Field(default=1000, ge=0)
    """How many answers are kept in memory, to be given again to equal requests; none with a help card is."""
    metrics_from: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.0/8", "::1")
    """Addresses and networks that may read `/metrics`, separated by spaces."""
    logs: Form = "text"
    """Form of the lines of the log: `text` or `json`."""

    ocr: str = Field(default="", pattern=r"^[A-Za-z_+]*$", examples=["eng+fra"])
    """Languages in which PDFs without text, such as scans, are read by OCR, as the program `tesseract` names them,
    which must be there with these languages. None are read so if it is empty."""

    website_contact: str = Field(default="", pattern="^[ -~]*$", examples=["https://example.org/contact"])
    """An address or page by which the owner of a website that is indexed can reach you; its servers are told it."""
    website_delay: float = Field(default=1.0, ge=0)
    """Seconds between two requests to a website; its robots.txt may ask for more."""
    website_private: bool = False
    """Whether websites of private networks and of this machine may be indexed."""

    @field_validator("rate", "rate_key", "rate_user")
    @classmethod
    def _rate(cls, value: str) -> str:
        if value:
            parse(value)  # raises ValueError
        return value

    @field_validator("rate_exempt", "metrics_from", mode="before")
    @classmethod
    def _networks(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        networks = tuple(value.split()) if isinstance(value, str) else value
        for network in networks:
            ip_network(network)  # raises ValueError
        return networks

    @field_validator("hosts", mode="before")
    @classmethod
    def _hosts(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value.lower().split()) if isinstance(value, str) else value

    @field_validator("help_countries", mode="before")
    @classmethod
    def _countries(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        countries = _country_names(value.strip()) if isinstance(value, str) else value
        if unknown := [country for country in countries if not country_code(country)]:
            raise ValueError(f"{unknown[0]!r} is no country by its English name; names of several words need commas")
        return countries

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _origins(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        origins = tuple(value.lower().split()) if isinstance(value, str) else value
        if wrong := [origin for origin in origins if not ORIGIN.fullmatch(origin)]:
            raise ValueError(f"{wrong[0]!r} is no origin; write https:// and the host, without a path")
        return origins

    @field_validator("llm_url", "llm_model")
    @classmethod
    def _named(cls, value: str, info: ValidationInfo) -> str:
        if not value and _asks_model(info.data):
            raise ValueError(
                "it is empty, and WAYMARK_WRITER=llm, WAYMARK_LLM_QUERIES and WAYMARK_LLM_TRANSLATIONS need it"
            )
        return value

    @field_validator("answer_seconds")
    @classmethod
    def _longer(cls, value: float, info: ValidationInfo) -> float:
        if _asks_model(info.data) and value <= info.data.get("llm_seconds", 0):
            raise ValueError("it must exceed WAYMARK_LLM_SECONDS by the time of the search")
        return value

    @property
    def asks_model(self) -> bool:
        """Whether a language model is asked for anything."""
        return _asks_model(dict(self))

    @property
    def model_host(self) -> str:
        """Name of the server that questions are sent to; empty where none is."""
        return urlsplit(self.llm_url).netloc.rpartition("@")[2] if self.asks_model else ""

    @property
    def answering_switch(self) -> Path:
        """File whose presence stops public answering."""
        return self.var / "answering-off"

    def is_answering(self) -> bool:
        """Return whether the public is answered now; checked for each question."""
        return self.answering and not self.answering_switch.exists()

    @property
    def database_url(self) -> str:
        """Address of the database of keys and records."""
        return self.database or f"sqlite:///{self.var / 'records.sqlite'}"

    @property
    def models(self) -> Path:
        """Folder of unpacked models."""
        return self.var / "models"

    @property
    def canaries_file(self) -> Path:
        """File of canary questions."""
        return self.canaries or self.var / "canaries.jsonl"

    @property
    def index(self) -> Path:
        """Folder of generations."""
        return self.var / "index"

    @property
    def websites(self) -> Path:
        """Folder of the pages of websites."""
        return self.var / "websites"

    @property
    def website_agent(self) -> str:
        """What each server of a website is told of who fetches it."""
        contact = f" (+{self.website_contact})" if self.website_contact else ""
        return f"Waymark/{version('waymark')}{contact}"

    @property
    def documents(self) -> Path:
        """Folder of the documents that staff add by the API."""
        return self.var / "documents"

    @property
    def jobs(self) -> Path:
        """Folder of the records of jobs."""
        return self.var / "jobs"

    @property
    def cache(self) -> Path:
        """File of cached vectors."""
        return self.var / "cache" / "vectors.sqlite"

    @property
    def extractions(self) -> Path:
        """File of what was read of documents before."""
        return self.var / "cache" / "extractions.sqlite"


def unknown_settings(environment: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of variables that look like a setting and are none, each with the settings nearest to it.

    >>> unknown_settings(["PATH", "WAYMARK_RATE", "WAYMARK_RATES"])
    {'WAYMARK_RATES': ['WAYMARK_RATE']}
    """
    known = [f"WAYMARK_{name.upper()}" for name in Settings.model_fields]
    others = [name for name in environment if name.startswith("WAYMARK_") and name not in {*known, *OF_CLIENTS}]
    return {name: get_close_matches(name, known, n=1, cutoff=NEAR) for name in others}


def _country_names(text: str) -> tuple[str, ...]:
    """Return the names of a list: of JSON, with commas, of one country, or with spaces."""
    if text.startswith("["):
        return tuple(map(str, json.loads(text)))
    separator = "," if "," in text or country_code(text) else None
    return tuple(filter(None, map(str.strip, text.split(separator))))


def _asks_model(settings: Mapping[str, object]) -> bool:
    return settings.get("writer") == "llm" or any(map(settings.get, ("llm_queries", "llm_translations")))
