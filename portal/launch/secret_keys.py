"""Keys that are made once for a private portal and never leave its folder."""

import base64
import os
import secrets
from pathlib import Path


def keep(folder: Path, name: str, fresh: str) -> str:
    """The secret of this name, written for its owner only the first time it is asked for."""
    path = folder / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(fresh + "\n")
    return fresh


def fresh_keys() -> dict[str, str]:
    """New secrets: one to sign with, one 256-bit key for protected fields."""
    field_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {"SECRET_KEY": secrets.token_urlsafe(64), "FIELD_KEYS": field_key}


def kept_keys(folder: Path) -> dict[str, str]:
    """The secrets of this portal, the same at every start."""
    return {name: keep(folder, name, fresh) for name, fresh in fresh_keys().items()}
