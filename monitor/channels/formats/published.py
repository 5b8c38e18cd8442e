"""An alert on its way out of the house, addressed to nobody in particular."""

from dataclasses import dataclass

from monitor.channels.wording import render
from monitor.records import Alert, Delivery

LANGUAGES = ("en", "ar")
_ZONE = "Asia/Damascus"


@dataclass(frozen=True, slots=True)
class Published:
    """`number` is the alert's own, the same in every format and at every export."""

    number: int
    alert: Alert


def first_line(published: Published, language: str, *, marked_test: bool = False) -> str:
    """The line that a message of this alert begins with."""
    delivery = Delivery(
        number=published.number,
        alert=published.alert,
        recipient="",
        channel="",
        languages=(language,),
        zone=_ZONE,
        attempt=1,
        created_at=published.alert.seen_at,
    )
    return render(delivery, marked_test=marked_test).title
