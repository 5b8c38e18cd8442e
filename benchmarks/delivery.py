"""Kills the sending process at random while thousands of messages are owed to troubled receivers, and counts.

    python benchmarks/delivery.py                 # 10,000 messages on 20 channels, kill -9 every few seconds
    python benchmarks/delivery.py --messages 50   # on each channel

The same is done with the order that many such programs have: mark as done, send, forget. Limits and waits are divided
by 100 on both sides. Writes a table into benchmarks/results/. Exit code 1 when anything was lost, or came too fast.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import machine
from benchmarks.receivers import SCALE, Receivers
from monitor.channels import OWN, Channel, apprise, uses
from monitor.channels.apprise import AppriseChannel
from monitor.channels.limits import Limit, Pace
from monitor.channels.posting import Service
from monitor.channels.secrets import Redaction
from monitor.pipeline import Parts
from monitor.pipeline.parts import Patience
from monitor.records import Alert
from monitor.schedule import Watch
from monitor.settings import ChannelSettings, Recipient, Settings
from monitor.store import Store, outbox

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = Patience(lease=timedelta(seconds=6), waits=(0.3, 0.6, 1.2, 3, 6))
TIME_LIMIT = 3.0  # seconds that a receiver may take; less than it hangs, and than the lease
BLOCKED = "telegram403"  # a bot that was blocked: its messages must not stop the others
LONGEST_RUN = 1500.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in the end. A double is a message that a receiver accepted again, under the same number."""

    kills: int
    owed: int
    lost: int
    doubles: int  # the sender was killed between the two
    most_doubles: int  # of these, on one channel by one kill
    unanswered: int  # the receiver broke off, or fell silent, after it had accepted the first
    other_doubles: int
    too_fast: dict[str, int]
    seconds: float
    blocked_waits: int  # messages that the blocked bot still owes


def specification(receivers: Receivers) -> dict[str, dict[str, str]]:
    """Channel name -> url and, where the service has an address of its own, where it stands here."""
    web, other = (f"127.0.0.1:{port}" for port in receivers.ports)
    bot = "tgram://123456789:abcdefghijklmnopqrstuvwxyzabcdefghi"
    hook = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7F"
    base = {"base": f"http://{web}"}
    mail = f"mailto://127.0.0.1:{receivers.mail_port}?from=monitor@example.org&smtp=127.0.0.1&mode=insecure&to="
    return {
        **{f"telegram{chat}": {"url": f"{bot}/{chat}", **base} for chat in (11, 12, 13, -101, -102, -103, 403)},
        **{f"slack/{letter}": {"url": hook + letter, **base} for letter in "abcd"},
        **{f"ntfy/{topic}": {"url": f"ntfy://{web}/{topic}"} for topic in ("watch1", "watch2")},
        **{f"ntfy/{topic}": {"url": f"ntfy://{other}/{topic}"} for topic in ("watch3", "watch4")},
        **{f"hook/{name}": {"url": f"json://{web}/hook/{name}"} for name in ("one", "two", "three")},
        **{f"mail/{to}@example.org": {"url": f"{mail}{to}@example.org"} for to in ("desk", "field", "night")},
    }


def owe(folder: Path, names: Sequence[str], messages: int) -> int:
    """The deliveries, each in its row; how many."""
    store = Store(f"sqlite:///{folder / 'monitor.db'}")
    store.migrate()
    now, owed = datetime.now(UTC), 0
    with store.write() as tx:
        for number in range(messages):
            told = outbox.announce(tx, replace(_ALERT, occasion=f"drill-{number}:new:siege:1"))
            for name in names:
                if told is not None and (name != BLOCKED or number < 20):
                    terms = {"languages": ("en",), "zone": "UTC", "due_at": now, "now": now}
                    outbox.owe(tx, told, f"reader-of-{name}", name, **cast(Any, terms))
                    owed += name != BLOCKED
    store.close()
    return owed


