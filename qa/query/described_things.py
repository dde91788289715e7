"""Take a list of described things apart, each of which holds a name: "the shelter in Baku or the one in Kuwait".

In: a clause of an English question. Out: the clause once for each thing, with the words that all things share.
Left out: lists of bare names and years, and clauses one after another (decomposition).
"""

import re
from calendar import month_name

from corpus.language.countries import countries_named
from qa.query.vocabulary import any_of, vocabulary

ENGLISH = vocabulary("en")
JOINT = r"(?:\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or|versus|vs\.?|than|compared (?:with|to))\s+)"
PREPOSITION = r"(?:in|on|at|by|for|to|into|with|from|of|after|before|during|against|around|under|near)\b"
ARTICLE = r"(?:the|an?)\b"
QUESTION = rf"{any_of(ENGLISH.question_words)}\b(?:\s+(?:many|much)\b)?"
NAME = re.compile(rf"\b(?!(?:I|{'|'.join(month_name[1:])})\b)[A-Z][\w'’-]*(?:\s+\d[\w-]*)*")
WORD = re.compile(r"[\w'’-]+")
SENTENCE_START = re.compile(r"[A-Z](?![A-Z-])")  # a capital that tells no name, unlike those of an acronym
ORGAN = re.compile(r"[A-Z]\w+ (?:of|for|on) [A-Z]\w+(?:, [A-Z]\w+)* and [A-Z][a-z]\w*")
# Organisations that act together, unless they are compared.
ACRONYM = r"(?:the )?(?:IOM|ILO|UN|UNDP|UNHCR|UNICEF|UNFPA|UNODC|INTERPOL|OSCE|OHCHR|EU|USAID|WFP|WHO|FAO|ASEAN)\b"
ORGANISATIONS = re.compile(rf"\b{ACRONYM}(?:, {ACRONYM})*,? and {ACRONYM}")
COMPARES = re.compile(r"\b(?:compar\w+|differ\w*|each|respectively|versus|vs)\b", re.IGNORECASE)
# Two of which one thing is told: "the border between Ghana and Togo".
BETWEEN = re.compile(r"\b(between (?:the )?[A-Z][^,;:?\d]*?) and ")
# Small words inside a name, behind the first of its words: "de" of "Rio de Janeiro", "d'" of "Côte d'Ivoire".
SMALL = "{0}d['’]|{0}(?:au|da|das|de|del|des|di|dos|du|van|von)(?:{0}(?:den|der|la|las|le|les|los))?{0}"
SMALL_WORDS = re.compile(rf"(\b[A-Z][\w’'-]*)({SMALL.format(' ')})(?=[A-Z])")
JOINED_SMALL_WORDS = re.compile(rf"(?<=\w)(?:{SMALL.format('_')})(?=[A-Z])")
# What is left out when the same is asked of a further thing: "and what [happened] at".
REPEATED = re.compile(
    rf"\b({QUESTION})\b(.*?),?\s+and\s+(?:{PREPOSITION}\s+)?\1\s+(?=(?-i:{PREPOSITION}\s+(?:[a-z]+\s+)?[A-Z]))",
    re.IGNORECASE,
)
# Words that stand for another thing: "the one in Peru".
STAND_IN = re.compile(rf"^(?:the ones?|that|those)\s+(?={PREPOSITION})")
COMPARED = re.compile(r"(?:(?<=differ)|(?<=differs)|(?<=different))\s+from\s+|(?<=compare)\s+(?:with|to)\s+|\s+than\s+")
ASKED = re.compile(
    rf"\s*(?:{PREPOSITION}\s+)?{any_of([*ENGLISH.question_words, *ENGLISH.auxiliaries])}\b", re.IGNORECASE
)
SUBJECT = re.compile(rf"\b{any_of(ENGLISH.auxiliaries)}\s+$", re.IGNORECASE)  # what follows is the subject of a verb
TAIL = re.compile(rf"\s+{PREPOSITION}[^A-Z]*$|[\s?.!]*$")
END = re.compile(rf"\s+{any_of(ENGLISH.auxiliaries)}\s.*|[\s?.!]*$")
MAX_WORDS = 3  # between the article and the name of a thing: "the workshop of the OSCE"
FAR = 3  # words at most between the last name of a thing and the name of the next
NEAR = 2  # words at most between the names of one thing


