"""Tasks that only the tests know: a good one, and all kinds of poison."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app


@contextmanager
def known_task(name: str, body: Callable[..., Any]) -> Iterator[None]:
    """Within the block the portal knows a task of that name."""
    current_app.loader.import_default_modules()

    def work(*arguments: Any) -> None:
        body(*arguments)

    current_app.task(work, name=name, shared=False)
    try:
        yield
    finally:
        current_app.tasks.unregister(name)
