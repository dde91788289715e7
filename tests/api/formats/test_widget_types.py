"""The types of the widget are those of the API."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from api.openapi import models

ROOT = Path(__file__).parents[3]
TYPES = ROOT / "api" / "static" / "widget" / "api.d.ts"


def test_types_name_every_field_of_the_api() -> None:
    """The generated file has the models of the API with their fields, in the same order."""
    described = json.loads(models())["components"]["schemas"]
    written = re.findall(r"^ {8}(\w+): \{\n(.*?)^ {8}\};", TYPES.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    fields = {name: re.findall(r"^ {12}(?:readonly )?(\w+)\??:", body, re.MULTILINE) for name, body in written}

    assert fields == {name: list(model["properties"]) for name, model in described.items() if "properties" in model}


@pytest.mark.skipif(
    not (shutil.which("npm") and (ROOT / "node_modules").is_dir()),
    reason="`make check-widget` checks this with Node.js",
)
@pytest.mark.process
def test_types_are_current() -> None:
    """Generated anew, the file is the same, byte for byte; `make widget-types` writes it."""
    check = ["npm", "run", "--silent", "types", "--", "--check"]
    result = subprocess.run(check, cwd=ROOT, input=models(), text=True, capture_output=True, check=False)

    assert result.returncode == 0, result.stderr
