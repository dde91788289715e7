"""Answers: turn a question into statements with citations, or into a typed reason why there are none.

In: a question, the turns before it, and a generation. Out: an Answer.
Left out: the web (api).
"""

from qa.answers.answer import Answer, Citation, Provenance, Statement, Status, Topic
from qa.answers.evidence import Evidence
from qa.answers.help import HelpCard
from qa.answers.hits import Filters, Hit
from qa.pipeline.assistant import Assistant
from qa.query.followups import Turn
from qa.safety.intake import Intake
from qa.settings import Settings

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Evidence",
    "Filters",
    "HelpCard",
    "Hit",
    "Intake",
    "Provenance",
    "Settings",
    "Statement",
    "Status",
    "Topic",
    "Turn",
]