_ALERT = Alert(
    occasion="drill-0:new:siege:1",
    situation="drill-0",
    kind="new",
    types=("siege",),
    grade="unconfirmed",
    place=None,
    probability=0.9,
    report_key="",
    quotes=(),
    published_at=None,
    seen_at=datetime(2026, 3, 14, 18, 0, tzinfo=UTC),
)


def waiting_numbers(folder: Path) -> dict[str, list[int]]:
    """Channel -> the numbers it still owes."""
    found: dict[str, list[int]] = {}
    store = Store(f"sqlite:///{folder / 'monitor.db'}")
    try:
        with store.read() as tx:
            for each in reversed(outbox.listing(tx, "due", limit=1_000_000)):
                found.setdefault(each.channel, []).append(each.number)
    finally:
        store.close()
    return found


async def send_all(folder: Path) -> None:
    """The sending half of the monitor, as `monitor run` drives it, until nothing is owed but to the blocked bot."""
    specified = json.loads((folder / "spec.json").read_text())
    channels = {name: _channel(name, spec) for name, spec in specified.items()}
    scaled = {
        name: [replace(use, limit=Limit(use.limit.burst, use.limit.every / SCALE)) for use in uses(channel)]
        for name, channel in channels.items()
    }
    settings = Settings(
        config_dir=folder,
        database="",
        data_dir=folder,
        channels={name: ChannelSettings(kind="log") for name in channels},
        recipients={f"reader-of-{name}": Recipient(channels=(name,)) for name in channels},
    )
    store = Store(f"sqlite:///{folder / 'monitor.db'}")
    with store.write() as tx:
        outbox.resume(tx, _utc_now())  # as each start of the monitor does
    nothing = cast(Any, None)
    parts = Parts(
        settings, store, nothing, nothing, nothing, {}, channels, _utc_now, pace=Pace(scaled), patience=PATIENCE
    )
    watch = Watch(parts)
    while set(await asyncio.to_thread(waiting_numbers, folder)) - {BLOCKED}:
        for _ in range(10):
            await watch.send_due()
            await asyncio.sleep(0.2)
    await watch.finish()


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _channel(name: str, spec: dict[str, str]) -> Channel:
    parsed = apprise.parsed(name, spec["url"])
    if parsed.schema not in OWN:
        return AppriseChannel(name, spec["url"], time_limit=TIME_LIMIT)
    service = Service(parsed.service_name, Redaction("", ""), named_by_user=True, time_limit=TIME_LIMIT)
    make = cast(Any, OWN[parsed.schema])
    return cast(Channel, make(parsed, service, **({"base": spec["base"]} if "base" in spec else {})))


def drill(
    folder: Path, messages: int, *, forget: bool, kill_every: tuple[float, float], most_kills: int = 1000
) -> Outcome:
    """Everything is owed, then senders are started and killed until one has nothing left to do."""
    receivers = Receivers()
    specified = specification(receivers)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spec.json").write_text(json.dumps(specified))
    owed = owe(folder, list(specified), messages)
    chance, began = random.Random(7), time.monotonic()
    kills: list[int] = []
    ours, theirs = ["benchmarks/delivery.py", "--sender", str(folder)], ["benchmarks/forgetting.py", str(folder)]
    with (folder / "sender.log").open("ab") as log:
        while time.monotonic() - began < LONGEST_RUN:
            process = subprocess.Popen(
                [sys.executable, *(theirs if forget else ours)], cwd=ROOT, stdout=log, stderr=log
            )
            try:
                if _lives(process, receivers, chance.uniform(*kill_every) if len(kills) < most_kills else LONGEST_RUN):
                    process.kill()
                    process.wait()
                    time.sleep(0.05)  # what is on its way
                    kills.append(len(receivers.ledger.order))
                elif process.returncode == 0:
                    break
                else:
                    raise RuntimeError((folder / "sender.log").read_text()[-3000:])
            finally:
                process.kill()
                process.wait()
    time.sleep(0.3)  # what was on its way when the last sender ended
    outcome = _count(receivers, folder, kills, owed, time.monotonic() - began)
    receivers.close()
    return outcome


