"""What the profile `scale` of docker-compose.yml starts, started by hand: PostgreSQL, three workers, and the pages."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from ruamel.yaml import YAML

from tests.databases import Postgres
from tests.world import BAKERIES, SIEGE, World

ROOT = Path(__file__).parent.parent
WORKERS = 3


class Scaled:
    """The services with our own addresses in the place of those within the containers."""

    def __init__(self, folder: Path, database: str) -> None:
        self.world = World(folder, [BAKERIES, SIEGE, SIEGE, BAKERIES], feeds=4, database=database)
        self.folder, self.database = folder, database
        with (folder / "monitor.yaml").open("a", encoding="utf-8") as file:
            file.write("canary: {every: 30s, within: 25s}\n")  # one that a busy machine stops is followed by another
        self.port = free_port()
        self.started: dict[str, subprocess.Popen[bytes]] = {}
        services: dict[str, Any] = YAML(typ="safe", pure=True).load(ROOT / "docker-compose.yml")["services"]
        for number in range(WORKERS):
            self.start(f"worker-{number}", [*services["worker"]["command"], "--backlog", "alert"])
        command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}") for word in services["web"]["command"]]
        self.start("web", command)

    def start(self, name: str, words: list[str]) -> None:
        environment = {**os.environ, "MONITOR_LOG": "json", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "monitor", "--config", str(self.folder), *words]
        with self.log(name).open("wb") as log:
            self.started[name] = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=environment)

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:  # 503 of /healthz is an answer too
            return answer.code, answer.read().decode()

    def count(self, query: str) -> int:
        with psycopg.connect(self.database) as connection:
            row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0

    def stop(self) -> dict[str, int]:
        for process in self.started.values():
            process.send_signal(signal.SIGTERM)
        return {name: process.wait(20) for name, process in self.started.items()}

    def close(self) -> None:
        for process in self.started.values():
            process.kill()
            process.wait()
        self.world.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(true: Callable[[], bool], seconds: float = 90) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.25)


@pytest.fixture
def scaled(postgres: Postgres, tmp_path: Path) -> Iterator[Scaled]:
    name = postgres.create()
    made = Scaled(tmp_path, postgres.url(name))
    yield made
    made.close()
    postgres.drop(name)


def answers(scaled: Scaled) -> bool:
    try:
        return scaled.ask("/login")[0] == 200
    except OSError:
        return False


def test_three_workers_read_every_feed_ring_once_and_the_pages_answer(scaled: Scaled) -> None:
    read = "SELECT count(*) FROM feed WHERE last_read_at IS NOT NULL"
    until(lambda: len(scaled.world.inbox.got) >= 2 and scaled.count(read) == 4)
    until(lambda: answers(scaled))
    until(lambda: scaled.count("SELECT count(*) FROM delivery WHERE state = 'due'") == 0)
    until(lambda: scaled.count("SELECT count(*) FROM beat WHERE failed = '' AND ended_at IS NOT NULL") >= 1)
    assert set(Counter(scaled.world.inbox.got).values()) == {1}
    occasions = Counter((channel, occasion) for channel, _, occasion in scaled.world.inbox.got)
    assert set(occasions.values()) == {1}
    assert {channel for channel, _ in occasions} == {"hook", "mail"}
    assert scaled.count("SELECT count(*) FROM report WHERE NOT canary") == 4
    healthy, figures = json.loads(scaled.ask("/healthz")[1]), scaled.ask("/metrics")[1]
    assert healthy["healthy"] is True, healthy
    assert 'monitor_deliveries{channel="hook",state="sent"} 1.0' in figures
    assert scaled.stop() == dict.fromkeys(scaled.started, 0)
    said = {name: [json.loads(line) for line in scaled.log(name).read_text().splitlines()] for name in scaled.started}
    assert all(each.keys() >= {"time", "level", "logger", "message"} for lines in said.values() for each in lines)
    polled = Counter(
        each["message"].split(":")[0] for lines in said.values() for each in lines if "new," in each["message"]
    )
    assert polled == {f"feed replay-{number}": 1 for number in range(4)}
    told = [each["message"] for each in said["web"] if "nobody has an account" in each["message"]]
    assert len(told) == 1
    assert not re.search(r"/setup/[\w-]{9}", told[0])
