"""Fifteen people at the portal for some minutes, over HTTP alone; writes down what they were told.

`python -m tests.faults.soaking PLAN`, where PLAN is a JSON file with url, seconds, procedure,
answers (what the electronic form is sent), citizens, officers, seeds (what their codes are made
from) and out (where the diary goes).
"""

import hashlib
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from lxml import html
from PIL import Image

from tests.faults.visiting import Answer, Visitor, fields_of, form_on

MOVES = ("receive", "forward", "resolve", "return_result")
MOST_TRIES = 60


class Unexpected(Exception):
    """The portal answered what nobody should see."""


@dataclass
class Diary:
    """What the fifteen were told."""

    until: float
    sent: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, str]] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self.until


@dataclass
class Walker:
    """One person who tries again when the portal asks for it."""

    plan: dict[str, Any]
    diary: Diary
    name: str
    dice: random.Random = field(init=False)
    visitor: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.name)
        seed = self.plan["seeds"].get(self.name, "")
        self.visitor = Visitor(self.plan["url"], seed=seed, patience=30)

    def patiently(self, act: Callable[[], Answer]) -> Answer:
        """Do it until it is answered; a 503 and a cut line are counted and tried again."""
        for _try in range(MOST_TRIES):
            time.sleep(self.dice.uniform(0.5, 2.5))  # people read before they press
            try:
                answer = act()
            except requests.RequestException as problem:
                self.diary.failures[type(problem).__name__] += 1
                continue
            if answer.status_code < 500:
                return answer
            self.diary.failures[str(answer.status_code)] += 1
            if answer.status_code != 503:
                self.diary.surprises.append(f"{answer.status_code} {answer.url}")
        raise Unexpected("never answered")

    def get(self, path: str) -> Answer:
        """A page, in the end."""
        return self.patiently(lambda: self.visitor.get(path))

    def press(self, path: str, files: Any = None, **changed: Any) -> str:
        """Open a page and send its form until it leads somewhere; where it leads."""
        for _try in range(MOST_TRIES):
            page = self.get(path)
            if page.status_code == 302:  # it was done, only the answer was lost
                return str(page.headers["Location"])
            if page.status_code != 200:
                raise Unexpected(f"{page.status_code} {page.url}")
            sent = self.patiently(lambda p=page: self.visitor.press(p, files, **changed))  # type: ignore[misc]
            if sent.status_code == 302:
                return str(sent.headers["Location"])
            if sent.status_code != 409:
                raise Unexpected(f"{sent.status_code} {sent.url}")
        raise Unexpected(f"never accepted: {path}")

    def sign_in(self) -> None:
        """Through the page."""
        self.patiently(self._sign_in)

    def _sign_in(self) -> Answer:
        self.visitor.sign_in(self.name)
        return self.visitor.get("/")

    def live(self) -> None:
        """Journey after journey until the time is up."""
        self.sign_in()
        while not self.diary.is_over:
            try:
                self.journey()
            except (Unexpected, AssertionError, KeyError, IndexError) as problem:
                self.diary.surprises.append(f"{self.name}: {problem}"[:300])
                time.sleep(1)

    def journey(self) -> None:
        """What this person does again and again."""
        raise NotImplementedError


