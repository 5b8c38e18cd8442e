"""The verb that proves a channel, as a user runs it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import channels as verbs
from monitor.cli.context import Context
from monitor.store import Store
from monitor.store.channels import off, put_off
from tests.channels_support import Answer, closed_port, hook

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """test-alert on a channel of a folder whose chat channel has this URL."""

    def run(channel: str, url: str = "json://127.0.0.1:9/", languages: str = "[ar]") -> Result:
        (tmp_path / "monitor.yaml").write_text(f"data_dir: {tmp_path / 'data'}\n")
        (tmp_path / "feeds.yaml").write_text('feeds:\n  - {name: a, url: "https://a.example/feed", outlet: A}\n')
        (tmp_path / "alerts.yaml").write_text(
            f'channels:\n  chat: {{url: "{url}"}}\n  log: {{kind: log}}\n'
            f"recipients:\n  desk: {{channels: [chat, log], languages: {languages}}}\nrules:\n  - {{to: desk}}\n"
        )
        return CliRunner().invoke(verbs.test_alert, [channel], obj=Context(tmp_path))

    return run


def test_a_channel_that_works_gets_a_message_marked_test_in_the_language_of_its_reader(run: Run) -> None:
    with hook() as server:
        result = run("chat", f"json://{server.address}/")
    assert result.exit_code == 0
    assert "chat: sent" in result.output
    title = server.posts[0].json["title"]
    assert "TEST / تجربة" in title
    assert "هذه القناة تعمل" in title
    assert server.posts[0].json["facts"]["kind"] == "test"


def test_a_channel_that_does_not_work_says_why_without_its_secret(run: Run) -> None:
    with hook(Answer(403)) as server:
        result = run("chat", f"json://{server.address}/hidden-path")
    assert result.exit_code == 1
    assert "403" in result.output
    assert "hidden" not in result.output


def test_a_server_that_is_down_and_a_url_that_is_wrong_are_told_apart(run: Run) -> None:
    with closed_port() as port:
        assert "refused" in run("chat", f"json://127.0.0.1:{port}/").output
    assert "no complete tgram:// address" in run("chat", "tgram://x").output


def test_the_log_channel_needs_nothing(run: Run, tmp_path: Path) -> None:
    result = run("log")
    assert result.exit_code == 0
    assert "TEST / تجربة" in (tmp_path / "data" / "alerts.log").read_text("utf-8")


def test_an_unknown_channel_is_told_with_those_that_are_known(run: Run) -> None:
    result = run("chatt")
    assert result.exit_code == 1
    assert "chat, log" in str(result.exception)


def test_a_channel_that_was_off_is_on_again_when_its_test_goes_through(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    store = Store(f"sqlite:///{tmp_path / 'data' / 'monitor.db'}")
    store.migrate()
    now = datetime.now(UTC)
    with store.write() as tx:
        put_off(tx, "chat", "blocked", now, now + timedelta(hours=1))
    with hook(Answer(403), Answer()) as server:
        assert run("chat", f"json://{server.address}/").exit_code == 1
        with store.read() as tx:
            assert off(tx) == {"chat": "blocked"}
        assert "it is on again" in run("chat", f"json://{server.address}/").output
    with store.read() as tx:
        assert off(tx) == {}
    store.close()
