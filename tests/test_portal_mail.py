"""Mail into the portal and notices out of it, by real servers on loopback."""

from __future__ import annotations

import json
import re
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from hmac import new as hmac
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import socket
from time import sleep
from typing import cast

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from portals import ANN, BEN, EVE, TIM, TOM, Running, Visitor, running
from running import running as service_running
from running import until
from sqlalchemy import func, select, update

from triage.history.decision import now
from triage.portal.mail_in import deliver, empty_folder
from triage.portal.tables import NoticeRow
from triage.portal.tickets import PortalTicket, tickets

OUTAGE = {"subject": "E-mail", "body": "E-mail is down for the whole office."}


def message(sender: str = ANN, **headers: str) -> bytes:
    """Return a message of somebody whose office has no e-mail."""
    made = EmailMessage()
    made["From"] = f"A person <{sender}>"
    made["To"] = "help@it.example"
    made["Subject"] = "E-mail"
    made["Message-ID"] = "<1@acme.example>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(OUTAGE["body"])
    return bytes(made)


def kept(portal: Running) -> list[PortalTicket]:
    """Return all tickets, the newest first."""
    with portal.history.reading() as connection:
        return tickets(connection)


# -- mail in ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a portal that takes mail by SMTP, shared by the tests that leave it as it was or add tickets."""
    with running(tmp_path_factory.mktemp("mail"), {"mail_port": "0"}) as portal:
        yield portal


def test_a_mail_by_smtp_is_a_ticket_of_its_sender(shared: Running) -> None:
    """Flagged Standard, which nobody chose; the sender sees it, and the technician that it is Critical."""
    with smtplib.SMTP("127.0.0.1", shared.app.state.mail_port) as server:
        server.sendmail(ANN, ["help@it.example"], message())
    ticket = kept(shared)[0]
    assert ("standard", "default", "email", "Acme") == (
        ticket.level,
        ticket.set_by,
        ticket.channel,
        ticket.firm,
    )
    assert "critical" == ticket.choice.suggested.id
    assert 200 == Visitor(shared, ANN).get(f"/tickets/{ticket.case}").status_code


def test_a_mail_that_comes_twice_is_one_ticket(shared: Running) -> None:
    """A mail server that did not hear the answer sends again."""
    sent = message(Message_ID="<twice@acme.example>")
    assert deliver(shared.app.state.portal, sent) == deliver(shared.app.state.portal, sent)


def test_a_second_delivery_is_known_whatever_servers_add_on_the_way(shared: Running) -> None:
    """Marks of the way and other ends of lines make no second ticket."""
    first = message(Message_ID="<way@acme.example>")
    again = b"Received: from relay.example; Mon, 2 Mar 2026 09:00:00 +0000\r\n" + first.replace(
        b"\n", b"\r\n"
    )
    assert deliver(shared.app.state.portal, first) == deliver(shared.app.state.portal, again)


@pytest.mark.parametrize(
    "other", [{"Subject": "Printer"}, {"From": BEN}, {}], ids=["subject", "from", "text"]
)
def test_different_mails_of_one_id_are_tickets_each(shared: Running, other: dict[str, str]) -> None:
    """Some programs give all their messages the same one; nothing that is acknowledged is lost."""
    same = f"<same{''.join(other)}@scanner.example>"
    second = message(Message_ID=same, **other)
    if not other:
        second = second.replace(b"office", b"building")
    one, two = (deliver(shared.app.state.portal, sent) for sent in (message(Message_ID=same), second))
    assert ("taken", "taken") == (one.outcome, two.outcome)
    assert {one.case, two.case} <= {ticket.case for ticket in kept(shared)}
    assert one.case != two.case


def test_a_stranger_s_mail_is_seen_by_those_who_serve_all(shared: Running) -> None:
    """It belongs to no firm; nothing that comes in is lost."""
    case = deliver(shared.app.state.portal, message("new@nowhere.example", Message_ID="<2@x>")).case
    assert [200, 404] == [Visitor(shared, who).get(f"/queue/{case}").status_code for who in (TOM, TIM)]


