"""The demo's mail server answers as RFC 5321 asks, also when a client talks fast."""

import socket

from tests.notifications.conftest import MailServer


def said(server: MailServer, *pieces: bytes) -> list[str]:
    """What the server answers to these bytes, until it hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        for piece in pieces:
            line.sendall(piece)
        with line.makefile("rb") as answers:
            return answers.read().decode().splitlines()


def codes(answers: list[str]) -> list[int]:
    """The codes of the answers, one for each command."""
    return [int(answer[:3]) for answer in answers if answer[3] == " "]


def test_commands_sent_all_at_once_are_answered_in_order(mail_server: MailServer) -> None:
    answers = said(
        mail_server,
        b"EHLO an\r\nMAIL FROM:<a@b.vn> BODY=8BITMIME\r\nRCPT TO:<c@d.vn>\r\n"
        b"RCPT TO:<nobody@d.vn>\r\nRCPT TO:<e@d.vn>\r\nDATA\r\n",
        "Subject: Thử\r\n\r\n..một chấm\r\n...\r\n..\r\nhết\r\n.\r\nNOOP\r\nQUIT\r\n".encode(),
    )
    assert codes(answers) == [220, 250, 250, 250, 550, 250, 354, 250, 250, 221]
    (letter,) = mail_server.mailbox.glob("*.eml")
    assert (
        letter.read_bytes()
        == (
            "Delivered-To: c@d.vn\r\nDelivered-To: e@d.vn\r\n"
            "Subject: Thử\r\n\r\n.một chấm\r\n..\r\n.\r\nhết\r\n"
        ).encode()
    )


def test_commands_out_of_order_are_refused(mail_server: MailServer) -> None:
    answers = said(
        mail_server,
        b"HELO an\r\nRCPT TO:<c@d.vn>\r\nDATA\r\nMAIL FROM:a@b.vn\r\nMAIL FROM:<a@b.vn>\r\n"
        b"RSET\r\nRCPT TO:<c@d.vn>\r\nTURN\r\nQUIT\r\n",
    )
    assert codes(answers) == [220, 250, 503, 503, 501, 250, 250, 503, 502, 221]


def test_a_letter_cut_off_is_not_kept(mail_server: MailServer) -> None:
    with socket.create_connection(("127.0.0.1", mail_server.port), timeout=10) as line:
        line.sendall(b"MAIL FROM:<a@b.vn>\r\nRCPT TO:<c@d.vn>\r\nDATA\r\nSubject: nua\r\n")
    assert codes(said(mail_server, b"NOOP\r\nQUIT\r\n")) == [220, 250, 221]
    assert list(mail_server.mailbox.iterdir()) == []