def _lives(process: "subprocess.Popen[bytes]", receivers: Receivers, seconds: float) -> bool:
    """Whether it still runs so many seconds after its first message arrived; a start takes longer than that."""
    known, began = len(receivers.ledger.order), time.monotonic()
    while process.poll() is None and len(receivers.ledger.order) == known and time.monotonic() < began + 60:
        time.sleep(0.01)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def _count(receivers: Receivers, folder: Path, kills: Sequence[int], owed: int, seconds: float) -> Outcome:
    """`kills`: how many messages had been accepted at each."""
    by_kill, unanswered, other = Counter[tuple[str, int]](), 0, 0
    last: dict[tuple[str, int], tuple[int, bool]] = {}
    for place, (channel, number, answered) in enumerate(receivers.ledger.order):
        if (channel, number) in last:
            first, told = last[channel, number]
            kill = next((each for each in kills if first < each <= place), None)
            if not told:
                unanswered += 1
            elif kill is None:
                other += 1
            else:
                by_kill[channel, kill] += 1
        last[channel, number] = (place, answered)
    return Outcome(
        kills=len(kills),
        owed=owed,
        lost=owed - len(receivers.ledger.accepted),
        doubles=by_kill.total(),
        most_doubles=max(by_kill.values(), default=0),
        unanswered=unanswered,
        other_doubles=other,
        too_fast=dict(receivers.ledger.too_fast),
        seconds=seconds,
        blocked_waits=len(waiting_numbers(folder).get(BLOCKED, [])),
    )


def table(ours: Outcome, theirs: Outcome) -> str:
    rows = {
        "messages owed, on 20 channels": [f"{each.owed:,}" for each in (ours, theirs)],
        "kill -9 while sending": [str(each.kills) for each in (ours, theirs)],
        "**lost**": [f"**{each.lost:,}**" for each in (ours, theirs)],
        "came twice, by a kill": [str(each.doubles) for each in (ours, theirs)],
        "most of them on one channel by one kill": [str(each.most_doubles) for each in (ours, theirs)],
        "came twice, the receiver had not answered": [str(each.unanswered) for each in (ours, theirs)],
        "came twice for another reason": [str(each.other_doubles) for each in (ours, theirs)],
        "came too fast, refused for it": [f"{sum(each.too_fast.values()):,}" for each in (ours, theirs)],
        "kept for the blocked bot, of 20": [str(ours.blocked_waits), "not tried"],
        "seconds": [f"{each.seconds:.0f}" for each in (ours, theirs)],
    }
    head = (
        f"# Delivery drill\n\n{machine()}, {datetime.now(UTC):%Y-%m-%d}\n\n"
        "Servers on loopback that answer as Telegram, Slack, ntfy, webhooks and SMTP do: 429 and 503 with waits, 5xx,\n"
        "silence, dropped connections before and after a message is accepted, refused markup, greylisting. Limits and\n"
        "waits of the limits are divided by 100. One more channel, a blocked bot, refuses all the time.\n\n"
        "| | this monitor | mark, send, forget |\n|---|---|---|\n"
    )
    return head + "".join(f"| {name} | {both[0]} | {both[1]} |\n" for name, both in rows.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=500, help="on each channel")
    parser.add_argument("--sender", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results" / "delivery.md")
    options = parser.parse_args()
    if options.sender:
        asyncio.run(send_all(options.sender))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        ours = drill(Path(folder, "ours"), options.messages, forget=False, kill_every=(2, 8))
        theirs = drill(Path(folder, "theirs"), options.messages, forget=True, kill_every=(1, 3))
    options.results.parent.mkdir(exist_ok=True)
    options.results.write_text(table(ours, theirs), encoding="utf-8")
    sys.stdout.write(table(ours, theirs) + json.dumps({"ours": ours.too_fast, "theirs": theirs.too_fast}) + "\n")
    return 0 if not ours.lost and not ours.too_fast and ours.most_doubles <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
