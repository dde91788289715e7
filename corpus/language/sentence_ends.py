"""Decide whether a sentence ends at a mark, such as a full stop after an abbreviation, an initial or a number.

In: the words before a place where a sentence may end, and those after it. Out: whether it ends there.
Left out: where such places are (sentences). The tables hold what sentencex, with its English list, does not know; one
table serves all languages, as documents mix them, and what follows an abbreviation tells more than its language.
"""

import re

# "1.1", "GLO.ACT", "iom.int": a letter or digit follows the mark at once.
INSIDE_NAME = re.compile(r"[.!?]\w")
# What has no word is no sentence, but the number or mark of the next: "4.2. The State shall", "… They left."
NO_WORD = re.compile(r"[\W_]*+(?:\d{1,3}\.)*+\W*+")
# The number of a clause ("two things: 1. Shelter; 2. Food"), and Thai and Lao, whose sentences end with the line.
NEVER_AN_END = re.compile(r"[:;]\s\d{1,2}\.$|[\u0e00-\u0eff]\.$")
NAME_WITH_MARK = re.compile(r"\b(?:IOM X|Yahoo)!$")
# “Where do we go?” Amina asked.
SPEECH = re.compile(r"[?!][”\"’»]$")
SPEAKER = re.compile(r"(?:\w+\s){1,3}(?:added|asked|cried|replied|said|says|shouted|whispered|wondered)\b")

