"""Search for evidence: retrieve passages for a question, its turns and its sub-questions, and read them.

In: a query, and what it takes over from the turns before it. Out: Findings: the searches, and the evidence selected
from all of them.
Left out: safety and correction before, writing after (assistant).
"""

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ParamSpec, TypeVar

from corpus import Document
from embeddings import Encoder, Generation, Vector
from embeddings.models.linear_classifier import LinearClassifier
from qa.answers.hits import Filters, Hit
from qa.pipeline.carried_over import CarriedOver
from qa.pipeline.retrieval import retrieve
from qa.pipeline.trace import Findings, Search
from qa.query.corrections import corrected_turns
from qa.query.decomposition import without_added_words
from qa.query.followups import FollowUpClassifier, Turn, asks_what_is_new, quoted_sentences
from qa.query.listed_items import turns_with_item
from qa.query.other_names import under_other_name
from qa.query.query import Query, make_query
from qa.query.question import Question
from qa.reader.introductions import introducing_first, introduction_asked_for, with_introduction
from qa.reader.numbered_names import hits_with_numbers
from qa.reader.others import documents_naming_most, hits_of_same_place, names_place
from qa.reader.parts import join_sub_questions, with_best_of_parts
from qa.reader.reading import ReaderSettings
from qa.reader.selection import bounded, passages_to_read, select_evidence
from qa.stopping import check_wanted

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

