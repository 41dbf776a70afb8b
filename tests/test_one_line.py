"""One line is one line: an entry in a registry is found in the help, in the form or the select box, and works."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.one_line import CASES
from tests.running import ROOT


@pytest.mark.slow
@pytest.mark.parametrize("registry", CASES)
def test_one_entry_is_all_that_it_takes(registry: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.one_line", registry, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