def before_colon(clause: str) -> list[str]:
    """Return what is asked after a colon of each of the things that are listed before it.

    >>> before_colon("AVRR, the Initiative and the returns from Libya: how large is each?")
    ['AVRR: how large is each?', 'the Initiative: how large is each?', 'the returns from Libya: how large is each?']
    """
    listed, _, asked = clause.partition(":")
    pieces = _pieces(listed)
    several = len(pieces) > 1 and NAME.search(pieces[0]) and ASKED.match(asked)
    return [f"{piece}:{asked}" for piece in pieces] if several else []


def described_things(clause: str) -> list[str]:
    """Return a clause once for each described thing that it lists or compares; nothing where it does not.

    >>> described_things("Which is bigger, the shelter in Baku or the government shelter in Kuwait?")
    ['Which is bigger, the shelter in Baku?', 'Which is bigger, the government shelter in Kuwait?']
    >>> described_things("How many came to the course in Accra and what did they learn?")
    []
    """
    if not SENTENCE_START.match(clause):
        return _compared(clause) or _listed(clause)
    lowered = clause[0].lower() + clause[1:]
    parts = _compared(lowered) or _listed(lowered)
    return [clause[0] + part[1:] if part[0] == lowered[0] else part for part in parts]


def join_names(text: str) -> str:
    """Return a text in which a country or an office with "and" in its name is one word, as are what acts together.

    `part_names` undoes it.

    >>> join_names("the Ministry of Labour and Social Affairs and Trinidad and Tobago")
    'the Ministry of Labour_and_Social Affairs and Trinidad_and_Tobago'
    >>> join_names("How do IOM, ILO and UNHCR help in the US and UK?")
    'How do IOM,_ILO_and_UNHCR help in the US and UK?'
    """
    compares = COMPARES.search(text) is not None
    joint = [] if compares else ORGANISATIONS.findall(text)
    organs = [organ for organ in (*ORGAN.findall(text), *joint) if not countries_named(organ, "en")]
    text = text if compares else BETWEEN.sub(r"\1_and_", text)
    for name in [*countries_named(text, "en"), *organs]:
        text = text.replace(name, name.replace(" and ", "_and_").replace(", ", ",_"))
    return text


def join_small_words(clause: str) -> str:
    """Return a clause in which a small word of a name is joined to its neighbours; `part_names` undoes it.

    >>> join_small_words("in Togo and Côte d'Ivoire")
    "in Togo and Côte_d'Ivoire"
    """
    return SMALL_WORDS.sub(lambda match: match[1] + match[2].replace(" ", "_"), clause)


def without_repeated_question(text: str) -> str:
    """Return a text without a question word that is repeated to ask the same of another thing.

    >>> without_repeated_question("What happened at the Kabul course and what at the Nadi workshop?")
    'What happened at the Kabul course and at the Nadi workshop?'
    """
    return REPEATED.sub(r"\1\2 and ", text)


def part_names(text: str) -> str:
    """Return a text with the words that `join_names` and `join_small_words` joined."""
    parted = JOINED_SMALL_WORDS.sub(lambda match: match[0].replace("_", " "), text)
    return parted.replace("_and_", " and ").replace(",_", ", ")


def _compared(clause: str) -> list[str]:
    """Return a clause for what stands before "differ from" or "than", and for what stands behind, in its place.

    >>> _compared("was the course in Peru cheaper than the one in Chile?")
    ['was the course in Peru cheaper?', 'was the course in Chile cheaper?']
    """
    left, *others = COMPARED.split(clause, maxsplit=1)
    names = list(NAME.finditer(left))
    if not others or not names or not NAME.search(others[0]):
        return []
    right = STAND_IN.sub("", others[0])
    start, end = _start(left, right), _found(TAIL, right)
    if start is None:
        return []
    thing, tail = right[:end], right[end:]
    between = [word for word in left[names[-1].end() :].split() if word not in thing.split()]
    return [left + tail, " ".join([left[:start] + thing, *between]) + tail]


