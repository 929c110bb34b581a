"""Whoever tries the portal reads its letters; elsewhere that door does not exist."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from tests.notifications.conftest import MailServer

pytestmark = pytest.mark.django_db


def sent(subject: str, text: str = "Xin chào") -> None:
    EmailMessage(subject, text, "cong@example.vn", ["an@example.vn"]).send()


def test_khach_reads_the_newest_letter_first(client: Client, mail_server: MailServer) -> None:
    sent("Thư đầu ặ")
    sent("Thư sau ữ")
    page = client.get("/hop-thu-thu/").content.decode()
    assert page.index("Thư sau ữ") < page.index("Thư đầu ặ")
    assert "an@example.vn" in page


def test_a_letter_shows_as_text_with_its_links(client: Client, mail_server: MailServer) -> None:
    sent("<i>Tên</i>", "Xem <script>x</script>\nhttp://127.0.0.1:8000/theo-doi/abc\n.dấu chấm")
    name = next(mail_server.mailbox.glob("*.eml")).stem
    page = client.get(f"/hop-thu-thu/{name}").content.decode()
    assert "&lt;i&gt;Tên&lt;/i&gt;" in page
    assert "Xem &lt;script&gt;x&lt;/script&gt;" in page
    assert '<a href="http://127.0.0.1:8000/theo-doi/abc" rel="nofollow">' in page
    assert "<br>.dấu chấm" in page


def test_an_empty_mailbox_says_so(client: Client, settings: Any) -> None:
    settings.MAILBOX_DIR = ""
    assert "Chưa có thư nào" in client.get("/hop-thu-thu/").content.decode()


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "x", "0" * 20 + "-" + "0" * 8])
def test_no_other_file_is_read(client: Client, mail_server: MailServer, name: str) -> None:
    assert client.get(f"/hop-thu-thu/{name}").status_code == 404


def test_outside_the_demo_the_door_does_not_exist(
    client: Client, mail_server: MailServer, settings: Any
) -> None:
    sent("Riêng tư")
    name = next(mail_server.mailbox.glob("*.eml")).stem
    settings.PORTAL_DEMO, settings.SECURE_SSL_REDIRECT = False, False
    assert client.get("/hop-thu-thu/").status_code == 404
    assert client.get(f"/hop-thu-thu/{name}").status_code == 404


def test_the_list_stops_at_fifty(client: Client, tmp_path: Path, settings: Any) -> None:
    for number in range(52):
        path = tmp_path / f"{number:020d}-{number:08x}.eml"
        path.write_bytes(f"To: a@b.vn\r\nSubject: So {number:02d}.\r\n\r\nx".encode())
        os.utime(path, (0, 0))
    (tmp_path / ".00000000000000000099-00000000.part").write_text("nửa thư")
    settings.MAILBOX_DIR = str(tmp_path)
    page = client.get("/hop-thu-thu/").content.decode()
    assert page.count('href="/hop-thu-thu/0') == 50
    assert "So 51." in page
    assert "So 01." not in page
