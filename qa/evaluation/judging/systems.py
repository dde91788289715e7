"""The systems that a benchmark asks: an assistant in this process, or a running server.

In: questions. Out: answers and hits in the JSON of `/v1`, from either system.
Left out: judging the answers (metrics, judging).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

from qa.answers.answer import answer_json
from qa.answers.hits import results_of
from qa.pipeline.assistant import Assistant
from qa.query.followups import Turn

SEARCH_LIMIT = 50  # passages asked for, so that 10 documents are among them
TOO_SLOW_S = 10.0  # the timeout of a request; a slower answer counts as missing


class System(Protocol):
    """A system that is judged."""

    name: str

    def ask(self, question: str, history: Sequence[Turn], language: str | None) -> dict[str, Any]:
        """Return an answer in the shape of `POST /v1/ask`; a refused request gives `{"error": status, "text": ...}`."""

    def search(self, query: str) -> list[dict[str, Any]]:
        """Return the hits of `POST /v1/search`, best first."""

    def document_text(self, document_id: str) -> str:
        """Return the text of a document, into which the offsets of citations point."""


class LocalSystem:
    """An assistant in this process."""

    def __init__(self, name: str, assistant: Assistant) -> None:
        """Take an assistant, and the name under which its figures are shown."""
        self.name = name
        self._assistant = assistant

    def ask(self, question: str, history: Sequence[Turn], language: str | None) -> dict[str, Any]:
        """Return an answer in the shape of `POST /v1/ask`."""
        return answer_json(self._assistant.ask(question, history, language=language))

    def search(self, query: str) -> list[dict[str, Any]]:
        """Return the hits of `POST /v1/search`, best first."""
        hits = self._assistant.search(query, SEARCH_LIMIT)
        return list(map(asdict, results_of(hits, self._assistant.documents)))

    def document_text(self, document_id: str) -> str:
        """Return the text of a document."""
        return self._assistant.citable[document_id].text


class RemoteSystem:
    """A running server with the API of `/v1`, whatever writes its answers."""

    def __init__(self, name: str, url: str) -> None:
        """Take the name under which figures are shown, and the server's address, such as `http://127.0.0.1:8000`."""
        self.name = name
        self._url = url.rstrip("/")
        self._texts: dict[str, str] = {}

    def ask(self, question: str, history: Sequence[Turn], language: str | None) -> dict[str, Any]:
        """Return the server's answer; a refused request gives its status and its text."""
        body: dict[str, Any] = {"question": question, "history": [asdict(turn) for turn in history]}
        if language:
            body["language"] = language
        return self._post("/v1/ask", body)

    def search(self, query: str) -> list[dict[str, Any]]:
        """Return the server's hits, best first."""
        hits: list[dict[str, Any]] = self._post("/v1/search", {"query": query, "limit": SEARCH_LIMIT}).get("hits", [])
        return hits

    def document_text(self, document_id: str) -> str:
        """Return the text of a document, fetched once."""
        import requests

        if document_id not in self._texts:
            reply = requests.get(f"{self._url}/v1/documents/{document_id}", timeout=TOO_SLOW_S)
            reply.raise_for_status()
            self._texts[document_id] = str(reply.json()["text"])
        return self._texts[document_id]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        import requests

        # In ASCII, since an attack may hold lone surrogates, which UTF-8 can't encode.
        content = json.dumps(body).encode("ascii")
        headers = {"Content-Type": "application/json"}
        try:
            # Without a session, which several threads may not share.
            reply = requests.post(self._url + path, data=content, headers=headers, timeout=TOO_SLOW_S)
        except requests.Timeout:
            return {"error": 504, "text": ""}
        if reply.ok:
            answer: dict[str, Any] = reply.json()
            return answer
        return {"error": reply.status_code, "text": reply.text}
