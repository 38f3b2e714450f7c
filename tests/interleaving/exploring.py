"""All orders, each once: dynamic partial-order reduction with sleep sets.

Flanagan and Godefroid, "Dynamic partial-order reduction for model checking software" (POPL 2005):
after each run, wherever two steps of it met, the later one is also tried before the earlier one.
Two orders that differ only in steps that do not meet are played as one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.interleaving.steps import Effect

Independent = Callable[[Effect, Effect], bool]


@dataclass
class Node:
    """A moment at which somebody is chosen; everyone has a number."""

    ready: tuple[int, ...]
    asleep: dict[int, Effect]  # whose step here has been seen in another order
    wanted: set[int] = field(default_factory=set)
    done: dict[int, Effect] = field(default_factory=dict)
    choice: int = 0
    text: str = ""  # of the step chosen


class Tree:
    """The path of the run that is played, and what is still to be tried along it."""

    def __init__(self, independent: Independent) -> None:
        self.independent = independent
        self.nodes: list[Node] = []
        self._depth = 0

    def begin(self) -> None:
        self._depth = 0

    def choose(self, ready: Sequence[int]) -> int | None:
        """Return who is to take a step; None if all that can follow has been seen."""
        if self._depth < len(self.nodes):
            node = self.nodes[self._depth]
            assert tuple(ready) == node.ready, "the same steps led elsewhere"
            return node.choice
        node = Node(tuple(ready), self._still_asleep())
        awake = [one for one in ready if one not in node.asleep]
        if not awake:
            return None
        node.choice = awake[0]
        node.wanted.add(node.choice)
        self.nodes.append(node)
        return node.choice

    def took(self, text: str, effect: Effect) -> None:
        """Note what the step was that had been chosen."""
        node = self.nodes[self._depth]
        assert node.text in {"", text}, f"the same steps led elsewhere: {text}, not {node.text}"
        node.text = text
        node.done[node.choice] = effect
        self._depth += 1

    def go_on(self) -> bool:
        """Turn to the next order; return whether there is one."""
        for place in range(len(self.nodes)):
            self._want_before(place)
        while self.nodes:
            node = self.nodes[-1]
            left = node.wanted.difference(node.done, node.asleep)
            if left:
                node.choice, node.text = min(left), ""
                return True
            self.nodes.pop()
        return False

    def _want_before(self, place: int) -> None:
        """Have the step at `place` tried before each earlier one that it meets."""
        later = self.nodes[place]
        effect = later.done[later.choice]
        for earlier in self.nodes[:place]:
            if earlier.choice == later.choice:
                continue
            if not self.independent(earlier.done[earlier.choice], effect):
                can = later.choice in earlier.ready
                earlier.wanted.update({later.choice} if can else earlier.ready)

    def _still_asleep(self) -> dict[int, Effect]:
        if not self.nodes:
            return {}
        before = self.nodes[-1]
        effect = before.done[before.choice]
        others = {**before.asleep, **before.done}
        return {
            one: had
            for one, had in others.items()
            if one != before.choice and self.independent(had, effect)
        }
