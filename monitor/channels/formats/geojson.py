"""Situations as GeoJSON (RFC 7946): one point each, for a map. Names no report's author and no recipient."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.records import Place, Situation


def collection(situations: Sequence[Situation], places: Mapping[str, Place], now: datetime) -> dict[str, Any]:
    """A FeatureCollection; `places` by slug. A situation without known coordinates has geometry null, as the RFC
    allows.
    """
    return {
        "type": "FeatureCollection",
        "generated": now.isoformat(),
        "features": [_feature(each, places.get(each.place)) for each in situations],
    }


def _feature(situation: Situation, place: Place | None) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": situation.key,
        "geometry": _point(place),
        "properties": {
            "situation": situation.key,
            "place": place.name if place else situation.place,
            "arabic": place.arabic if place else "",
            "kind": place.kind if place else "",
            "level": situation.level,
            "states": dict(situation.states),
            "opened": situation.opened_at.isoformat(),
            "last_report": situation.last_report_at.isoformat(),
            "closed": situation.closed_at.isoformat() if situation.closed_at else None,
            "reported": {label: at.isoformat() for label, at in situation.tracks.items()},
        },
    }


def _point(place: Place | None) -> dict[str, Any] | None:
    if place is None or place.lat is None or place.lon is None:
        return None
    return {"type": "Point", "coordinates": [place.lon, place.lat]}  # longitude first
