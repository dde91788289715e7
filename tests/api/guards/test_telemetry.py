"""Spans of requests and of the steps of answers reach a collector of OpenTelemetry, without a word of any text."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ASKING = """
import sys
from pathlib import Path
from fastapi.testclient import TestClient
from api.app import create_app
from conftest import assistant_over

with TestClient(create_app(assistant_over(Path(sys.argv[1])))) as client:
    client.post("/v1/ask", json={"question": "Who funds the shelter in Accra?"})
    client.get("/v1/documents?q=Accra")
    client.get("/documents/ghana-shelter")
"""


@pytest.mark.process
def test_spans_are_sent_where_the_variables_say(tmp_path: Path) -> None:
    """The request and its steps are there, with the id; addresses and questions are not."""
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{collector.server_port}"
        environment = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": "waymark-test"}
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        subprocess.run([sys.executable, "-c", ASKING, str(tmp_path)], env=environment, check=True)
        collector.shutdown()
    spans = b"".join(received)

    for name in (b"waymark-test", b"POST /v1/ask", b"GET /documents/{id}", b"understand", b"retrieve", b"select"):
        assert name in spans
    assert b"waymark.request_id" in spans
    assert b"Accra" not in spans
    assert b"ghana-shelter" not in spans
