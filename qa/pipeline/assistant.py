"""Answer a question with citations: all steps of the pipeline, in order.

safety (intake) -> query (correct, decompose, what the turns add) -> retrieve -> read -> write -> Answer

A language model may widen the search of a follow-up, rewrite the answer, and translate it. Each step takes values and
returns values; the types of the answer check its citations. Left out: the web (api).
"""

import copy
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Self

from corpus import Document
from corpus.documents.catalogue import Entry
from embeddings import Encoder, Generation, Vector, current_generation
from embeddings.models.linear_classifier import LinearClassifier
from qa.answers.answer import STATUSES, Answer, Provenance, Status
from qa.answers.explanation import DroppedSentence
from qa.answers.hits import NO_FILTERS, Filters, Hit
from qa.figures.joining import TOPIC, is_on_figures
from qa.figures.recognition import Recogniser
from qa.pipeline.evidence_search import EvidenceSearch, timed
from qa.pipeline.quoting import quote_documents
from qa.pipeline.retrieval import MIN_MAX, load_encoder, retrieve
from qa.pipeline.trace import Trace
from qa.query.followups import FollowUpClassifier, Turn, turns_meant, turns_used
from qa.query.overviews import overview_classifier
from qa.query.query import Query, make_query
from qa.query.question import Question
from qa.query.spelling import MOST_FREQUENT, Spelling
from qa.reader.reading import ReaderSettings, load_reader
from qa.reader.scoring import Scorers
from qa.safety.intake import UNJUDGED, Intake, PreparedQuestion, since_first_cry
from qa.safety.message_classifier import DistressClassifier, SmallTalkClassifier
from qa.safety.router import has_words, wishes_for_more
from qa.safety.sanitizer import clean, pieces
from qa.settings import Settings
from qa.writer.further_query import further_query
from qa.writer.llm import LanguageModel
from qa.writer.rewriting import Tell, rewrite
from qa.writer.support import Judge
from qa.writer.translating import translate