def test_a_mail_cannot_choose_its_level(shared: Running) -> None:
    """The mark of the sender's program is a hint that decides nothing."""
    sent = message(Message_ID="<3@x>", Importance="high", Subject="A question")
    case = deliver(shared.app.state.portal, sent).case
    assert [("standard", "default")] == [(d.priority, d.set_by) for d in shared.story(str(case))]


def test_an_automatic_answer_is_no_ticket(shared: Running) -> None:
    before = len(kept(shared))
    sent = message(Message_ID="<4@x>", Auto_Submitted="auto-replied")
    assert "automatic" == deliver(shared.app.state.portal, sent).outcome
    assert before == len(kept(shared))


def test_what_is_no_message_is_refused_by_smtp(shared: Running) -> None:
    with (
        smtplib.SMTP("127.0.0.1", shared.app.state.mail_port) as server,
        pytest.raises(smtplib.SMTPDataError, match="554"),
    ):
        server.sendmail(ANN, ["help@it.example"], b"\r\nno headers at all")


def test_a_mail_from_the_future_came_now(shared: Running) -> None:
    sent = message(Message_ID="<5@x>", Date="Mon, 1 Jan 2080 09:00:00 +0000")
    case = deliver(shared.app.state.portal, sent).case
    ticket = next(ticket for ticket in kept(shared) if ticket.case == case)
    assert ticket.received.year < 2080


def test_a_folder_is_emptied_and_nothing_is_deleted(tmp_path: Path) -> None:
    """Each message goes to a folder named after what became of it."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    with running(tmp_path, {"mail_folder": str(folder)}) as portal:
        for name, said in (
            ("1.eml", message()),
            ("2.eml", message(Auto_Submitted="auto-replied")),
            ("3.eml", b"\0"),
        ):
            (folder / f"{name}.part").write_bytes(said)
            (folder / f"{name}.part").rename(folder / name)
        until(lambda: not list(folder.glob("*.eml")))
        found = {file.relative_to(folder).as_posix() for file in folder.rglob("*.eml")}
        assert {"taken/1.eml", "automatic/2.eml", "refused/3.eml"} == found
        assert ["E-mail"] == [ticket.subject for ticket in kept(portal)]
        assert 0 == empty_folder(portal.app.state.portal, folder)


def test_a_folder_that_goes_and_comes_back_is_told_once_each(tmp_path: Path) -> None:
    """However often it is looked for meanwhile; mail that comes then is a ticket."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    more = {"portal_mail_folder": folder, "portal_every": 0.05, "history": "sqlite:///triage.db"}
    with service_running(tmp_path, **more) as service:

        def told() -> list[str]:
            return [line["event"] for line in service.logged() if line.get("folder") == str(folder)]

        folder.rmdir()
        until(told)
        sleep(0.3)  # six looks
        folder.mkdir()
        (folder / "1.eml").write_bytes(message())
        until((folder / "taken" / "1.eml").exists)
        until(lambda: len(told()) > 1)
    assert ["the mail folder cannot be read", "the mail folder is back"] == told()


# -- notices out -----------------------------------------------------------------------------------------


@dataclass
class Inbox:
    """A mail server that keeps what it gets, and refuses while it is down."""

    got: list[EmailMessage] = field(default_factory=list)
    down: bool = False

    async def handle_DATA(  # noqa: N802  the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a message."""
        if self.down:
            return "451 try later"
        content = cast(bytes, envelope.content)
        self.got.append(cast(EmailMessage, message_from_bytes(content, policy=policy.default)))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[Inbox, int]]:
    """Run a mail server."""
    inbox = Inbox()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


