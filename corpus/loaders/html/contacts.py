"""Tell whether a line of a web page says whom to call or to write to.

In: a text in any language. Out: yes or no; rather yes, since such a line is never dropped.
"""

import re

# A letter may touch a number in Chinese, and a preposition in Arabic.
NUMBER = re.compile(r"(?<![a-zA-Z\d_.,/+-])(?:\+|00)?\(?\d(?:[\s().\-–/]{0,2}\d){6,14}(?![\w%])")
NO_NUMBER = re.compile(  # years, dates, amounts
    r"\(?(?:19|20)\d\d\s*[-–/]\s*(?:19|20)\d\d\)?$|\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
    r"|[1-9]\d{0,2}(?:[ .,]\d{3})+$"
)
NO_QUANTITY = re.compile(
    r"(?<![\w.,:/+-])(?<!\d\s)0(?:\d{2,5}|0-\d\d)(?![\w.,:/-]*\d|\w)"
)  # since it begins with a zero
SHORT_NUMBER = re.compile(
    r"(?<![\w.,/+-])(?!(?:19|20)\d\d(?!\d))(?:\*?\d{3,6}#?|\d{1,3}(?:[\s-]\d{2,3}){1,2})(?![\w%,.]\d|\w)"
)
MAIL = re.compile(r"\S@\S+\.\w")
CALL = re.compile(
    r"☎|📞|✆|\b(?:hot ?lines?|help ?lines?|call|dial|phone|tel|whatsapp|sms|toll[- ]free|emergency|contact)\b"
    r"|\b(?:appel|numéro|téléphon|ligne|llam|línea|teléfono|marque|горяч|телефон|контакт|звон|позвон|линия довер)"
    r"|اتصل|هاتف|الخط|خط |الرقم|رقم|热线|电话|拨打|致电|求助|電話|전화"
    r"|\b(?:notruf|ruf|anruf|ligue|disque|telefon|numero verde|simu|piga|hubungi|acil)",
    re.I,
)


def holds_contact(text: str) -> bool:
    """Return whether a text holds a telephone number, a short one that it says to call, or an address for mail.

    >>> holds_contact("Call 116 000"), holds_contact("Police: 00-17"), holds_contact("Ask help@shelter.example")
    (True, True, True)
    >>> holds_contact("Report 2019-2024"), holds_contact("1 200 000 people"), holds_contact("Visits: 5121")
    (False, False, False)
    """
    if MAIL.search(text) or NO_QUANTITY.search(text):
        return True
    if any(not NO_NUMBER.match(match[0].strip()) for match in NUMBER.finditer(text)):
        return True
    return CALL.search(text) is not None and SHORT_NUMBER.search(text) is not None
