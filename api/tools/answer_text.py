"""An answer as one text, for tools that show nothing else: the help card, the answer with its marks, and its sources.

In: an Answer, or such a text that a client sends back. Out: the text, and where in it which source is cited; or the
answer alone, which the next question may lean on.

The text is plain and good Markdown. Rules part it, so that the answer can be found in it again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.formats.translations import page_language, texts_in
from qa import Answer, Citation
from qa.answers.help import card_text

RULE = "\n\n---\n\n"
SOURCES = re.compile(rf"{RULE}[^\n]+\n\n- \[1\] .*", re.DOTALL)
CITED = re.compile(r"\[\d+\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as `[1]` in a text: its offsets, in Unicode code points, and the title and the address of its source."""

    start: int
    end: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The text of an answer, and the marks in it, in their order."""

    text: str
    marks: tuple[Mark, ...] = ()


def answer_text(answer: Answer, site: str) -> AnswerText:
    """Write an answer; `site` is the address of this server, for documents that are nowhere else, or empty."""
    texts = texts_in(page_language(answer.language, ""))
    before = f"{card_text(answer.help)}{RULE}" if answer.help else ""
    if answer.statements and answer.message:
        before += f"{answer.message}\n\n"
    untold = [f"{texts['untold']} {part}" for part in answer.unanswered]
    translated = [statement.translation for statement in answer.statements if statement.translation]
    translations = ["\n".join([texts["translated"], *translated])] if translated else []
    text = before + "\n\n".join([answer.text, *translations, *answer.notes, *untold])
    marks = tuple(_marks(answer, len(before), site, texts))
    if marks:
        cited = {number for statement in answer.statements for number in statement.citations}
        sources = [_source(citation, site, texts) for citation in answer.citations if citation.number in cited]
        text += "\n".join([f"{RULE}{texts['sources']}\n", *sources])
    return AnswerText(text, marks)


def answer_in(text: str) -> str:
    r"""Return the answer that a text holds without its help card, notes and sources; of another text, the text.

    >>> answer_in("Help\n\n---\n\nOnly a part.\n\nNorway pays. [1]\n\n---\n\nSources\n\n- [1] A brief")
    'Norway pays. [1]'
    """
    paragraphs = SOURCES.sub("", text).rpartition(RULE)[2].split("\n\n")
    return next(filter(CITED.search, paragraphs), "\n\n".join(paragraphs))


def has_card(text: str) -> bool:
    """Return whether a text that a client sends back begins with a help card."""
    return RULE in SOURCES.sub("", text)


def _marks(answer: Answer, end: int, site: str, texts: dict[str, Any]) -> Iterator[Mark]:
    """Yield the marks behind each statement; the first one begins where `end` is."""
    for statement in answer.statements:
        end += len(statement.marked)
        start = end - sum(len(f"[{number}]") for number in statement.citations)
        for number in statement.citations:
            citation = answer.citations[number - 1]
            yield Mark(start, start + len(f"[{number}]"), _title(citation, texts), _url(citation, site))
            start += len(f"[{number}]")
        end += 1  # the blank or line break between two statements


def _title(citation: Citation, texts: dict[str, Any]) -> str:
    title = f"{texts['summary']}: {citation.title}" if citation.summary else citation.title
    return f"{title}, p. {citation.page}" if citation.page else title


def _url(citation: Citation, site: str) -> str:
    return citation.quote_url or (f"{site}{citation.view_url}" if site else "")


def _source(citation: Citation, site: str, texts: dict[str, Any]) -> str:
    url = _url(citation, site)
    told = ", ".join(filter(None, [_title(citation, texts), citation.publisher, citation.published]))
    return f"- [{citation.number}] {told}{url and f': <{url}>'}"
