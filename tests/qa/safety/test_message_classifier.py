"""The classifiers recognise people at risk, and small talk in a conversation, by a message's vector."""

from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest
import yaml

from doubles.fakes import HashingEncoder
from embeddings import SentenceEncoder
from qa import Settings
from qa.evaluation.judging.suites import GOLD, load_suite
from qa.query.question import Question
from qa.safety.distress_rules import in_distress
from qa.safety.message_classifier import DistressClassifier, SmallTalkClassifier


def test_the_classifier_tells_its_examples_apart(encoder: HashingEncoder, tmp_path: Path) -> None:
    """A message that is like the examples of one side falls on that side."""
    classifier = DistressClassifier(encoder, tmp_path / "vectors.sqlite")
    cry = encoder.encode_query("My employer in Dubai will not give my passport back and I want to leave")
    study = encoder.encode_query("How many boats sank off Libya in 2016?")

    assert classifier.predict(cry, by_rules=False)
    assert not classifier.predict(study, by_rules=False)
    assert not classifier.predict(study, by_rules=True)


@pytest.mark.model
def test_cries_for_help_of_other_writers_are_heard_in_25_languages(shipped_encoder: SentenceEncoder) -> None:
    """Of 1,060 messages by a writer of none of the examples, 97 of 100 cries are heard, 90 in each language.

    At most 4 of 100 questions about the same things are taken for one, and one of 60 on legal aid, traffickers'
    methods and what "you" can do goes astray.
    """
    classifier = DistressClassifier(shipped_encoder, Settings().cache)
    heard: defaultdict[tuple[str, bool], list[bool]] = defaultdict(list)
    for case in load_suite(str(GOLD / "unseen_messages.jsonl")).cases:
        message = Question(case.questions[0].question, case.language or "en")
        vector = shipped_encoder.encode_query(message.text)
        group = "astray" if case.group == "goes_astray" else message.language
        heard[group, bool(case.distress)].append(classifier.predict(vector, by_rules=in_distress(message)))
    cries = {language: fmean(of_language) for (language, distress), of_language in heard.items() if distress}
    others = [value for (_, distress), values in heard.items() if not distress for value in values]

    assert len(cries) == 25
    assert min(cries.values()) >= 0.9
    assert fmean(cries.values()) >= 0.97
    assert fmean(others) <= 0.04
    assert sum(heard["astray", False]) <= 1


@pytest.mark.model
def test_a_correction_is_no_cry_for_help_and_a_cry_that_begins_like_one_is(shipped_encoder: SentenceEncoder) -> None:
    """In 25 languages, 0.88 of the corrections and 0.82 of the complaints that no example is of show no card.

    Nearly all cries that begin like corrections show it, and so do offers of work that the writer doubts, in the six
    UN languages.
    """
    heard = _heard("corrections.yaml", shipped_encoder)

    assert fmean(heard["correction"]) <= 0.12
    assert fmean(heard["complaint"]) <= 0.18
    assert fmean(heard["cry"]) >= 0.98
    assert fmean(heard["offer"]) >= 0.9


@pytest.mark.model
def test_a_question_that_is_dropped_is_no_cry_for_help(shipped_encoder: SentenceEncoder) -> None:
    """In 25 languages, 0.93 of "never mind", "No, Kuwait." and their like show no card; cries as short show it."""
    heard = _heard("short_follow_ups.yaml", shipped_encoder)

    assert fmean(heard["follow_up"]) <= 0.07
    assert fmean(heard["cry"]) >= 0.97


@pytest.mark.model
@pytest.mark.parametrize(
    ("message", "is_offer"),
    [
        ("Mir wurde über TikTok ein Job als Hostess in Zürich angeboten, ohne Vertrag. Kann ich dem trauen?", True),
        ("Предложили работу в Таиланде оператором чата, 2000 долларов, жильё бесплатно. Не обманут ли?", True),
        ("朋友介绍我去缅甸做客服,月薪三万包吃住,靠谱吗?", True),
        ("How do fake recruiters on Telegram deceive job seekers?", False),
        ("Где найти список лицензированных агентств занятости?", False),
        ("联合国维也纳办事处有实习机会吗?", False),
    ],
)
def test_a_doubted_offer_of_work_is_heard_and_a_question_about_recruitment_is_not(
    message: str, is_offer: bool, shipped_encoder: SentenceEncoder
) -> None:
    """Who asks whether to go is shown the card before the trap closes."""
    vector = shipped_encoder.encode_query(message)

    assert DistressClassifier(shipped_encoder, Settings().cache).predict(vector, by_rules=False) is is_offer


