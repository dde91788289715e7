"""The whole pipeline shows the help card to people at risk, and seldom to others who write alike."""

from pathlib import Path
from statistics import fmean

import pytest
import yaml

from corpus import Document
from doubles.fakes import reading
from embeddings import Generation, IndexPlan, SentenceEncoder, build_generation
from qa import Assistant, Settings, Turn
from qa.safety.message_classifier import DistressClassifier, SmallTalkClassifier


@pytest.mark.model
def test_the_card_is_shown_to_people_at_risk_and_seldom_to_others(
    shipped_encoder: SentenceEncoder, documents: list[Document], tmp_path: Path
) -> None:
    """Bare cries, worries about privacy, formal words, follow-ups, requests: 0.95 are heard, 0.14 of the others too."""
    cache = Settings().cache
    folder = tmp_path / build_generation(
        documents, IndexPlan(shipped_encoder, tmp_path, tmp_path / "vectors.sqlite", created_by="tests")
    )
    assistant = Assistant(
        Generation.load(folder, shipped_encoder),
        shipped_encoder,
        reading(),
        at_risk=DistressClassifier(shipped_encoder, cache),
        small_talk=SmallTalkClassifier(shipped_encoder, cache),
    )
    written = yaml.safe_load(Path(__file__).with_name("unseen_cards.yaml").read_text(encoding="utf-8"))

    def shown(side: str) -> float:
        conversations = [conversation for kind in written[side].values() for conversation in kind]
        return fmean(assistant.ask(last, list(map(Turn, earlier))).help is not None for *earlier, last in conversations)

    assert shown("at_risk") >= 0.95
    assert shown("harmless") <= 0.14
