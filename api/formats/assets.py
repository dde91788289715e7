"""The widget's files under an address that changes with them, since browsers keep them for a day.

In: the files under `static/`. Out: their version, and the widget's script, which loads the others by it: files of two
versions never meet in a page.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"


@cache
def version() -> str:
    """Return a short hash of all files."""
    digest = hashlib.sha256()
    for file in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def refusal_script(origin: str) -> str:
    """Return a script that tells the editor of a site, in its console, that the widget may not stand there."""
    message = (
        f"Waymark: this server does not allow its widget on {origin}. "
        "Whoever runs it can allow it by the setting WAYMARK_ALLOWED_ORIGINS."
    )
    return f"console.error({json.dumps(message)});"


@cache
def widget_script() -> str:
    """Return the widget's script, whose imports lead to the files of this version."""
    script = (STATIC / "widget.js").read_text(encoding="utf-8")
    return script.replace(' "./widget/', f' "./widget/{version()}/')