@pytest.mark.model
@pytest.mark.parametrize(
    "message",
    [
        "that's so upsetting",
        "wow, that is dreadful",
        "qué cosa tan horrible",
        "c'est affreux, ces pauvres gens",
        "это просто чудовищно",
        "太令人难过了",
    ],
)
def test_a_reaction_is_no_cry_for_help(message: str, shipped_encoder: SentenceEncoder) -> None:
    """Pity and shock at what others suffer show no card."""
    vector = shipped_encoder.encode_query(message)

    assert not DistressClassifier(shipped_encoder, Settings().cache).predict(vector, by_rules=False)


@pytest.mark.model
@pytest.mark.parametrize(
    "message",
    [
        "thanks, you helped me a lot",
        "gracias, me ayudaste mucho",
        "I don't believe that",
        "я в это не верю",
        "أعطني الرابط",
    ],
)
@pytest.mark.parametrize("is_follow_up", [False, True])
def test_a_remark_about_an_answer_is_no_cry_for_help(
    message: str, is_follow_up: bool, shipped_encoder: SentenceEncoder
) -> None:
    """Thanks for help, doubt and wishes for the source show no card, with the turns before or without."""
    classifier, vector = DistressClassifier(shipped_encoder, Settings().cache), shipped_encoder.encode_query(message)

    assert not classifier.predict(vector, by_rules=False, is_follow_up=is_follow_up)


@pytest.mark.model
def test_a_cry_that_begins_like_a_remark_is_heard(shipped_encoder: SentenceEncoder) -> None:
    """In the six UN languages, 0.9 of the thanks and doubts, and all wishes for the source, show no card; cries do."""
    heard = _heard("remarks.yaml", shipped_encoder)

    assert fmean(heard["thanks"]) <= 0.1
    assert fmean(heard["doubt"]) <= 0.1
    assert not any(heard["source"])
    assert fmean(heard["cry"]) >= 0.93


@pytest.mark.model
@pytest.mark.parametrize("message", ["tell me more", "Could you go deeper?", "cuéntame más", "多说一点"])
def test_a_wish_for_more_is_no_small_talk(message: str, shipped_encoder: SentenceEncoder) -> None:
    """It is searched for with what was asked before, and neither a complaint nor a cry."""
    vector = shipped_encoder.encode_query(message)

    assert not DistressClassifier(shipped_encoder, Settings().cache).predict(vector, by_rules=False, is_follow_up=True)
    assert SmallTalkClassifier(shipped_encoder, Settings().cache).reason(vector) == ""


@pytest.mark.model
@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("what's the reference for this?", "source"),
        ("which report are you quoting?", "source"),
        ("c'est écrit où ?", "source"),
        ("когда это написано?", "source"),
        ("信息来源是什么？", "source"),
        ("you sure about this one?", "complaint"),
        ("tu en es bien certain ?", "complaint"),
        ("who took part in writing the report?", ""),
        ("when did the law come in?", ""),
        ("where did it take place?", ""),
        ("great, thanks! how long did it last?", ""),
        ("appreciate it. and after that?", ""),
    ],
)
def test_who_doubts_an_answer_or_asks_for_its_source_is_told_how_to_check_it(
    message: str, reason: str, shipped_encoder: SentenceEncoder
) -> None:
    """Nothing is searched for; a question about what documents tell is, with thanks before it too."""
    classifier = SmallTalkClassifier(shipped_encoder, Settings().cache)

    assert classifier.reason(shipped_encoder.encode_query(message)) == reason