class Citizen(Walker):
    """From the procedure to the confirmation, then a look at the dossier."""

    def journey(self) -> None:
        """One dossier."""
        begin = f"/nop-ho-so?thu_tuc={self.plan['procedure']}"
        draft = self.press(begin, lam_moi="1").rsplit("/", 1)[0]
        self.press(f"{draft}/nguoi-nop", phone="0900000123")
        if self.plan["answers"]:
            self._fill(draft)
        hashes = self._attach(draft)
        self.press(f"{draft}/phi")
        where = self.press(f"{draft}/xem-lai")
        if not where.endswith("/da-gui"):
            raise Unexpected(where)
        code = where.split("/")[2]
        self.diary.sent.append({"code": code, "by": self.name, "hashes": hashes})
        if self.get(f"/ho-so/{code}").status_code != 200:
            raise Unexpected(f"{code} was acknowledged and is not there")

    def _fill(self, draft: str) -> None:
        for _try in range(MOST_TRIES):
            page = self.get(f"{draft}/to-khai")
            kept = fields_of(form_on(page))
            own = {k: kept[k] for k in ("csrfmiddlewaretoken", "version") if k in kept}
            sent = own | self.plan["answers"]
            answer = self.patiently(lambda s=sent: self.visitor.post(f"{draft}/to-khai", s))  # type: ignore[misc]
            if answer.status_code == 302:
                return
            if answer.status_code != 409:
                raise Unexpected(f"{answer.status_code} {answer.url}")
        raise Unexpected(f"never kept: {draft}")

    def _attach(self, draft: str) -> list[str]:
        """A picture of one's own into every box; their hashes."""
        page = self.get(f"{draft}/giay-to")
        boxes = [b.get("name") for b in html.fromstring(page.text).iter("input")
                 if b.get("type") == "file"]  # fmt: skip
        pictures = {str(box): _picture(self.dice) for box in boxes}
        files = {box: (f"giấy tờ {box}.png", data, "image/png") for box, data in pictures.items()}
        self.press(f"{draft}/giay-to", files=files or None)
        return [hashlib.sha256(data).hexdigest() for data in pictures.values()]


class Officer(Walker):
    """Takes on whatever waits, and makes the next move."""

    def journey(self) -> None:
        """One look at the queue, one piece of work."""
        queue = html.fromstring(self.get("/can-bo").text)
        links = [a.get("href") or "" for a in queue.find(".//main").iter("a")]
        works = sorted({link for link in links if link.startswith("/can-bo/ho-so/")})
        if not works:
            time.sleep(1)
            return
        self._work(self.dice.choice(works))

    def _work(self, address: str) -> None:
        page = self.get(address)
        tree = html.fromstring(page.text)
        for form in tree.findall(".//main//form"):
            if (form.get("action") or "").endswith("/nhan"):
                sent = dict(form.form_values())
                self.patiently(lambda f=form, s=sent: self.visitor.post(f.get("action"), s))  # type: ignore[misc]
                tree = html.fromstring(self.get(address).text)
        links = [urlsplit(a.get("href") or "").path for a in tree.find(".//main").iter("a")]
        offered = [link.rsplit("/", 1)[-1] for link in links if link.startswith(f"{address}/")]
        if move := next((each for each in MOVES if each in offered), ""):
            self._make(address, move)

    def _make(self, address: str, move: str) -> None:
        files = {"file": ("kết quả.png", _picture(self.dice), "image/png")}
        typed = {"resolve": {"is_granted": "1"}, "return_result": {"received_by": "Người nộp"}}
        page = self.get(f"{address}/{move}")
        if page.status_code != 200:
            return  # somebody was quicker
        answer = self.patiently(
            lambda: self.visitor.press(
                page, files if move == "resolve" else None, **typed.get(move, {})
            )
        )
        if answer.status_code == 302:
            self.diary.moves.append({"code": address.rsplit("/", 1)[-1], "move": move})


def _picture(dice: random.Random) -> bytes:
    content = BytesIO()
    colours = dice.randbytes(40 * 40 * 3)
    Image.frombytes("RGB", (40, 40), colours).save(content, "PNG")
    return content.getvalue()


def main(plan: dict[str, Any]) -> None:
    """Let everybody live for as long as the plan says, then write the diary."""
    diary = Diary(time.monotonic() + plan["seconds"])
    everybody: list[Walker] = [Citizen(plan, diary, name) for name in plan["citizens"]]
    everybody += [Officer(plan, diary, name) for name in plan["officers"]]
    threads = [threading.Thread(target=each.live) for each in everybody]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = sorted(took for each in everybody for took in each.visitor.took)
    told = {
        "sent": diary.sent,
        "moves": diary.moves,
        "failures": diary.failures,
        "surprises": diary.surprises,
        "requests": len(took),
        "p50": round(took[len(took) // 2], 3),
        "p95": round(took[int(len(took) * 0.95)], 3),
    }
    Path(plan["out"]).write_text(json.dumps(told))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
