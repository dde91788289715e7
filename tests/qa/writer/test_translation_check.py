"""A translation by a language model is shown where its numbers, dates and names are those of the sentence."""

import json

import pytest

from embeddings import SentenceEncoder
from qa.evaluation.judging.suites import gold_file
from qa.writer.translation_check import can_be_checked, problem_with

OPENED = "A shelter for 40 trafficked children opened in Accra on 12 March 2015."
ASKED = "IOM appealed for US$2.5 million to take home about 1,000 people."
SWING = "IOM Director General William Lacy Swing visited two shelters in Kuala Lumpur, Malaysia."
POLICE = "The police do not keep figures."
INSIDE = "More than half of the child victims are trafficked inside their own country."
MOST = "Most of the women were Nigerien."
pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("text", "language", "translation"),
    [
        (OPENED, "fr", "Un refuge pour 40 enfants victimes de la traite a ouvert à Accra le 12 mars 2015."),
        (OPENED, "ru", "Приют на 40 детей, пострадавших от торговли людьми, открылся в Аккре (Accra) 12 марта 2015 г."),
        (OPENED, "ar", "افتُتح مأوى يضم ٤٠ طفلاً من ضحايا الاتجار في Accra في ١٢ آذار/مارس ٢٠١٥."),
        (OPENED, "zh", "2015年3月12日，一个收容40名被贩运儿童的收容所在Accra开放。"),
        (OPENED, "de", "Eine Unterkunft für 40 verschleppte Kinder wurde am 12. März 2015 in Accra eröffnet."),
        (
            ASKED,
            "fr",
            "L’OIM a lancé un appel de 2,5 millions de dollars pour ramener chez elles environ 1 000 personnes.",
        ),
        (ASKED, "es", "La OIM pidió 2,5 millones de dólares para llevar a casa a unas 1.000 personas."),
        (ASKED, "zh", "国际移民组织呼吁提供250万美元，将约1000人送回家。"),
        (
            SWING,
            "es",
            "El Director General de la OIM, William Lacy Swing, visitó 2 albergues en Kuala Lumpur (Malasia).",
        ),
        (POLICE, "ru", "Полиция не ведет статистики."),
        (MOST, "fr", "La plupart des femmes venaient du Niger."),
    ],
)
def test_a_close_translation_passes(
    text: str, language: str, translation: str, shipped_encoder: SentenceEncoder
) -> None:
    """Numbers in the digits and with the words of a language, its months, countries and acronyms are the same."""
    assert problem_with(text, translation, language, shipped_encoder) == ""


@pytest.mark.parametrize(
    ("text", "language", "translation", "problem"),
    [
        (OPENED, "fr", "Un refuge pour 400 enfants victimes de la traite a ouvert à Accra le 12 mars 2015.", "number"),
        (OPENED, "fr", "Un refuge pour 40 enfants victimes de la traite a ouvert à Accra le 12 mai 2015.", "date"),
        (OPENED, "fr", "Un refuge pour 40 enfants victimes de la traite a ouvert à Kumasi le 12 mars 2015.", "name"),
        (OPENED, "fr", "Un refuge pour 40 enfants du Togo a ouvert à Accra le 12 mars 2015.", "name"),
        (OPENED, "zh", "2015年5月12日，一个收容40名被贩运儿童的收容所在Accra开放。", "date"),
        (OPENED, "fr", "A shelter for 40 trafficked children opened in Accra on 12 March 2015.", "language"),
        (OPENED, "fr", "", "language"),
        (
            ASKED,
            "fr",
            "L’OIM a lancé un appel de 2,5 milliards de dollars pour ramener environ 1 000 personnes.",
            "number",
        ),
        (
            ASKED,
            "fr",
            "Le HCR a lancé un appel de 2,5 millions de dollars pour ramener environ 1 000 personnes.",
            "name",
        ),
        (SWING, "es", "El Director General de la OIM visitó 2 albergues en Kuala Lumpur (Malasia).", "name"),
        (SWING, "es", "William Lacy Swing, de la OIM, visitó dos albergues en Kuala Lumpur (Malasia).", "number"),
        (INSIDE, "ru", "Больше половины детей-убийственных являются транспортными.", "words"),
        (POLICE, "fr", "La police tient des statistiques précises.", "negation"),
        (MOST, "fr", "La plupart des femmes venaient du Nigéria.", "name"),
        (MOST, "fr", "La plupart des passeports sont à envoyer ici pour recevoir de l'argent.", "likeness"),
    ],
)
def test_another_number_date_or_name_is_refused(
    text: str, language: str, translation: str, problem: str, shipped_encoder: SentenceEncoder
) -> None:
    """So is what is in another language, denies no more, or speaks of something else."""
    assert problem_with(text, translation, language, shipped_encoder) == problem


def test_words_that_turn_what_is_said_are_neither_added_nor_dropped(shipped_encoder: SentenceEncoder) -> None:
    """Hardly a translation passes with a negation, "all", "only", "at least" or "before" turned; most others do."""
    passing: dict[bool, list[bool]] = {True: [], False: []}
    for row in map(
        json.loads, gold_file("checked_translations.jsonl", cure="").read_text(encoding="utf-8").splitlines()
    ):
        problem = problem_with(row["text"], row["translation"], row["language"], shipped_encoder)
        passing[row["kind"] == "supported"].append(not problem)

    assert sum(passing[True]) >= 0.85 * len(passing[True])
    assert sum(passing[False]) <= 0.05 * len(passing[False])


def test_a_language_without_names_of_months_is_not_translated_into() -> None:
    """Nothing could be checked."""
    assert (can_be_checked("sw"), can_be_checked("xx")) == (True, False)
