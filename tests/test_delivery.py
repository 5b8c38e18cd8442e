"""How owed messages are handed over: limits before the claim, waits obeyed, one bad channel beside good ones."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from monitor.channels import Channel
from monitor.channels.limits import Limit, Pace, Use
from monitor.errors import DeliveryError
from monitor.pipeline import Parts, deliver_one, next_turns
from monitor.records import DeliveryState, Message, Taken
from monitor.schedule import drain
from monitor.settings import ChannelSettings, Recipient, Settings
from monitor.store import channels as accounts
from monitor.store import outbox
from tests.databases import opened
from tests.store_support import alert

START = datetime(2026, 3, 14, 18, 0, tzinfo=UTC)
Answer = str | DeliveryError


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()


class Giving:
    """A channel that gives these answers in order, the last one for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers or ("taken",))
        self.numbers: list[int] = []

    async def send(self, message: Message) -> Taken:
        self.numbers.append(message.number)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, DeliveryError):
            raise answer
        return Taken(answer)


@contextmanager
def owing(folder: Path, channels: Mapping[str, Channel], messages: int = 1, **changes: Any) -> Iterator[Parts]:
    """A monitor that reads nothing and owes each channel so many messages; its pace goes by the given clock."""
    store = opened(folder / "monitor.db")
    clock = Clock()
    recipients = {f"reader-of-{name}": Recipient(channels=(name,)) for name in channels}
    settings = Settings(
        config_dir=folder,
        database="",
        data_dir=folder,
        channels={name: ChannelSettings(kind="log") for name in channels},
        recipients=recipients | changes.pop("recipients", {}),
    )
    with store.write() as tx:
        for number in range(messages):
            told = outbox.announce(tx, alert(f"jasim-{number}:new:siege:1", f"r{number}"))
            assert told is not None
            for name in channels:
                who = {"languages": ("en",), "zone": "UTC", "due_at": START, "now": START}
                outbox.owe(tx, told, f"reader-of-{name}", name, **cast(Any, who))
    nothing = cast(Any, None)
    parts = Parts(settings, store, nothing, nothing, nothing, {}, channels, clock, pace=Pace(clock=clock.seconds))
    yield replace(parts, **changes)
    store.close()


def clock_of(parts: Parts) -> Clock:
    return cast(Clock, parts.clock)


def on(parts: Parts, channel: str) -> list[DeliveryState]:
    with parts.store.read() as tx:
        return [each for each in reversed(outbox.listing(tx)) if each.channel == channel]


def deliver(parts: Parts, channel: str) -> bool:
    return asyncio.run(deliver_one(parts, [channel]))


def paced(limit: Limit, clock: Callable[[], float] = time.monotonic) -> Pace:
    return Pace({"chat": [Use(limit, "chat")]}, clock)


def test_a_message_that_must_wait_long_for_its_turn_is_not_claimed(tmp_path: Path) -> None:
    with owing(tmp_path, {"chat": Giving()}, pace=paced(Limit(1, 60.0))) as parts:
        assert not deliver(parts, "chat")
        (state,) = on(parts, "chat")
        assert (state.state, state.attempts, state.due_at) == ("due", 0, START)


def test_a_short_wait_for_a_turn_is_waited_and_holds_up_no_other_channel(tmp_path: Path) -> None:
    chat, log = Giving(), Giving()
    with owing(tmp_path, {"chat": chat, "log": log}, 3, pace=paced(Limit(1, 0.2))) as parts:
        began = time.monotonic()
        ended: dict[str, float] = {}

        async def send(name: str) -> None:
            while await deliver_one(parts, [name]):
                pass
            ended[name] = time.monotonic() - began

        async def both() -> None:
            await asyncio.gather(send("chat"), send("chat"), send("log"))

        asyncio.run(both())
    assert chat.numbers == [1, 3, 5]
    assert ended["chat"] > 0.35
    assert ended["log"] < ended["chat"]


def test_a_stated_wait_holds_back_the_channels_other_messages_too(tmp_path: Path) -> None:
    chat, log = Giving(DeliveryError("slow down", retry_after=7), "taken"), Giving()
    with owing(tmp_path, {"chat": chat, "log": log}, 2) as parts:
        assert deliver(parts, "chat")
        assert next_turns(parts)["chat"] == START + timedelta(seconds=7)
        assert not deliver(parts, "chat")
        asyncio.run(drain(parts, timedelta(0)))
        assert len(log.numbers) == 2
        clock_of(parts).now += timedelta(seconds=7)
        asyncio.run(drain(parts, timedelta(0)))
        assert [state.state for state in on(parts, "chat")] == ["sent", "sent"]
        assert sorted(chat.numbers) == [1, 1, 3]  # the same number again


def test_a_long_stated_wait_is_no_reason_to_give_up_before_its_day_is_over(tmp_path: Path) -> None:
    with owing(tmp_path, {"chat": Giving(DeliveryError("slow down", retry_after=3600))}) as parts:
        for _ in range(23):
            assert deliver(parts, "chat")
            clock_of(parts).now += timedelta(hours=1)
        assert on(parts, "chat")[0].state == "due"


