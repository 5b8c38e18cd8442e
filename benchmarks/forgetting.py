"""For comparison, the order in which many feed readers send: what is new is marked as done, sent once, and forgotten.

A sketch of our own, not the code of any of them: a file of what was done, no retries, no limits, a thread a channel.
"""

import json
import smtplib
import sys
import threading
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.delivery import BLOCKED, waiting_numbers


def send(name: str, spec: dict[str, str], number: int) -> None:
    text, url = f"Siege reported\n\nNo. {number}", spec["url"]
    if name.startswith("mail/"):
        with smtplib.SMTP("127.0.0.1", int(url.split(":")[2].split("?")[0]), "localhost", timeout=4) as server:
            body = f"Subject: x\nX-Delivery-Number: {number}\n\n{text}"
            server.sendmail("monitor@example.org", name.removeprefix("mail/"), body)
        return
    if name.startswith("telegram"):
        where = f"{spec['base']}/bot1:a/sendMessage"
        content: dict[str, object] = {"chat_id": int(name.removeprefix("telegram")), "text": text, "parse_mode": "HTML"}
    elif name.startswith("slack"):
        where, content = f"{spec['base']}/services/{name[-1]}", {"text": text}
    elif name.startswith("ntfy"):
        where, content = f"http://{url.split('/')[2]}/", {"topic": name.partition("/")[2], "message": text}
    else:
        where, content = url.replace("json:", "http:"), {"message": text}
    asked = urllib.request.Request(where, json.dumps(content).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(asked, timeout=4).close()


def run(name: str, spec: dict[str, str], numbers: list[int], done: Path) -> None:
    known = set(done.read_text().split()) if done.exists() else set()
    for number in numbers:
        if str(number) not in known:
            with done.open("a") as marks:
                marks.write(f"{number}\n")
            try:
                send(name, spec, number)
            except (OSError, smtplib.SMTPException) as error:
                sys.stderr.write(f"{name}: {error}\n")


def main() -> None:
    folder = Path(sys.argv[1])
    specified = json.loads((folder / "spec.json").read_text())
    owed = waiting_numbers(folder)
    threads = [
        threading.Thread(target=run, args=(name, spec, owed[name], folder / name.replace("/", "-")))
        for name, spec in specified.items()
        if name != BLOCKED
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
