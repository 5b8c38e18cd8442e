"""The channel that needs no account: a file with a line per alert, and the terminal."""

import asyncio
import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from monitor.channels import build
from monitor.errors import DeliveryError
from monitor.settings import ChannelSettings
from tests.channels_support import (
    message,
    quote,
)


def log_channel(path: Path) -> ChannelSettings:
    return ChannelSettings(kind="log", path=str(path))


def test_the_log_channel_writes_a_line_and_shows_the_alert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    channel = build("log", ChannelSettings(kind="log"), data_dir=tmp_path / "data")
    asyncio.run(channel.send(message("en", "ar")))
    asyncio.run(channel.send(message(quotes=(quote("one\ntwo\r\nthree"),))))
    lines = [json.loads(line) for line in (tmp_path / "data" / "alerts.log").read_text("utf-8").splitlines()]
    assert [line["number"] for line in lines] == [17, 17]
    assert lines[0]["first_line"] == message("en", "ar").title
    assert lines[0]["occasion"] == "jasim-1:new:siege:1"
    assert message("en", "ar").text in capsys.readouterr().out


def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "alerts.log"
    path.write_bytes(b'{"number": 1')
    asyncio.run(build("log", log_channel(path), data_dir=tmp_path).send(message()))
    cut, whole = path.read_bytes().splitlines()
    assert cut == b'{"number": 1'
    assert json.loads(whole)["number"] == 17


def test_a_log_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    channel = build("log", log_channel(tmp_path / "file" / "alerts.log"), data_dir=tmp_path)
    with pytest.raises(DeliveryError, match=r"alerts\.log") as caught:
        asyncio.run(channel.send(message()))
    assert not caught.value.permanent


def test_a_terminal_that_is_gone_or_knows_no_arabic_stops_no_alert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alerts.log"
    read_end, write_end = os.pipe()
    os.close(read_end)
    closed = (tmp_path / "out").open("w", encoding="ascii")
    closed.close()
    gone = os.fdopen(write_end, "w", encoding="ascii")
    with (tmp_path / "out").open("w", encoding="ascii") as plain:
        for terminal in (plain, closed, gone, None):
            monkeypatch.setattr("sys.stdout", terminal)
            asyncio.run(build("log", log_channel(path), data_dir=tmp_path).send(message("ar")))
        monkeypatch.undo()
    with suppress(BrokenPipeError):
        gone.close()
    assert len(path.read_bytes().splitlines()) == 4
