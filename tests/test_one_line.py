"""One line is one line: an entry in a registry is found in the help, in the form or the select box, and works."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.one_line import CASES, add

OTHERS = ["onnxruntime", "torch", "streamlit.testing.v1"]
"""What the program takes seconds to import of other people's, and what its registries hold nothing of."""


@pytest.fixture(scope="module")
def fresh() -> Iterator[ProcessPoolExecutor]:
    """A process for each case, with nothing of the program in it: all fork from one that has imported the others."""
    context = get_context("forkserver")
    context.set_forkserver_preload(OTHERS)
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as processes:
        yield processes


@pytest.mark.slow
@pytest.mark.parametrize("registry", CASES)
def test_one_entry_is_all_that_it_takes(registry: str, tmp_path: Path, fresh: ProcessPoolExecutor) -> None:
    fresh.submit(add, registry, tmp_path).result(300)
