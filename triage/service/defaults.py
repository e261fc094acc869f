"""What settings are where nobody sets them, for the service and for commands that do not load it."""

from __future__ import annotations

HOST = "127.0.0.1"
PORT = 8000
WORKERS = 1
HISTORY = "sqlite:///triage.db"
KEYS = "triage-keys.json"
