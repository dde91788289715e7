"""Make `docs/settings.md` of the settings in `qa/settings.py`: `PYTHONPATH=tests python -m settings_page`.

In: the fields of the settings with their defaults, examples and meaning. Out: the page, a table a group of settings.
"""

import re
from collections.abc import Iterator

from pydantic.fields import FieldInfo

from qa import Settings
from rooms import ROOT

PAGE = ROOT / "docs" / "settings.md"
INTRODUCTION = """# Settings

All are environment variables, read when a command or the server starts. `waymark` warns of a variable that begins with
`WAYMARK_` and is none of them. This page is made of `qa/settings.py`, and a test holds that it is current.
"""
HEADINGS = {  # by the first setting of each group
    "var": "Models and the index",
    "min_confidence": "Answers",
    "writer": "Language models",
    "database": "Keys, records and doors",
    "answering": "Help, and where the widget stands",
    "questions_at_work": "Under load",
    "metrics_from": "Figures and the log",
    "ocr": "Documents",
}


def settings_page() -> str:
    """Return the page."""
    return "\n".join([INTRODUCTION.rstrip(), *_lines(), ""])


def _lines() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        if name in HEADINGS:
            yield from ("", f"## {HEADINGS[name]}", "", "| setting | default | meaning |", "| --- | --- | --- |")
        meaning = re.sub(r"docs/([\w-]+\.md)", r"[\1](\1)", " ".join((field.description or "").split()))
        example = "".join(f" Example: `{example}`." for example in (field.examples or ())[:1])
        yield f"| `WAYMARK_{name.upper()}` | {_default(field)} | {meaning}{example} |"


def _default(field: FieldInfo) -> str:
    default = " ".join(field.default) if isinstance(field.default, tuple) else field.default
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`" if default is not None and str(default) else "none"


if __name__ == "__main__":
    PAGE.write_text(settings_page(), encoding="utf-8")
