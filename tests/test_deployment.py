"""The files by which Waymark is deployed are clean by the linters of their kinds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_EXPOSED = 20  # tenths, of 100, as `systemd-analyze security` counts


def run(*command: str | Path) -> str:
    """Return what a linter complains of; nothing where all is well."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr if ran.returncode else ""


def test_the_dockerfile_is_clean() -> None:
    """It has no fault that hadolint knows."""
    assert run("hadolint", "Dockerfile") == ""


@pytest.mark.parametrize("file", ["compose.yaml", "docs/deployment/compose.milvus.yaml"])
def test_the_compose_files_have_the_form_of_their_specification(file: str) -> None:
    """No key is misspelt and no value is of a wrong type."""
    assert run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file) == ""


def test_the_unit_of_systemd_is_valid_and_takes_rights_away(tmp_path: Path) -> None:
    """Each line is known to systemd, and what is left to a service that was taken over is little."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("not part of the project: systemd is not installed")
    unit = tmp_path / "waymark.service"
    text = (ROOT / "docs" / "deployment" / unit.name).read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/waymark/bin/waymark", "/bin/true"), encoding="utf-8")

    assert run("systemd-analyze", "verify", unit) == ""
    assert run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit) == ""
