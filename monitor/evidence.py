"""What a report was judged by, for programs: `evidence` of `monitor classify`, the same wherever it is shown."""

from typing import Any

from monitor.records import Sighting


def facts_of(sighting: Sighting) -> dict[str, Any]:
    """Field meanings: README, "The JSON"."""
    return {
        "type": sighting.type,
        "counts": sighting.counts,
        "state": sighting.state,
        "sentence": sighting.sentence,
        "field": sighting.field,
        "start": sighting.start,
        "end": sighting.end,
        "probability": sighting.probability,
        "place": sighting.place.name if sighting.place else None,
        "found": sighting.found,
        "words": [[word, weight] for word, weight in sighting.words],
        "why": sighting.why,
    }
