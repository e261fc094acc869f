"""Any RFC 5322 message becomes a ticket: the text a person wrote, and what the message tells beside it.

Reads bytes, files and mailboxes with the standard library; imports only values.
"""

from triage.mail.mailbox import read_mbox
from triage.mail.message import read_file, read_message

__all__ = ["read_file", "read_mbox", "read_message"]