class Assistant:
    """Answers questions from one generation. Holds no state between questions."""

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        reading: ReaderSettings,
        *,
        fusion: str = MIN_MAX,
        intake: Intake | None = None,
        at_risk: DistressClassifier | None = None,
        small_talk: SmallTalkClassifier | None = None,
        overviews: LinearClassifier | None = None,
        follow_ups: FollowUpClassifier | None = None,
        figures: Recogniser | None = None,
        model: LanguageModel | None = None,
    ) -> None:
        """Take the index to answer from and the encoder that built it; `fusion` is one of FUSIONS in retrieval.py.

        Without classifiers, only rules recognise people at risk and small talk; without an intake, shipped help lines
        are used; without `figures`, only texts are searched; without a language model, answers are quotes.
        """
        self.encoder, self.intake, self.model = encoder, intake or Intake.shipped(), model
        self._evidence_search = EvidenceSearch(
            generation, encoder, fusion, reading, overviews, follow_ups, at_risk.correction if at_risk else None
        )
        self._at_risk, self._small_talk, self.figures = at_risk, small_talk, figures
        self._take(generation)

    def _take(self, generation: Generation) -> None:
        self.provenance = Provenance(generation.manifest.id, self.encoder.name, "extractive", version("waymark"))
        self._evidence_search = replace(self._evidence_search, generation=generation)
        self._spelling = Spelling(generation.texts.words.most_frequent(MOST_FREQUENT), generation.texts.words)
        # The values by which the documents can be filtered, and how many documents have each, by facet.
        self.facets = generation.texts.facets

    @classmethod
    def from_settings(
        cls, settings: Settings, notify: Callable[[str], None] = lambda _: None, folder: Path | None = None
    ) -> Self:
        """Load the encoder and the generation in a folder, the current one if none is given.

        Raises ModelProblem or GenerationProblem with the cure.
        """
        folder = folder or current_generation(settings.index)
        encoder = load_encoder(settings, notify)
        return cls(
            Generation.load(folder, encoder, settings.vectors),
            encoder,
            load_reader(settings, notify),
            intake=Intake.from_settings(settings),
            at_risk=DistressClassifier(encoder, settings.cache),
            small_talk=SmallTalkClassifier(encoder, settings.cache),
            overviews=overview_classifier(encoder, settings.cache),
            follow_ups=FollowUpClassifier(encoder, settings.cache),
            figures=Recogniser.shipped(encoder, settings.cache),
            model=LanguageModel(settings) if settings.asks_model else None,
        )

    def over(self, folder: Path, vectors: str = "") -> Self:
        """Return an assistant like this one over the generation in a folder. Raises GenerationProblem."""
        same = copy.copy(self)
        same._take(Generation.load(folder, self.encoder, vectors))
        return same

    def bounded(self, documents: int | None, words: int | None) -> Self:
        """Return an assistant like this one that cites at most so many documents, and states at most so many words."""
        same, search = copy.copy(self), self._evidence_search
        same._evidence_search = replace(search, reading=replace(search.reading, documents=documents, words=words))
        return same

    def without_model(self) -> Self:
        """Return an assistant like this one that asks no language model."""
        same = copy.copy(self)
        same.model = None
        return same

    @property
    def generation(self) -> Generation:
        """The generation that is searched."""
        return self._evidence_search.generation

    @property
    def scorers(self) -> Scorers:
        """The models whose confidence decides what is answered."""
        return self._evidence_search.reading.scorers

    @property
    def has_reader(self) -> bool:
        """Whether a trained reader reads the passages; without one, sentences are scored by their cosines alone."""
        return self._evidence_search.reading.passage_reader is not None

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents of the index, by id."""
        return self.generation.documents

    @property
    def citable(self) -> Mapping[str, Document]:
        """All documents that can be cited, by id: those of the index, and the tables of figures."""
        return self.figures.citable(self.documents) if self.figures else self.documents

    def entries(self) -> Iterator[Entry]:
        """Yield the documents without their texts."""
        return self.generation.documents.entries()

    def ask(
        self,
        text: str,
        history: Sequence[Turn] = (),
        *,
        drop: Collection[str] = (),
        filters: Filters = NO_FILTERS,
        language: str | None = None,
    ) -> Answer:
        """Answer a question from the documents, citing a source for every statement, or say that there is no answer.

        `drop` are ids of topics that the question is not about: what they stand for is left out.
        """
        return self.explain(text, history, drop=drop, filters=filters, language=language)[0]

    def explain(
        self,
        text: str,
        history: Sequence[Turn] = (),
        *,
        drop: Collection[str] = (),
        filters: Filters = NO_FILTERS,
        language: str | None = None,
    ) -> tuple[Answer, Trace]:
        """Return the answer of `ask`, and a Trace of the steps that led to it."""
        prepared = self.intake.prepare(text, language, [turn.question for turn in history])
        return self.answer(prepared, history, drop=drop, filters=filters)

    def answer(
        self,
        prepared: PreparedQuestion,
        history: Sequence[Turn] = (),
        *,
        drop: Collection[str] = (),
        filters: Filters = NO_FILTERS,
        tell: Tell = lambda _: None,
    ) -> tuple[Answer, Trace]:
        """Answer a question that the safety step has prepared; return also a Trace of the steps.

        `tell` is called with the answer as far as it is written, for each sentence of a language model.
        """
        earlier = [self._screened(turn, history[:number]) for number, turn in enumerate(history)]
        # No word of a conversation that showed the help card goes to a model; and it goes on showing the card.
        model = None if any(by_rules.help or understood.help for by_rules, understood in earlier) else self.model
        answer, trace = self._quote(prepared, history, [understood for _, understood in earlier], drop, filters, model)
        if not model or answer.help or is_on_figures(answer):
            return answer, trace
        until = time.monotonic() + model.seconds
        dropped: tuple[DroppedSentence, ...] = ()
        if model.writes:
            judge = Judge(reader, self.encoder) if (reader := self._evidence_search.reading.passage_reader) else None
            answer, dropped = rewrite(answer, trace.turns, model, judge, tell, until)
        if model.translates:
            answer, further = translate(answer, model, self.encoder, tell, until)
            dropped += further
        return answer, replace(trace, dropped=dropped)

    def _screened(self, turn: Turn, before: Sequence[Turn]) -> tuple[PreparedQuestion, PreparedQuestion]:
        """Return an earlier question as the rules prepare it, and as it was understood."""
        prepared = self.intake.prepare_earlier(turn.question, [earlier.question for earlier in before])
        return prepared, self._understand(prepared, is_follow_up=bool(before))[0]

    def _quote(
        self,
        prepared: PreparedQuestion,
        history: Sequence[Turn],
        earlier: Sequence[PreparedQuestion],
        drop: Collection[str],
        filters: Filters,
        model: LanguageModel | None,
    ) -> tuple[Answer, Trace]:
        """Answer in words of documents, beside the card after a cry among `earlier`; a model may widen the search."""
        begin = time.perf_counter()
        # Correct the text, and run the safety step on what was corrected.
        (understood, query), understand_ms = timed(self._understand, prepared, is_follow_up=bool(history))
        is_at_risk, cries = understood.help is not None, since_first_cry(earlier)
        understood = understood.with_help(self.intake.card_after(understood, cries)) if cries else understood
        # Thanks and complaints tell nothing of what is asked about; nor does a conversation whose topic is dropped.
        known = zip(history, earlier, strict=False)
        turns = [turn for turn, one in known if STATUSES.get(one.reason) != Status.SMALL_TALK]
        findings, topic, carried, asked = None, None, None, None
        if query and not understood.reason:
            # Take over what the question leans on of its turns, unless that is dropped: then it is asked first.
            meant = turns_used(turns_meant(query.asked, turns))
            carried = self._evidence_search.carried_over(query, list(map(self._corrected, meant)), filters)
            topic = carried.topic(meant) if carried else None
            if topic and topic.id in drop:
                alone = self.intake.prepare(prepared.question.text, prepared.language)
                return self._quote(alone, (), earlier, drop, filters, None)
            if carried and model and model.widens and not understood.help:
                carried = replace(carried, further=further_query(query.asked.text, carried.turns, model))
            # Retrieve passages for the question, after its turns and for its sub-questions, and read them.
            findings = self._evidence_search.find(query, carried, filters)
        used, total_ms = carried.turns if carried else (), (time.perf_counter() - begin) * 1000
        trace = Trace(prepared, understood, findings, topic, used, understand_ms, total_ms)
        # Write the answer; its citations are checked where it is constructed. Figures come before what texts tell.
        if self.figures and query and findings and not (is_at_risk or filters != NO_FILTERS or TOPIC in drop):
            asked = self.figures.recognise(query.asked, query.vector, turns if topic else ())
        return quote_documents(trace, self.provenance, self._evidence_search.reading, filters, asked), trace

    def confirm_help(self, prepared: PreparedQuestion, *, is_follow_up: bool) -> PreparedQuestion:
        """Return a question with the help card of its answer: the classifier may take away the one of the rules."""
        return prepared.with_help(self._understand(prepared, is_follow_up=is_follow_up)[0].help)

    def search(self, text: str, limit: int = 10, *, filters: Filters = NO_FILTERS) -> list[Hit]:
        """Return the passages that fit a question best, best first."""
        question = self._spelling.corrected(Question.of(clean(text)))
        query, search = make_query(question, self.encoder), self._evidence_search
        return retrieve(query, search.generation, limit=limit, filters=filters, fusion=search.fusion)

    def _understand(self, prepared: PreparedQuestion, *, is_follow_up: bool) -> tuple[PreparedQuestion, Query | None]:
        """Correct a question, screen it again by rules and classifier, and make a Query of it, unless it ends here."""
        if prepared.reason in {"small_talk", UNJUDGED} or (prepared.reason and not has_words(prepared.question.folded)):
            return prepared, None
        if prepared.reason == "too_long":
            vectors = [self.encoder.encode_query(piece) for piece in pieces(prepared.question.text)]
            return self._judged(prepared, vectors, is_follow_up=is_follow_up), None
        corrected = self._spelling.corrected(prepared.question)
        understood = self.intake.prepare_corrected(prepared, corrected, is_follow_up=is_follow_up)
        query = self._evidence_search.query(corrected)
        # Words of other languages in Latin letters are taken for misspelt English ones, so both texts are judged.
        asked = [] if corrected == prepared.question else [self.encoder.encode_query(prepared.question.text)]
        more = wishes_for_more(prepared.question)  # so short that classifiers take it for a cry or a complaint
        understood = understood if more else self._judged(understood, [query.vector, *asked], is_follow_up=is_follow_up)
        # Who may be at risk is never taken to talk small.
        if not (more or understood.help or understood.reason) and self._small_talk:
            reason = self._small_talk.reason(query.vector)
            # A first message complains of no answer; one that asks is searched for, though it begins with a greeting.
            if is_follow_up or (reason == "small_talk" and not corrected.asks):
                understood = replace(understood, reason=reason)
        return understood, query

    def _judged(self, prepared: PreparedQuestion, vectors: Sequence[Vector], *, is_follow_up: bool) -> PreparedQuestion:
        """Return a question with the card if rules are certain or the classifier takes one of its vectors for a cry."""
        if not self._at_risk or prepared.is_certain:
            return prepared
        by_rules, on_bot = prepared.help is not None, prepared.is_on_bot
        predict = partial(self._at_risk.predict, by_rules=by_rules, is_follow_up=is_follow_up, is_on_bot=on_bot)
        is_cry = any(map(predict, vectors))
        return prepared.with_help(prepared.help or self.intake.card(prepared.question) if is_cry else None)

    def _corrected(self, turn: Turn) -> Turn:
        return replace(turn, question=self._spelling.corrected(Question.of(turn.question)).text)