SURE = 0.9  # confidence from which sub-questions only tell which part of the question is not answered
MOST_READ = 24  # passages that are read for a question and its sub-questions; reading is nearly all the work
# Passages that a follow-up takes from each of its searches: of the question alone, of the question behind the last one
# and behind the first one of the conversation, and of the words of the last answer, which find the document that they
# were quoted from. Together these hold the document of all follow-ups of two suites (docs/adr/0029). Where a language
# model makes a further query, that is searched as the question alone is.
PASSAGES_ALONE, PASSAGES_BEHIND, PASSAGES_OF_ANSWER = 3, 3, 2
PASSAGES_NEAR = 10  # that the words of an answer find, whose documents answer a follow-up that names nothing
# Confidence from which a follow-up of yes or no is answered: what stands near an event is easily taken for its answer,
# and has no words that the asker could check. Told ones have more (docs/adr/0065, 0073).
LEAST_OF_YES_OR_NO = 0.55
# "anything more recent?": it stands in no document that is as old as the one quoted last. "Which is more recent?" and
# "the newer one" only compare.
NEWER = re.compile(r"(?<!\bthe )(?<!\bis )(?<!\bare )(?<!\bwas )\b(?:more recent|newer)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceSearch:
    """Searches an index with the encoder that built it, by the settings of fusion and reading."""

    generation: Generation
    encoder: Encoder
    fusion: str
    reading: ReaderSettings
    overviews: LinearClassifier | None = None
    follow_ups: FollowUpClassifier | None = None
    corrections: LinearClassifier | None = None

    def query(self, question: Question) -> Query:
        """Return the query of a question without the turns before it; each of these is judged by its own."""
        check_wanted()
        return make_query(question, self.encoder, overviews=self.overviews)

    def carried_over(self, query: Query, turns: Sequence[Turn], filters: Filters) -> CarriedOver | None:
        """Return what a question takes over from the turns before it, None where it does not lean on them."""
        if not turns or not self._leans(query.vector) or asks_what_is_new(query.asked, turns):
            return None
        meant = self._as_meant(turns)
        meant = corrected_turns(query.asked, meant) if self._corrects(query.vector) else meant
        is_corrected = [turn.question for turn in meant] != [turn.question for turn in turns]
        with_item = turns_with_item(query.asked, meant)
        (subject, hits, document), retrieve_ms = timed(self._subject, with_item, meant, filters)
        return CarriedOver(with_item, subject, hits[:PASSAGES_NEAR], document, retrieve_ms, is_corrected)

    def _as_meant(self, turns: Sequence[Turn]) -> list[Turn]:
        """Return the turns, of which those before a correction ask what it puts in: so they are asked from then on."""
        meant: list[Turn] = []
        for turn in turns:
            if meant and self._corrects(self.encoder.encode_query(turn.question)):
                meant = corrected_turns(Question.of(turn.question), meant)
            meant.append(turn)
        return meant

    def _corrects(self, vector: Vector) -> bool:
        return self.corrections is not None and self.corrections.predict(vector)

    def _leans(self, vector: Vector) -> bool:
        return self.follow_ups is None or self.follow_ups.predict(vector)

    def find(self, query: Query, carried: CarriedOver | None, filters: Filters) -> Findings:
        """Search for a question and for its sub-questions; `query` was made of the question alone."""
        search = self._search_by_names(query, carried, filters)
        sub_searches = tuple(self._sub_searches(search, carried, filters))
        parts = [sub.selection for sub in sub_searches]
        is_sure = search.selection.confidence >= SURE
        joined = search.selection if is_sure else join_sub_questions(search.selection, parts)
        return Findings(search, sub_searches, bounded(with_best_of_parts(joined, parts), self.reading))

    def search(self, query: Query, turns: Sequence[Turn], filters: Filters) -> Search:
        """Search for a question after the turns before it, but not for its sub-questions: scorers are fitted so."""
        return self._search_asked(query, self.carried_over(query, turns, filters), filters)

    def _search_by_names(self, query: Query, carried: CarriedOver | None, filters: Filters) -> Search:
        """Search for a question; if it is not surely answered, also under the plain name of a treaty that it names."""
        found = self._search_asked(query, carried, filters)
        if found.selection.confidence >= self.reading.scorers.thresholds.sure_confidence:
            return found
        other = under_other_name(query.asked.text)
        if not other:
            return found
        renamed = self._search_asked(self.query(Question(other, query.asked.language)), carried, filters)
        return max(found, renamed, key=lambda search: search.selection.confidence)

    def _search_asked(self, query: Query, carried: CarriedOver | None, filters: Filters) -> Search:
        """Search for a question as it is asked, behind the turns where it takes over something from them."""
        return self._search_follow_up(query, carried, filters) if carried else self._search(query, filters)

    def _search_follow_up(self, alone: Query, carried: CarriedOver, filters: Filters) -> Search:
        behind_last, encode_ms = timed(self._behind_last, alone, carried.turns)
        hits, retrieve_ms = timed(self._hits_of_follow_up, alone, behind_last, carried, filters)
        reading = self.reading.with_least(LEAST_OF_YES_OR_NO) if alone.asked.is_yes_or_no else self.reading
        return self._read(behind_last, hits, len(hits), carried.retrieve_ms + encode_ms + retrieve_ms, reading)

    def _behind_last(self, alone: Query, turns: Sequence[Turn]) -> Query:
        """Return the query of a question behind the last one, and behind the one on which that leans, if it does."""
        return make_query(alone.asked, self.encoder, turns, subject=self._of_subject(turns))

    def _of_subject(self, turns: Sequence[Turn]) -> Sequence[Turn]:
        """Return the turns from the last question on that leans on none before it."""
        first = len(turns) - 1
        while self.follow_ups and first > 0 and self._leans(self.encoder.encode_query(turns[first].question)):
            first -= 1
        return turns[max(first, 0) :]

    def _hits_of_follow_up(self, alone: Query, behind_last: Query, carried: CarriedOver, filters: Filters) -> list[Hit]:
        """Return the passages that the searches for a follow-up find.

        They are of later documents than the last answer where it asks for something newer, and near that answer where
        it names nothing, and then of no other countries.
        """
        turns = carried.turns
        behind_first = make_query(alone.asked, self.encoder, turns[:1]) if len(turns) > 1 else behind_last
        further = [make_query(Question(carried.further), self.encoder)] if carried.further else []
        hits = _united(
            [
                *(self._retrieve(query, filters)[:PASSAGES_ALONE] for query in (alone, *further)),
                self._retrieve(behind_last, filters)[:PASSAGES_BEHIND],
                self._retrieve(behind_first, filters)[:PASSAGES_BEHIND],
                carried.hits[:PASSAGES_OF_ANSWER],
            ]
        )
        is_newer = alone.asked.is_english and NEWER.search(alone.asked.text)
        if carried.document and is_newer:
            day = carried.document.published
            hits = [hit for hit in hits if day and self.generation.documents[hit.passage.document_id].published > day]
        if not alone.asked.names_nothing:
            return hits
        if carried.document:
            near = {hit.passage.document_id for hit in carried.hits}
            hits = [hit for hit in hits if hit.passage.document_id in near]
        if is_newer or names_place(alone.asked):
            return hits
        return hits_of_same_place(hits, carried.document, behind_last.searched, self.generation.documents)

    def _subject(
        self, turns: Sequence[Turn], whole: Sequence[Turn], filters: Filters
    ) -> tuple[int, list[Hit], Document | None]:
        """Return the number of the turn that a follow-up is about, the passages its words find, the document it quotes.

        It is the last turn that quotes a document, unless a question stands behind it that is no follow-up itself.
        `whole` are the turns with whole answers: an item of a list ("Chad") stands in many documents, and its passages
        in the one that the answer quotes come first.
        """
        for number in range(-1, -len(turns) - 1, -1):
            for turn in dict.fromkeys((turns[number], whole[number])):
                words = turn.answer_words
                hits = self._retrieve(make_query(Question(words), self.encoder), filters) if words else []
                if document := self._quoted_document(whole[number], hits):
                    is_item, id = turn != whole[number], document.id
                    return number, sorted(hits, key=lambda hit: is_item and hit.passage.document_id != id), document
            asked = make_query(Question(turns[number].question), self.encoder)
            if not self._leans(asked.vector):
                break
        return number, self._retrieve(asked, filters), None

    def _quoted_document(self, turn: Turn, hits: Sequence[Hit]) -> Document | None:
        """Return the document of the first sentence of an answer that one of these passages holds."""
        texts = [(hit.passage.document_id, " ".join(hit.passage.text.split())) for hit in hits]
        quoted = (id for sentence in quoted_sentences(turn.answer) for id, text in texts if sentence in text)
        id = next(quoted, None)
        return self.generation.documents[id] if id else None

    def _sub_searches(self, search: Search, carried: CarriedOver | None, filters: Filters) -> Iterator[Search]:
        """Search for the sub-questions of an English question, for those that lean on the first one as follow-ups.

        All those of a follow-up lean on its turns. If the question is answered with a confidence of SURE, it is only
        searched for parts that it asks one by one.
        """
        question, parts = search.query.asked, search.query.sub_questions
        before = carried.turns if carried else ()
        # Documents in which "it" is told: those near the last answer, else those of the first part.
        near: Collection[str] | None = {hit.passage.document_id for hit in carried.hits} if carried else ()
        asked_in_turn = any(without_added_words(text) in question.text for text in parts)
        if not question.is_english or (search.selection.confidence >= SURE and not asked_in_turn):
            return
        of_subject = self._of_subject(before)
        for text in parts:
            asked = Question(without_added_words(text))
            first = [Turn(parts[0])] if asked.text != text else []
            turns, subject = [*before, *first], [*of_subject, *first]
            query, encode_ms = timed(make_query, asked, self.encoder, turns, subject=subject)
            most_read = (MOST_READ - len(search.read)) // len(parts)
            is_near = bool(turns) and asked.names_nothing
            # "Who paid for it?" behind a course that no document tells of would be answered with the payer of another.
            if is_near and not near:
                near = documents_naming_most(Question(parts[0]), self._documents_of(search.hits))
            found = self._search(query, filters, encode_ms, most_read, near if is_near else None)
            near = near or {item.document.id for item in (*found.selection.evidence, *found.selection.more)}
            yield found

    def _documents_of(self, hits: Sequence[Hit]) -> list[Document]:
        return [self.generation.documents[id] for id in dict.fromkeys(hit.passage.document_id for hit in hits)]

    def _search(
        self,
        query: Query,
        filters: Filters,
        encode_ms: float = 0.0,
        most_read: int = MOST_READ,
        near: Collection[str] | None = None,
    ) -> Search:
        """Search for a query, among the documents of the ids `near`, where they are given."""
        hits, retrieve_ms = timed(self._retrieve, query, filters)
        hits = [hit for hit in hits if near is None or hit.passage.document_id in near]
        passages = min(passages_to_read(query, self.reading), most_read)
        return self._read(query, hits, passages, encode_ms + retrieve_ms)

    def _retrieve(self, query: Query, filters: Filters) -> list[Hit]:
        check_wanted()
        return retrieve(query, self.generation, filters=filters, fusion=self.fusion)

    def _read(
        self,
        query: Query,
        hits: Sequence[Hit],
        passages: int,
        retrieve_ms: float,
        reading: ReaderSettings | None = None,
    ) -> Search:
        """Read the first passages of the hits, of those that have the numbers of what is asked about.

        Where an introduction is asked for, passages that hold one come first. `reading` are other settings than usual.
        """
        if find := introduction_asked_for(query.asked):
            hits = introducing_first(hits, find, self.generation.documents)
        read = tuple(hits_with_numbers(query.asked, query.searched, hits, passages, self.generation.documents))
        selection, read_ms = timed(select_evidence, query, read, self.generation, reading or self.reading)
        if find:
            selection = with_introduction(selection, find)
        return Search(query, tuple(hits), read, selection, retrieve_ms, read_ms)


def _united(rankings: Iterable[Sequence[Hit]]) -> list[Hit]:
    """Return the hits of several rankings, each passage once with its best score, best first."""
    best: dict[int, Hit] = {}
    for hit in chain.from_iterable(rankings):
        if hit.row not in best or best[hit.row].score < hit.score:
            best[hit.row] = hit
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.passage.id))


def timed(step: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> tuple[Result, float]:
    """Call a step; return its result, and the milliseconds that it took."""
    begin = time.perf_counter()
    result = step(*args, **kwargs)
    return result, (time.perf_counter() - begin) * 1000