@pytest.mark.model
@pytest.mark.parametrize(
    ("message", "is_plea"),
    [
        ("whom do I call, he is in the garden", True),
        ("quién nos abre la puerta, el dueño salió", True),
        ("打给谁,她在厨房", True),
        ("can't write much, he reads my messages", True),
        ("whom did the girl call in that story", False),
        ("¿quién abrió el albergue?", False),
        ("给我数字,老师在等", False),
    ],
)
def test_who_asks_in_haste_for_help_is_heard(message: str, is_plea: bool, shipped_encoder: SentenceEncoder) -> None:
    """Who has a minute to ask for a number, a person or a way out tells little of the case."""
    vector = shipped_encoder.encode_query(message)

    assert DistressClassifier(shipped_encoder, Settings().cache).predict(vector, by_rules=False) is is_plea


@pytest.mark.model
@pytest.mark.parametrize(
    ("message", "is_small_talk"),
    [
        ("gracias, me ayudaste mucho", True),
        ("merci, tu m'as bien aidé", True),
        ("谢谢,你帮了我大忙", True),
        ("bonjour, j'aimerais des chiffres sur le Mali", False),
        ("hi, what is trafficking", False),
        ("Nepal", False),
    ],
)
def test_thanks_are_small_talk_and_a_question_behind_a_greeting_is_not(
    message: str, is_small_talk: bool, shipped_encoder: SentenceEncoder
) -> None:
    """As a first message, too, where no question mark tells them apart."""
    classifier = SmallTalkClassifier(shipped_encoder, Settings().cache)

    assert (classifier.reason(shipped_encoder.encode_query(message)) == "small_talk") is is_small_talk


@pytest.mark.model
def test_a_question_about_the_bot_alone_takes_more_to_be_a_cry(shipped_encoder: SentenceEncoder) -> None:
    """Who only asks whether somebody will be told gets an answer; who tells of danger too is heard."""
    classifier = DistressClassifier(shipped_encoder, Settings().cache)
    question = shipped_encoder.encode_query("would you report me to the police")
    cry = shipped_encoder.encode_query("are you a person? he locks me in")

    assert classifier.predict(question, by_rules=False)
    assert not classifier.predict(question, by_rules=False, is_on_bot=True)
    assert classifier.predict(cry, by_rules=False, is_on_bot=True)


def _heard(name: str, encoder: SentenceEncoder) -> dict[str, list[bool]]:
    """Return whether each follow-up of a file shows the card, by kind."""
    classifier = DistressClassifier(encoder, Settings().cache)
    written = yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return {
        kind: [
            _is_heard(Question(text, language), classifier, encoder)
            for language in of_kind
            for text in of_kind[language]
        ]
        for kind, of_kind in written.items()
    }


def _is_heard(message: Question, classifier: DistressClassifier, encoder: SentenceEncoder) -> bool:
    vector = encoder.encode_query(message.text)
    return classifier.predict(vector, by_rules=in_distress(message), is_follow_up=True)


@pytest.mark.model
def test_small_talk_of_unseen_conversations_is_heard_and_questions_are_not_taken_for_it(
    shipped_encoder: SentenceEncoder,
) -> None:
    """Of conversations that no example is from, nearly all small talk is recognised, and at most one question in 50."""
    classifier = SmallTalkClassifier(shipped_encoder, Settings().cache)
    cases = [case for name in ("unseen_followups", "dialogues") for case in load_suite(name).cases]
    turns = [turn for case in cases for turn in case.questions[1:]]
    heard = {turn.question: bool(classifier.reason(shipped_encoder.encode_query(turn.question))) for turn in turns}
    talk = [heard[turn.question] for turn in turns if turn.small_talk]
    questions = [heard[turn.question] for turn in turns if not turn.small_talk]

    assert classifier.reason(shipped_encoder.encode_query("thx that helps a lot")) == "small_talk"
    assert classifier.reason(shipped_encoder.encode_query("that's wrong, you are wrong")) == "complaint"
    assert sum(talk) >= 0.9 * len(talk)
    assert sum(questions) <= 0.02 * len(questions)