def _listed(clause: str) -> list[str]:
    """Return a clause for each thing that it lists with "and" or "or".

    >>> _listed("how have the Blue Heart campaign and the Miss Ghana contest helped?")
    ['how have the Blue Heart campaign helped?', 'how have the Miss Ghana contest helped?']
    """
    pieces = _pieces(clause)
    if not NAME.search(pieces[0]):
        pieces = pieces[1:]
    if pieces and not STAND_IN.match(pieces[0]):
        pieces = [STAND_IN.sub("", piece) for piece in pieces]
    start = _start(pieces[0], pieces[1]) if pieces[1:] else None
    if start is None:
        return []
    head = clause[: clause.index(pieces[0])] + pieces[0][:start]
    things = [pieces[0][start:], *pieces[1:]]
    shared = TAIL if re.match(PREPOSITION, things[-1]) else END
    end = _end(things[0], things[-1]) if SUBJECT.search(head) else _found(shared, things[-1])
    return [head + thing + things[-1][end:] for thing in [*things[:-1], things[-1][:end]]]


def _pieces(text: str) -> list[str]:
    """Return the pieces of a text between its joints, each but perhaps the first with a name.

    >>> _pieces("courses for Thai police, Lao officials and social workers and in Peru")
    ['courses for Thai police', 'Lao officials and social workers', 'in Peru']
    """
    first, *others = re.split(f"({JOINT})", text)
    pieces = [first]
    for joint, piece in zip(others[::2], others[1::2], strict=True):
        if NAME.search(piece):
            pieces.append(piece)
        else:
            pieces[-1] += joint + piece
    return pieces


def _start(left: str, right: str) -> int | None:
    """Return where the thing starts that ends `left`: with a preposition, an article or a name, as `right` does.

    >>> _start("who works in the port of Accra", "in the villages of Togo")
    10
    >>> _start("who works in the port of Accra", "leads it") is None
    True
    """
    if preposition := re.match(PREPOSITION, right):
        starts = list(re.finditer(rf"\b{preposition[0]}\s(?=.*{NAME.pattern})", left))
        return starts[-1].start() if starts else None
    if re.match(ARTICLE, right):
        own = rf"^{ARTICLE}|\b{ARTICLE}\s+(?:[a-z’'-]+\s+){{0,{MAX_WORDS}}}(?=[A-Z])"
        start = re.search(own, left) or NAME.search(left)
        return start.start() if start else None
    names = list(NAME.finditer(left))
    if not names or not NAME.match(right) or len(left[names[-1].end() :].split()) > FAR:
        return None
    article = re.search(rf"\b{ARTICLE}\s+$", left[: names[0].start()])
    return article.start() if article else names[0].start()


def _end(first: str, last: str) -> int:
    """Return where the last thing of a list ends: with the last word of the first, or as many words after its name.

    >>> _end("the Blue Heart campaign", "the Miss Ghana contest helped?")
    22
    """
    if same := re.search(rf"\b{re.escape(WORD.findall(first)[-1])}\b", last):
        return same.end()
    names = list(NAME.finditer(last))
    end = names[0].end()
    for name in names[1:]:
        if len(last[end : name.start()].split()) > NEAR:
            break
        end = name.end()
    after = len(WORD.findall(NAME.split(first)[-1])) if NAME.search(first) else 0
    words = [*WORD.finditer(last, end)][:after]
    return words[-1].end() if words else end


def _found(pattern: re.Pattern[str], text: str) -> int:
    """Return where a pattern is found in a text; its end where it is not."""
    return found.start() if (found := pattern.search(text)) else len(text)
