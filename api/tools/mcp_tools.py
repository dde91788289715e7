"""The tools of the Model Context Protocol: `ask`, `search`, `read_document`, `figures`.

In: calls of tools, by HTTP (mcp.py), or by the standard input of a process (api.stdio). Out: text, and the same as
structured content; a help card is the first text. Calls have the limits and lanes of the API, and nothing is kept
between them.

The docstrings of the tools are what an assistant reads of them.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import wraps
from importlib.metadata import version
from typing import Annotated, Any, ParamSpec

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, ContentBlock, TextContent, ToolAnnotations
from pydantic import Field, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.asking.dependencies import answer_to, search_results, state_of
from api.formats.errors import DETAILS, AssistantUnavailable, log_failure
from api.formats.figures import FigureList, FiguresQuery
from api.formats.schemas import (
    AskRequest,
    DocumentOut,
    DocumentPart,
    FiltersIn,
    LanguageCode,
    Question,
    SearchRequest,
    SearchResponse,
    ShortQuestion,
)
from api.tools.answer_text import answer_text
from corpus.figures.listing import csv_of
from qa import Answer, Assistant, HelpCard
from qa.answers.answer import answer_json
from qa.answers.help import card_text

INSTRUCTIONS = (
    "Waymark quotes documents about the work of IOM and about counter-trafficking, word for word and with their "
    "sources; it makes nothing up, and says where the documents don't answer. Give its sources with what you take from "
    "it. Where a result begins with a help card, somebody may be at risk: show the card first, and whole."
)
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
EVERYTHING = FiltersIn()
MOST_READ = 20_000  # characters of a document at a time

Parameters = ParamSpec("Parameters")
Caller = Context[Request | None, Request]


def _refusals_told(
    tool: Callable[Parameters, Awaitable[CallToolResult]],
) -> Callable[Parameters, Awaitable[CallToolResult]]:
    """Tell a refusal with its help card, and log unforeseen errors without their texts, which may quote a question."""

    @wraps(tool)
    async def told(*args: Parameters.args, **kwargs: Parameters.kwargs) -> CallToolResult:
        try:
            return await tool(*args, **kwargs)
        except AssistantUnavailable as error:
            return CallToolResult(content=_texts(error.card, error.detail), is_error=True)
        except RequestValidationError as error:
            raise ToolError("; ".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())) from None
        except ClientDisconnect:
            raise ToolError("The client has left.") from None
        except ToolError:
            raise
        except Exception as error:
            log_failure(error)
            raise ToolError(DETAILS[500]) from None

    return told


@_refusals_told
async def ask(
    question: Question, caller: Caller, language: LanguageCode | None = None, filters: FiltersIn = EVERYTHING
) -> Annotated[CallToolResult, dict[str, Any]]:
    """Answer a question from the documents in sentences quoted word for word, each with its source.

    Ask in any language, about one thing at a time, and so that the question stands alone. Where the documents don't
    answer, that is said. Filters name countries in English, themes, kinds and publishers of documents.
    """
    request = _request(caller)
    body = AskRequest(question=question, filters=filters, language=language)
    answer = await answer_to(body, await state_of(request), request)
    text = answer_text(replace(answer, help=None), _site(caller)).text
    return CallToolResult(content=_texts(answer.help, text), structured_content=answer_json(answer))


@_refusals_told
async def search(
    query: ShortQuestion,
    caller: Caller,
    limit: Annotated[int, Field(ge=1, le=50)] = 10,
    filters: FiltersIn = EVERYTHING,
) -> Annotated[CallToolResult, SearchResponse]:
    """Find passages of the documents, best first, each with its document's id and its offsets there."""
    request = _request(caller)
    state = await state_of(request)
    assistant = _assistant(state["serving"].assistant)
    body = SearchRequest(query=query, limit=limit, filters=filters)
    found = await search_results(body, assistant, state, request)
    texts = [f"{hit.title} ({hit.document_id}, from {hit.start} to {hit.end})\n{hit.text}" for hit in found]
    structured = SearchResponse(hits=found).model_dump(mode="json")
    return CallToolResult(content=_texts(None, *texts), structured_content=structured)


@_refusals_told
async def read_document(
    id: str, caller: Caller, start: Annotated[int, Field(ge=0)] = 0
) -> Annotated[CallToolResult, DocumentPart]:
    """Read up to 20,000 characters of a document from an offset on; `characters` tells how long the whole is."""
    state = await state_of(_request(caller))
    documents = _assistant(state["serving"].assistant).citable
    document = await run_in_threadpool(documents.get, id)
    if document is None:
        raise ToolError("There is no document of this id; search finds ids.")
    text = document.text[start : start + MOST_READ]
    whole = DocumentOut.model_validate(document).model_dump()
    part = DocumentPart(**whole | {"text": text, "start": start, "characters": len(document.text)})
    told = f"{document.title}, characters {start} to {start + len(text)} of {len(document.text)}\n\n{text}"
    return CallToolResult(content=_texts(None, told), structured_content=part.model_dump(mode="json"))


@_refusals_told
async def figures(query: FiguresQuery) -> Annotated[CallToolResult, FigureList]:
    """List figures by country and year, each with its source and what to know of it.

    There are victims detected, persons in formal contact with the police, prosecuted and convicted, offences, migrants
    dead or missing, tiers of the US report, and parties to the Palermo Protocol. Countries are named in English. A
    value such as "<5" is kept back; a year without a figure is not zero.
    """
    found = await run_in_threadpool(FigureList.of, query)
    told = csv_of(found.figures)
    return CallToolResult(content=_texts(None, told), structured_content=found.model_dump(mode="json"))


def mcp_server(local: Request | None = None) -> MCPServer[Request | None]:
    """Return a server of the tools; `local` stands for the requests of calls that don't come by HTTP."""
    logging.getLogger("mcp").setLevel(logging.WARNING)  # else each call is a line
    tools = [Tool.from_function(tool, annotations=READS) for tool in (ask, search, read_document, figures)]
    tools[0].fn_metadata.output_schema = TypeAdapter(Answer).json_schema(mode="serialization")
    return MCPServer(
        "waymark",
        title="Waymark",
        instructions=INSTRUCTIONS,
        version=version("waymark"),
        tools=tools,
        log_level="WARNING",
        lifespan=lambda _: nullcontext(local),
        subscriptions=False,
    )


def _request(caller: Caller) -> Request:
    request = caller.request_context.request or caller.request_context.lifespan_context
    if request is None:
        raise RuntimeError("a call that does not come by HTTP needs a server with a local request")
    return request


def _site(caller: Caller) -> str:
    request = caller.request_context.request
    return str(request.base_url).rstrip("/") if request else ""


def _assistant(assistant: Assistant | None) -> Assistant:
    if assistant is None:
        raise ToolError(DETAILS[503])
    return assistant


def _texts(card: HelpCard | None, *texts: str) -> list[ContentBlock]:
    """Return texts as an assistant gets them, a help card first."""
    return [TextContent(type="text", text=text) for text in ([card_text(card)] if card else []) + list(texts)]