def test_a_message_that_some_receivers_took_and_others_never_will_is_settled_and_says_so(tmp_path: Path) -> None:
    partly = DeliveryError("1 of 2 receivers took it", permanent=True, partly=True)
    with owing(tmp_path, {"chat": Giving(partly)}) as parts:
        assert deliver(parts, "chat")
        assert on(parts, "chat")[0].state == "sent"


def test_a_message_refused_for_itself_is_given_up_and_the_next_goes_out(tmp_path: Path) -> None:
    too_large = DeliveryError("too large", permanent=True, only_this=True)
    with owing(tmp_path, {"chat": Giving(too_large, "taken")}, 2) as parts:
        assert deliver(parts, "chat")
        assert deliver(parts, "chat")
        assert [state.state for state in on(parts, "chat")] == ["given_up", "sent"]


REFUSED = DeliveryError("the bot was blocked", permanent=True)


def both(*channels: str, **more: Any) -> dict[str, Recipient]:
    return {"desk": Recipient(channels=channels, languages=("en", "ar"), **more)}


def notices(parts: Parts) -> list[tuple[str, str]]:
    with parts.store.read() as tx:
        listed = outbox.listing(tx)
    return sorted((each.recipient, each.channel) for each in listed if each.occasion.startswith("notice:"))


def test_a_channel_that_refuses_for_good_goes_off_keeps_its_messages_and_stops_no_other(tmp_path: Path) -> None:
    chat, log = Giving(REFUSED), Giving()
    with owing(tmp_path, {"chat": chat, "log": log}, 3, recipients=both("chat", "log")) as parts:
        asyncio.run(drain(parts, timedelta(0)))
        assert chat.numbers == [1]
        assert [state.state for state in on(parts, "chat")] == ["due"] * 3
        assert len(log.numbers) == 4  # its own three, and the notice
        assert notices(parts) == [("desk", "log")]


def test_it_is_tried_once_an_hour_each_time_with_another_message_and_told_only_once(tmp_path: Path) -> None:
    chat = Giving(REFUSED)
    with owing(tmp_path, {"chat": chat, "log": Giving()}, 3, recipients=both("chat", "log")) as parts:
        for _ in range(3):
            asyncio.run(drain(parts, timedelta(0)))
            clock_of(parts).now += timedelta(hours=1)
        assert sorted(chat.numbers) == [1, 3, 5]
        clock_of(parts).now += timedelta(days=30)
        asyncio.run(drain(parts, timedelta(0)))
        assert {state.state for state in on(parts, "chat")} == {"due"}
        assert len(notices(parts)) == 1


def test_the_first_message_it_takes_puts_it_on_and_all_that_waited_goes_out(tmp_path: Path) -> None:
    chat = Giving(REFUSED, "taken")
    with owing(tmp_path, {"chat": chat}, 4) as parts:
        asyncio.run(drain(parts, timedelta(0)))
        clock_of(parts).now += timedelta(hours=1)
        asyncio.run(drain(parts, timedelta(0)))
        assert [state.state for state in on(parts, "chat")] == ["sent"] * 4
        with parts.store.read() as tx:
            assert accounts.off(tx) == {}


def test_the_owner_is_told_instead_of_everybody_and_never_on_a_channel_that_is_off(tmp_path: Path) -> None:
    people = both("chat", "log") | {"owner": Recipient(channels=("chat", "mail", "phone"))}
    channels = {"chat": Giving(REFUSED), "mail": Giving(REFUSED), "phone": Giving(), "log": Giving()}
    with owing(tmp_path, channels, 1, recipients=people) as whole:
        parts = replace(whole, settings=whole.settings.model_copy(update={"owner": "owner"}))
        assert deliver(parts, "mail")
        assert deliver(parts, "chat")
        assert notices(parts) == [("owner", "chat"), ("owner", "phone"), ("owner", "phone")]


def test_a_notice_says_which_channel_why_and_what_to_do_in_both_languages(tmp_path: Path) -> None:
    said: list[Message] = []

    class Keeping(Giving):
        async def send(self, message: Message) -> Taken:
            said.append(message)
            return Taken("taken")

    with owing(tmp_path, {"chat": Giving(REFUSED), "log": Keeping()}, 1, recipients=both("chat", "log")) as parts:
        asyncio.run(drain(parts, timedelta(0)))
    text = next(message.text for message in said if "refuses" in message.title)
    assert text.startswith("Channel chat refuses alerts: see to it")
    assert "the bot was blocked" in text
    assert "monitor test-alert chat" in text
    assert "ترفض التنبيهات" in text


def test_a_receiver_that_never_takes_it_beside_others_who_do_is_told_once_a_day(tmp_path: Path) -> None:
    partly = DeliveryError("1 of 2 receivers took it", permanent=True, partly=True)
    with owing(tmp_path, {"chat": Giving(partly), "log": Giving()}, 3, recipients=both("chat", "log")) as parts:
        asyncio.run(drain(parts, timedelta(0)))
        assert {state.state for state in on(parts, "chat")} == {"sent"}
        assert notices(parts) == [("desk", "log")]
