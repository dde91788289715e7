"""The language of a question: its script, its quotes, and messages of a few words."""

import pytest

from corpus.language.detection import language_after, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("日本2017年人口贩运受害者人数", "zh"),
        ("GLO.ACT项目由谁出资、由谁执行?", "zh"),
        ("澳门政府哪一年开设了庇护所？", "zh"),
        ("救命", "zh"),
        ("日本の人身取引", "ja"),
        ("한국 인신매매 피해자 人", "ko"),
        ("What does 人口贩运 mean?", "en"),
    ],
)
def test_han_script_without_kana_or_hangul_is_chinese(text: str, language: str) -> None:
    """The model takes Chinese for Japanese, Wu, or the language of a Latin name in it."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('Who runs the "No más trata" campaign?', "en"),
        ("Who started the “Corazón Azul contra la trata de personas”?", "en"),
        ("Who paid for ‘No más trata’ there?", "en"),
        ("¿Quién dirige la campaña «Stop Human Trafficking Now»?", "es"),
        ('"I am locked in a house"', "en"),
        ("«Меня заперли в доме»", "ru"),
    ],
)
def test_a_quote_counts_only_if_little_else_is_left(text: str, language: str) -> None:
    """The name of a foreign campaign does not tell in which language somebody asks."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ayudenme", "es"),
        ("ayúdenme", "es"),
        ("¡Auxilio!", "es"),
        ("me violan", "es"),
        ("secours", "fr"),
        ("aidez-moi", "fr"),
        ("pomogite", "ru"),
        ("спасите", "ru"),
        ("помогите", "ru"),
        ("заперли", "ru"),
        ("ёрдам беринг", "ru"),
        ("допоможіть", "uk"),
        ("көмектесіңіз", "kk"),
        ("مساعدة", "ar"),
        ("help", "en"),
        ("Palermo", "en"),
        ("bossaso puntland", "en"),
    ],
)
def test_a_word_or_two_tell_the_language(text: str, language: str) -> None:
    """Who writes only a cry for help gets the card in their language, not in English or a neighbour's."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("who met the travel costs?", "en"),
        ("who pays", "en"),
        ("how much?", "en"),
        ("and who pays for them?", "en"),
        ("how long do traffickers go to prison", "en"),
        ("why not simply a phone line?", "en"),
        ("wie betaalde de reiskosten?", "nl"),
        ("hvem betalte for rejsen?", "da"),
        ("qui paie pour eux ?", "fr"),
        ("so what macht ihr gegen Menschenhandel in Deutschland?", "de"),
    ],
)
def test_a_short_question_with_an_english_question_word_is_english(text: str, language: str) -> None:
    """The model takes few words for Dutch, French, Spanish or Thai; what it is sure of stays so."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "earlier", "language"),
    [
        ("who pays?", ["Where is the shelter in Baku?", "why?"], "en"),
        ("Et en 2019 ?", ["Combien de victimes ont été aidées au Pérou ?"], "fr"),
        ("and how many women came to the course?", ["Qui a organisé le cours de Minsk ?"], "en"),
        ("Combien coûte ?", ["Where is the shelter in Baku?"], "fr"),
        ("auxilio", ["Where is the shelter in Baku?"], "es"),
        ("谁付钱？", ["Where is the shelter in Baku?"], "zh"),
    ],
)
def test_few_words_are_in_the_language_of_the_texts_before(text: str, earlier: list[str], language: str) -> None:
    """Alone, "Et en 2019 ?" may be Spanish too; longer texts, other scripts, accents and lone words tell their own."""
    assert language_after(text, earlier) == language