# Titles, and words that need the next one: "Sra. López", "np. Polacy", "ул. Ленина".
NEVER_LAST = frozenset(
    """
    al attn cf e.g i.e viz vs
    mm p.ex
    arq d dña dra ee excmo gral ing lic p.ej sra srta
    dres eng exma exmo profa
    avv dott dott.ssa p.es prof prof.ssa sig sig.ra sigg
    bzw d.h evtl fr frl ggf hr mio mrd sog u.a vgl z.b
    bijv dhr mevr mw
    ks m.in mgr np tj tzn ul zob
    акад вул див доц им ім напр проф просп см т.е т.к тов ул
    av bkz doç müh öğr örn sn yrd
    डॉ प्रो श्री श्रीमती ড ডা মো প্রফ
    bi bpk bw gng jl mhe pgs ths tp
    ዓ.ም ዓ.ዓ
    """.split()  # noqa: SIM905
)
# Abbreviations only before a number: "no. 55", but "The answer was no. The boat sailed on."
BEFORE_NUMBER = frozenset(
    """
    add annex app approx appr aprox art arts ave c ca cap ch chap cl corr est ext fig figs fn max min n no nos nr num
    núm p par para paras pg pp rev sec secs sect t tab tabl tel v vol vols
    al ann env inc liv
    cláus ed fls pág págs párr párrs tít
    abs bd kap rn rz s ziff
    blz dz pag pagg poz rys str ust
    абз вып гл изд мал п пп пункт рис розд с ст стр т табл тел ч
    bkz cilt md sf sy
    ج ص ط ع ق
    blg hal hlm
    """.split()  # noqa: SIM905
)
NUMBER = re.compile(r"[\d§№]|(?:[IVXLC]{2,}|[VX])\b")
# "And so on": a capital letter after it begins a sentence.
AND_SO_ON = re.compile(r"\b(?:etc|ecc|enz|usw|dll|itd|itp|v\.v|n\.k|vb|т\.\s?[дп])\.$", re.IGNORECASE)
THAT_IS = re.compile(r"\bт\.\s?[ек]\.$")
# The year, the century: "в 2003 г.", "XX в.", "w 2003 r."; without a number, "г. Омск" is a title.
YEARS = frozenset(("г", "гг", "в", "вв", "р", "рр", "ст", "r", "w", "م"))
NUMBERED_YEAR = re.compile(r"(?:\d|\b[IVX]+)\s?\w{1,2}\.$")
FEW_WORDS = 3  # "В 2015 г." is no sentence yet
# Capital letters, and letters of scripts without capitals: "J. A.", "U.S.", "А. С.", "أ.د."; and small Cyrillic ones,
# which stand for words ("с. Ивановка"), but for "я". Chinese, Japanese and Korean have words of one character.
INITIAL = r"[^\W\d_a-zя\u1100-\u11ff\u3040-\u9fff\uac00-\ud7a3]"
INITIALS = re.compile(rf"(?:{INITIAL}\.-?)*{INITIAL}")
# Words that open a sentence and are seldom part of a name: "in the U.S. It", against "the U.S. Department".
OPENER = re.compile(
    r"""["“«(\[¿¡]?(?:
    A|After|All|Although|An|And|As|At|Because|Before|Both|But|By|Each|Every|For|From|He|Her|His|How|However|I|If|In|It|Its|Many
    |Most|My|No|Nobody|None|On|One|Only|Others|Our|She|Since|So|Some|Such|That|The|Their|Then|There|These|They|This|Those|To|We
    |What|When|Where|Which|While|Who|Why|With|You|Your
    |Ce|Ces|Cette|Dans|Elle|Elles|En|Il|Ils|Les|Leur|Mais|Nous|On|Pour|Un|Une|Vous
    |Con|El|Ella|Ellas|Ellos|Ese|Esta|Este|Esto|La|Las|Lo|Los|Muchos|Nadie|Para|Pero|Por|Se|Su|Sus|También|Todos
    |Aber|Auch|Das|Dem|Den|Der|Die|Dies|Diese|Doch|Ein|Eine|Er|Es|Ihr|Ihre|Im|Man|Sie|Viele|Wir
    |Ela|Elas|Ele|Eles|Mas|Não|Os|Gli|Non|Si|Una
    |А|Был|Была|Были|В|Все|Для|Его|Если|Её|И|Из|Их|К|Как|На|Но|О|Он|Она|Они|Оно|По|После|При|С|Так|Там|Эта|Эти|Это|Этот
    |Але|Вони|Вона|Воно|Він|До|З|За|У|Це|Цей
    )\b(?!\.)""",
    re.VERBOSE,
)
# "am 3. Mai", "im 21. Jahrhundert", "den 1. Januar": an ordinal number of German or a neighbour stands between such
# a word and a capital letter, or before a month. "I am 17." is English.
DAY = re.compile(r"\b\d{1,2}\.$")
ORDINAL = re.compile(
    r"\b(?:(?<!I )am|im|vom|zum|zur|beim|der|die|das|dem|den|des|bis|ab|seit|ins)\s\d{1,2}\.$", re.IGNORECASE
)
MONTH = re.compile(r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
# "8 a.m. Monday", "5 p.m. GMT"
CLOCK = frozenset(("a.m", "p.m"))
AFTER_CLOCK = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|(?:[ECMPW][ADE]?S?T|GMT|UTC)\b")
# The word before the stop, without an article: "l'art.", "dell'art."; the "s" of "John's." is none.
WORD = re.compile(r"(?:(?<![^\s(\[{«“\"„‘/–—])|(?<=\b[dlDL]['’])|(?<=\ball['’])|(?<=\bdell['’]))[^\s'’(\[{«“\"„‘/–—]+$")
SYMBOL = re.compile(r"/\S*$")  # of a document of the United Nations: "A/79/7/Add.1"


def is_end(before: str, after: str, note: str = "") -> bool:
    """Return whether a sentence that ends like `before` is whole when `note`, a footnote mark, and `after` follow.

    >>> is_end("See art.", " 5 of the law."), is_end("She works in the U.S.", " It pays little.")
    (False, True)
    >>> is_end("It lasts for 45 days.", " It can", note="3"), is_end("See A/79/7/Add.", " It was", note="1")
    (True, False)
    """
    sentence, following = before.strip(), after.lstrip()
    if following[:1].islower() or INSIDE_NAME.match(before[-1:] + after[:1]):
        return False
    if NO_WORD.fullmatch(sentence) or NEVER_AN_END.search(sentence):
        return False
    if SPEECH.search(sentence) and SPEAKER.match(following):
        return False
    if NAME_WITH_MARK.search(sentence):
        return bool(OPENER.match(following))
    if note[:1].isdigit() and (SYMBOL.search(sentence) or _last_word(sentence).casefold() in BEFORE_NUMBER):
        return False
    return not sentence.endswith(".") or _is_full_stop(sentence, following)


def _is_full_stop(sentence: str, following: str) -> bool:
    """Return whether the stop after the last word, number or abbreviation of a sentence is its end."""
    last = _last_word(sentence)
    word = last.casefold()
    if (word in CLOCK and AFTER_CLOCK.match(following)) or (word in BEFORE_NUMBER and NUMBER.match(following)):
        return False
    if AND_SO_ON.search(sentence):
        return True
    if word in YEARS and NUMBERED_YEAR.search(sentence):
        return len(sentence.split()) > FEW_WORDS
    is_ordinal = DAY.search(sentence) and (MONTH.match(following) or ORDINAL.search(sentence))
    needs_more = word in NEVER_LAST or word in YEARS or INITIALS.fullmatch(last) or THAT_IS.search(sentence)
    return not (is_ordinal or needs_more) or bool(OPENER.match(following))


def _last_word(sentence: str) -> str:
    """Return the last word of a sentence without its full stop, or "" where it ends otherwise."""
    found = WORD.search(sentence[:-1])
    return found[0] if found else ""
