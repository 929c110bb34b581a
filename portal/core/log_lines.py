"""The log of the processes: one JSON object a line, in UTC, with nobody's data in it.

What people typed or own never stands here: an address is told as its route, a failure as its
kind and place. Keys of rows may stand here; whose they are, the database knows.
"""

import json
import logging
from datetime import UTC, datetime
from traceback import extract_tb
from typing import Any

from portal.core.failure_reasons import reason_of

MOST_FRAMES = 12


class JsonLines(logging.Formatter):
    """Each record as one line of JSON; line breaks and quotes of a message are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if record.exc_info and (error := record.exc_info[1]):
            line["error"] = reason_of(error)
            line["where"] = [
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
                for frame in extract_tb(error.__traceback__)[-MOST_FRAMES:]
            ]
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """What is said; of a request its route, as the address itself may name somebody's dossier.

    Celery quotes the failure in its message: of a task its name, number and outcome are told.
    """
    task = getattr(record, "data", None)
    if isinstance(task, dict) and {"name", "id", "description"} <= task.keys():
        return "task {name}[{id}] {description}".format_map(task)
    request = getattr(record, "request", None)
    if request is None:
        return record.getMessage()
    match = getattr(request, "resolver_match", None)
    reason = record.args[0] if isinstance(record.args, tuple) and record.args else record.levelname
    return f"{reason}: {request.method} {match.route if match else 'no route'}"
