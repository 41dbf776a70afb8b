"""How workers share the files of the tests: one has a browser and begins at one end, the others at the other end."""

from typing import Any

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling


class FromBothEnds(LoadFileScheduling):
    """Give the first worker the next file from the front, and all others the next from the back.

    A browser, its server and a test keep more than one core busy, and what waits for a process less than one: on two
    cores several browsers at a time are all slow, and two workers that wait leave something idle, so there are three.
    """

    def _assign_work_unit(self, node: Any) -> None:
        if node is not self.nodes[0]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def order(items: list[pytest.Item]) -> None:
    """Put files with a browser first, and those with slow tests at both ends: what is short is shared out last."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    browser = {item.path for item in items if item.get_closest_marker("browser")}

    def place(item: pytest.Item) -> int:
        if item.path in browser:
            return 0 if item.path in slow else 1
        return 3 if item.path in slow else 2

    items.sort(key=place)