@contextmanager
def web_server() -> Iterator[tuple[list[tuple[bytes, str]], str]]:
    """Run a web server that keeps the bodies and signatures that are posted."""
    got: list[tuple[bytes, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((body, self.headers["x-triage-signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield got, f"http://127.0.0.1:{server.server_port}/new"
        finally:
            server.shutdown()
            thread.join()


def waiting(portal: Running) -> int:
    """Return how many notices wait."""
    with portal.history.reading() as connection:
        return connection.execute(select(func.count()).select_from(NoticeRow)).scalar_one()


def test_every_technician_of_the_firm_is_told_by_mail(tmp_path: Path) -> None:
    """Of Acme's ticket Tom, of Bolt's Tom and Tim; the mail says what, from whom, how urgent, and why."""
    with (
        mail_server() as (inbox, port),
        running(
            tmp_path, {"smtp_host": "127.0.0.1", "smtp_port": str(port), "url": "https://h.example"}
        ) as at,
    ):
        case = Visitor(at, ANN).ticket(**OUTAGE)
        until(lambda: inbox.got)
        mail = inbox.got[0]
        assert (TOM, "[Critical] E-mail") == (mail["to"], mail["subject"])
        text = mail.get_content()
        for said in (
            f"From: {ANN} (Acme)",
            "Priority: Standard, which nobody chose",
            "Suggested: Critical",
            "Why: E-mail is down for many people",
            "Due: at once",
            f"https://h.example/queue/{case}",
            OUTAGE["body"],
        ):
            assert said in text
        Visitor(at, EVE).ticket(body="I forgot my password and cannot log in.")
        until(lambda: len(inbox.got) == 3)
        assert [TIM, TOM] == sorted(mail["to"] for mail in inbox.got[1:])
        assert re.search(r"^Due: \w+day 20\d\d-\d\d-\d\d \d\d:\d\d", inbox.got[1].get_content(), re.MULTILINE)


def test_a_notice_waits_for_a_mail_server_that_is_down(tmp_path: Path) -> None:
    """It is tried again later, and gone once it was told."""
    settings = {"smtp_host": "127.0.0.1"}
    with mail_server() as (inbox, port), running(tmp_path, settings | {"smtp_port": str(port)}) as portal:
        inbox.down = True
        Visitor(portal, ANN).ticket(**OUTAGE)
        tried = select(func.max(NoticeRow.tries))

        def tries() -> int:
            with portal.history.reading() as connection:
                return int(connection.execute(tried).scalar_one() or 0)

        until(lambda: tries() == 1)
        inbox.down = False
        with portal.history.writing() as connection:  # as if the pause were over
            connection.execute(update(NoticeRow).values(next=now()))
        until(lambda: inbox.got)
        until(lambda: not waiting(portal))


def test_the_webhook_is_told_and_can_check_who_tells(tmp_path: Path) -> None:
    """The body is signed; of what the requester wrote it has the subject alone."""
    with (
        web_server() as (got, address),
        running(tmp_path, {"webhook": address, "webhook_secret": "between us"}) as portal,
    ):
        case = Visitor(portal, BEN).ticket(**OUTAGE)
        body, signature = until(lambda: got)[0]
        assert f"sha256={hmac(b'between us', body, sha256).hexdigest()}" == signature
        told = json.loads(body)
        expected = {"event": "ticket.new", "case": case, "person": BEN, "firm": "Acme", "subject": "E-mail"}
        levels = {"priority": "standard", "suggested": "critical", "verdict": "under"}
        assert expected | levels == {name: told[name] for name in expected | levels}
        assert OUTAGE["body"] not in body.decode()
        until(lambda: not waiting(portal))


def test_a_ticket_of_another_program_is_told_too(tmp_path: Path) -> None:
    """Every member of the team is told, however it came in."""
    with web_server() as (got, address), running(tmp_path, {"webhook": address}) as portal:
        told = httpx.post(f"{portal.url}/v1/tickets", json=OUTAGE | {"person": ANN, "channel": "desktop"})
        body, _ = until(lambda: got)[0]
        assert (told.json()["case"], "Acme") == (json.loads(body)["case"], json.loads(body)["firm"])
        until(lambda: not waiting(portal))


def test_a_subject_cannot_add_headers_to_a_notice(tmp_path: Path) -> None:
    with (
        mail_server() as (inbox, port),
        running(tmp_path, {"smtp_host": "127.0.0.1", "smtp_port": str(port)}) as portal,
    ):
        Visitor(portal, ANN).ticket(subject="a\r\nBcc: all@evil.example\r\n\r\nb", body="x")
        until(lambda: inbox.got)
        assert inbox.got[0]["bcc"] is None
