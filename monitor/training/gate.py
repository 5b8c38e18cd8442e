"""Whether a candidate may serve: decided by counts alone, and told in words. Pure.

Pinned sets: over all of them together at most one report more may be missed, and at most one false alarm more may ring,
than by the model that serves; and the same beside the model that came with the program, so that many small steps down
cannot add up. One, because the sets hold some 600 reports and one of them is the least that can change: another draw of
the same sentences moves several.

Held-out reviews: recall less the share of false alarms must not fall. Counting mistakes alone would not do: where most
reviewed reports are events, a model that rings at everything makes fewer mistakes. Nor may their order get worse, the
share of pairs of which the event is found likelier: older reviews that were turned round raise the words of both.

All reviews: whoever reviews corrects the model here and there, but on the whole what it found likely is more often an
event than what it found unlikely. Reviews of which the opposite holds, beyond chance, all of them or the older ones by
themselves, are turned round or made up; they would look well on held-out reviews of their own kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import mannwhitneyu

from monitor.records import EVENT_TYPES
from monitor.records.learning import Beside
from monitor.training.measures import Judged

TOLERATED = 1  # reports, over all pinned sets
ORDER = 0.02  # of the pairs of held-out reviews: less is what a word more or less in the lessons changes
CONTRARY = 0.02  # chance of so contrary an order, from which the reviews are not believed


@dataclass(frozen=True, slots=True)
class Ruling:
    passed: bool
    reasons: tuple[str, ...]


def ruling(
    pinned: Sequence[Beside],
    held_out: Beside,
    contrary: float,
    since_shipped: Sequence[Beside] = (),
    disorder: float = 0.0,
) -> Ruling:
    """`contrary`: how likely the order of the reviews is, by chance. `since_shipped`: beside the shipped model.

    `disorder`: by how much the order of the held-out reviews got worse.
    """
    against = [
        *_pinned(pinned, "than by the serving model"),
        *_pinned(since_shipped, "than by the model that came with the program"),
        *_held_out(held_out),
        *_disorder(disorder),
        *_contrary(contrary),
    ]
    return Ruling(not against, tuple(against or [_passed(pinned, held_out)]))


def beside(name: str, before: Sequence[Judged], after: Sequence[Judged]) -> Beside:
    """Both have judged the same reports in the same order; what readers differ on is left out."""
    both = [(one, two) for one, two in zip(before, after, strict=True) if one.truth("flag") is not None]
    return Beside(
        name=name,
        reports=len(both),
        due=sum(bool(one.truth("flag")) for one, _ in both),
        found_before=sum(bool(one.truth("flag")) and one.answer("flag") for one, _ in both),
        found=sum(bool(two.truth("flag")) and two.answer("flag") for _, two in both),
        false_before=sum(not one.truth("flag") and one.answer("flag") for one, _ in both),
        false=sum(not two.truth("flag") and two.answer("flag") for _, two in both),
        mended=tuple(two.wanted.report.key for one, two in both if _right(two) and not _right(one)),
        broken=tuple(two.wanted.report.key for one, two in both if _right(one) and not _right(two)),
    )


def contrary(judged: Sequence[Judged]) -> float:
    """How likely it is, by chance, that the model finds true events so much less likely than the rest; 1: it is not.

    By the surest sentence of each: of a new way of speaking nearly all reports have the probability of none.
    """
    events = [_surest(each) for each in judged if each.truth("flag")]
    others = [_surest(each) for each in judged if each.truth("flag") is False]
    return float(mannwhitneyu(events, others, alternative="less").pvalue) if events and others else 1.0


def order(judged: Sequence[Judged]) -> float:
    """Of all pairs of an event and another report the share in which the event is found likelier; ties count half."""
    events = [each.said.probability for each in judged if each.truth("flag")]
    others = [each.said.probability for each in judged if each.truth("flag") is False]
    if not events or not others:
        return 0.5
    return float(mannwhitneyu(events, others).statistic) / (len(events) * len(others))


def _pinned(sets: Sequence[Beside], than: str) -> list[str]:
    lost, rung = sum(each.lost for each in sets), sum(each.rung for each in sets)
    said = []
    if lost > TOLERATED:
        said.append(f"On the pinned sets {lost} reports more are missed {than}; {TOLERATED} is tolerated.")
    if rung > TOLERATED:
        said.append(f"On the pinned sets {rung} false alarms more ring {than}; {TOLERATED} is tolerated.")
    return said


def _held_out(held: Beside) -> list[str]:
    others = held.reports - held.due
    if not held.due or not others:
        return ["The held-out reviews are all of one kind, events or none: nothing can be measured on them."]
    gain = -held.lost / held.due - held.rung / others
    if gain >= 0:
        return []
    return [
        f"On held-out reviews it finds {held.found} of {held.due} events (before {held.found_before}), with "
        f"{held.false} false alarms of {others} (before {held.false_before}): recall less "
        f"false alarms falls by {-gain:.2f}."
    ]


def _disorder(disorder: float) -> list[str]:
    if disorder <= ORDER:
        return []
    return [
        f"What the older reviews teach makes the order of the newer ones worse: in {100 * disorder:.0f} more of 100 "
        "pairs an event is found less likely than a report of none. Look whether verdicts were mixed up."
    ]


def _contrary(chance: float) -> list[str]:
    if chance >= CONTRARY:
        return []
    return [
        "The reviews say the opposite of the serving model: what it finds likely they call no event more often than "
        f"what it finds unlikely (chance of that {chance:.4f}). Look whether verdicts were mixed up."
    ]


def _passed(pinned: Sequence[Beside], held: Beside) -> str:
    lost, rung = sum(each.lost for each in pinned), sum(each.rung for each in pinned)
    return (
        f"Pinned sets: missed {lost:+d}, false alarms {rung:+d}. Held-out reviews: {held.found} of {held.due} events "
        f"found (before {held.found_before}), {held.false} false alarms (before {held.false_before})."
    )


def _surest(each: Judged) -> float:
    return max(each.said.probabilities[label] for label in EVENT_TYPES)


def _right(each: Judged) -> bool:
    return each.truth("flag") == each.answer("flag")
