"""candidate.md beside a candidate: what it was made from, its figures beside those of the serving model, the ruling."""

from monitor.records.learning import Beside, Candidate
from monitor.training.tables import table


def page(made: Candidate, current: str) -> str:
    ruling = "It may serve." if made.passed else "It may not serve."
    lines = [
        f"# Candidate {made.name}@{made.version}",
        "",
        f"Made at {made.made_at:%Y-%m-%d %H:%M} UTC from the project's sentences and {made.sentences} more that "
        f"{made.reviews} reviews teach, and measured beside {made.name}@{current}. Reviews hold texts of your sources: "
        "this folder stays on this machine.",
        "",
        f"**{ruling}** {' '.join(made.reasons)}",
        "",
        *table(
            ("set", "reports", "events", "found before", "found", "false alarms before", "false alarms"),
            [_row(each) for each in made.scores],
        ),
        "The held-out reviews are the newest quarter; what is measured on them has learnt from the older ones "
        "alone. The pinned sets measure the candidate itself.",
        "",
    ]
    for each in made.scores:
        lines += _differing(each)
    return "\n".join(lines)


def _row(each: Beside) -> tuple[object, ...]:
    return (
        each.name,
        each.reports,
        each.due,
        f"{each.found_before} ({_share(each.found_before, each.due)})",
        f"{each.found} ({_share(each.found, each.due)})",
        each.false_before,
        each.false,
    )


def _differing(each: Beside) -> list[str]:
    if not each.mended and not each.broken:
        return []
    told = [f"{word}: {', '.join(keys)}" for word, keys in (("mended", each.mended), ("broken", each.broken)) if keys]
    return [f"{each.name}: {'; '.join(told)}.", ""]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"
