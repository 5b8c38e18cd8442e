"""Long sentences made of short ones: training sentences joined by "and", "while", commas.

Real sentences are longer than written examples, and the evidence is often one late clause among clauses that say
nothing, or that tell of something else.
Joined ones teach that length alone means nothing, that one clause is enough, and that one event does not deny another.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.classifier.heads import ABOUT, HEADS
from monitor.records import LABELS
from monitor.training.examples import Example

MANY = 8000
_SILENT = 0.65  # share of joined sentences that say nothing of any label, as most long sentences of a newspaper do
_SEVERAL = 0.5  # of the others: two of their parts are drawn from all, so that many of them tell of two things
_JOINTS = {"ar": ("، و", "، فيما ", "، ", "، بينما "), "en": (", while ", ", and ", ", ", "; ", ", as ")}
_TOLD = [number for number, head in enumerate(HEADS) if head in LABELS or head.startswith(ABOUT)]


def joined(
    examples: Sequence[Example], texts: Sequence[str], targets: NDArray[np.int64], many: int = MANY, draw: int = 0
) -> tuple[list[str], NDArray[np.int64]]:
    """`many` joined sentences with the union of their labels. The same examples and draw give the same sentences."""
    dice = np.random.default_rng(draw)
    silent = np.asarray(targets[:, _TOLD].sum(axis=1) == 0)
    pools = {
        language: np.array([place for place, example in enumerate(examples) if example.language == language])
        for language in _JOINTS
    }
    made: list[str] = []
    labels: list[NDArray[np.int64]] = []
    for number in range(many):
        language = ("ar", "en")[number % 2]
        pool = pools[language]
        chosen = dice.choice(pool[silent[pool]], int(dice.choice((2, 2, 3, 4))))
        if dice.random() > _SILENT:
            telling = dice.permutation(len(chosen))[: 2 if dice.random() < _SEVERAL else 1]
            chosen[telling] = dice.choice(pool, len(telling))
        joint = str(dice.choice(_JOINTS[language]))
        made.append(joint.join(texts[place].rstrip(".") for place in chosen))
        labels.append(targets[chosen].max(axis=0))
    return made, np.array(labels)
