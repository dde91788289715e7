"""The operator's settings, from environment variables `WAYMARK_*`. Only the command line and the API read them."""

import re
from collections.abc import Mapping
from importlib.metadata import version
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from limits import parse
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from embeddings.models.pretrained import DEFAULT_MODEL
from qa.logs import Form

HELP_STALE_DAYS = 365
ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+|\*")


class Settings(BaseSettings):
    """The settings and their defaults."""

    model_config = SettingsConfigDict(env_prefix="WAYMARK_", frozen=True)

    # Folder of models, caches and indexes; it can be deleted and rebuilt.
    var: Path = Path("var")
    # How many generations of the index are kept, including the serving one: so far can `waymark rollback` go back.
    generations: int = Field(default=3, ge=1)
    # Up to how many passages a search compares all; of more, a graph leads to nearly all of the nearest
    # (embeddings/index/faiss_index.py). A change needs `waymark index`.
    exact_passages: int = Field(default=100_000, ge=0)
    # A store from which several servers take up the index that one machine builds (docs/generations.md), as
    # `s3://bucket/waymark`, or what else fsspec knows. None if it is empty.
    index_store: str = Field(default="", pattern=r"^(\w[\w+.-]*://.+)?$")
    # File of canary questions, which a new index must find the documents of; `canaries.jsonl` in the folder `var` if it
    # is not set, and none where there is no such file (qa/ingest/canaries.py).
    canaries: Path | None = None
    # A sentence-transformers model, by name or by the path of its folder. A change needs `waymark index`.
    encoder: str = DEFAULT_MODEL
    # Address of Milvus, as `milvus+http://localhost:19530`, where passages are searched; in files if it is empty. The
    # path of a file that ends in `.db` is one of Milvus Lite, for a single process. A change needs `waymark index`.
    vectors: str = Field(default="", pattern=r"^(milvus\+(https?://\S+|\S+\.db))?$")
    # Thresholds of confidence, the probability that the documents answer a question: below the first nothing is
    # answered, below the second an answer is called partial. Where they are not set, those in `qa/reader/scorers.yaml`
    # hold, which are read from the risk-coverage curve (docs/adr/0007). With higher ones "I don't know" is said more
    # often.
    min_confidence: float | None = Field(default=None, ge=0, le=1)
    sure_confidence: float | None = Field(default=None, ge=0, le=1)
    # Whether a trained reader reads question and passages together: slower, and answers better (docs/adr/0028).
    reader: bool = True
    # Maximum words of evidence from each cited document; its best two sentences may exceed it.
    answer_words: int = Field(default=120, ge=20, le=400)

    # Who writes answers: `extractive` quotes the documents; `llm` has a language model write, whose sentences are shown
    # where the documents support them, and quotes where it fails (docs/language-models.md).
    writer: Literal["extractive", "llm"] = "extractive"
    # Whether a language model makes a further query of a follow-up, which is searched beside the others and not shown;
    # and whether it translates English statements for askers of other languages, beside them, whoever writes.
    llm_queries: bool = False
    llm_translations: bool = False
    # Address of a server that speaks OpenAI's API, as `http://localhost:11434/v1`, a model that it has, and its key.
    llm_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    llm_model: str = ""
    llm_key: SecretStr = SecretStr("")
    # Seconds after which the model's answer and its translations are no longer waited for (4 more for a further query);
    # tokens of a question with its sources and reply; how many questions the model is asked at a time, while others are
    # answered without it.
    llm_seconds: float = Field(default=20.0, gt=0)
    llm_tokens: int = Field(default=4000, ge=1500)
    llm_calls: int = Field(default=2, ge=1)
    # File of the instructions to the model; `qa/writer/llm_prompt.txt` if it is not set.
    llm_prompt: Path | None = None

    # Database of keys and records, as an address of SQLAlchemy: `sqlite:///` and a path, or `postgresql://`; a file in
    # the folder `var` if it is not set.
    database: str = ""
    # Whether use and feedback are recorded there (docs/records.md), and the days after which records are erased.
    records: bool = False
    records_days: int = Field(default=90, ge=1)
    # Whether questions, searches and the documents are open to who has no key. Pages and the help card always are.
    public: bool = True

    # Names of this server, as `waymark.example.org`, separated by spaces, under which assistants reach `/mcp`; this
    # machine's own names always lead there. Others are refused, since a page can give its own name to any address.
    hosts: Annotated[tuple[str, ...], NoDecode] = ()

    # Whether the public is answered. `waymark answering off` does the same at once, on a running server.
    answering: bool = True
    # File of the lines on the help card, in the format of `qa/safety/help_lines.yaml`, which is the default.
    help_lines: Path | None = None
    # English names of the countries whose lines are shown where a message names none, as ["Kenya"]; all lines if empty.
    help_countries: tuple[str, ...] = ()
    # Days after its last check from which a line is shown with a warning.
    help_stale_days: int = Field(default=HELP_STALE_DAYS, ge=1)
    # Sites that may embed the widget and ask from their pages, such as `https://www.example.org`, separated by spaces;
    # `*` allows all. Waymark's own pages need not be named.
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()

    # How many questions are answered at a time, and how many more wait; the next are refused with the help card. Two
    # questions keep two processor cores busy.
    questions_at_work: int = Field(default=2, ge=1)
    questions_waiting: int = Field(default=16, ge=0)
    # Seconds after which a question that has no answer yet is refused.
    answer_seconds: float = Field(default=30.0, gt=0)
    # Most questions of one client, as `30/minute`; unlimited if empty. One server process counts by itself.
    rate: str = ""
    # Likewise of one key, and of one end user of a key, whom the header X-End-User names. They count for no client.
    rate_key: str = ""
    rate_user: str = ""
    # Redis, as `redis://` and an address, in which all server processes count together.
    redis: str = Field(default="", pattern="^((redis|rediss)://.+)?$")
    # Addresses and networks without a rate, such as that of the machine that runs the benchmark, separated by spaces.
    rate_exempt: Annotated[tuple[str, ...], NoDecode] = ()
    # How many proxies of yours stand before Waymark, each adding the client's address to `X-Forwarded-For`. The first
    # says in `X-Forwarded-Proto` whether clients speak `https` to it, for links in answers; the others hand that on.
    proxies: int = Field(default=0, ge=0)
    # How many answers are kept, to be given again to equal requests; none with a help card is.
    cached_answers: int = Field(default=1000, ge=0)
    # Addresses and networks that may read `/metrics`, separated by spaces.
    metrics_from: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.0/8", "::1")
    # Form of the lines of the log.
    logs: Form = "text"

    # Languages in which PDFs without text, such as scans, are read by OCR, as Tesseract names them: `eng+fra`. None are
    # read so if it is empty. Needs the program `tesseract` with these languages.
    ocr: str = Field(default="", pattern=r"^[A-Za-z_+]*$")

    # An address or page by which the owner of a website that is indexed can reach you; each of its servers is told it.
    website_contact: str = Field(default="", pattern="^[ -~]*$")
    # Seconds between two requests to a website; its robots.txt may ask for more.
    website_delay: float = Field(default=1.0, ge=0)
    # Whether websites of private networks and of this machine may be indexed.
    website_private: bool = False

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
            raise ValueError("WAYMARK_WRITER=llm, WAYMARK_LLM_QUERIES and WAYMARK_LLM_TRANSLATIONS need it")
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


def _asks_model(settings: Mapping[str, object]) -> bool:
    return settings.get("writer") == "llm" or any(map(settings.get, ("llm_queries", "llm_translations")))
