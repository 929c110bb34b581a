"""The one list of stand-ins for outside systems that the demo and the tests start."""

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.launch.children import Child, Crew, own_python
from portal.launch.places import CHECKOUT, Places


@dataclass(frozen=True)
class Sandbox:
    """A small server that speaks an outside system's protocol on a free loopback port.

    In `arguments`, `url` and `also`, `{port}` is that port, `{folder}` a folder of its own and
    `{secret}` a new secret; the server finds the same settings in its environment. One that
    vouches for people stands in for nothing outside the demo.
    """

    name: str
    module: str
    provides: str
    url: str
    arguments: tuple[str, ...] = ("--port", "{port}", "--mailbox", "{folder}")
    also: Mapping[str, str] = field(default_factory=dict)
    only_in_demo: bool = False

    def exists(self) -> bool:
        """Whether its module has been written."""
        path = CHECKOUT.joinpath(*self.module.split("."))
        return path.with_suffix(".py").exists() or (path / "__main__.py").exists()


SANDBOXES = (
    Sandbox(
        name="mailbox",
        module="portal.integrations.mail.sandbox",
        provides="EMAIL_URL",
        url="smtp://127.0.0.1:{port}",
        also={"MAILBOX_DIR": "{folder}"},
    ),
    Sandbox(
        name="scanner",
        module="portal.integrations.scanner.sandbox",
        provides="CLAMD_URL",
        url="tcp://127.0.0.1:{port}",
        arguments=("--port", "{port}"),
    ),
    Sandbox(
        name="identity",
        module="portal.integrations.identity.sandbox",
        provides="OIDC_ISSUER",
        url="http://127.0.0.1:{port}/demo",
        arguments=("--port", "{port}"),
        also={"OIDC_CLIENT_ID": "mot-cua", "OIDC_CLIENT_SECRET": "{secret}"},
        only_in_demo=True,
    ),
)


def free_port() -> int:
    """A port nobody listens on; kept for the life of the launcher, so a restart gets it again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether somebody accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start_sandbox(
    sandbox: Sandbox, places: Places, crew: Crew, env: Mapping[str, str]
) -> dict[str, str]:
    """Start one sandbox; returns the settings that lead to it."""
    port, folder = free_port(), places.base / sandbox.name
    folder.mkdir(mode=0o700, exist_ok=True)
    words = {"port": port, "folder": folder, "secret": secrets.token_urlsafe(24)}
    arguments = [part.format(**words) for part in sandbox.arguments]
    command = [own_python(), "-m", sandbox.module, *arguments]
    log = places.logs / f"{sandbox.name}.log"
    told = {sandbox.provides: sandbox.url, **sandbox.also}
    settings = {name: value.format(**words) for name, value in told.items()}
    crew.start(Child(sandbox.name, command, log, {**env, **settings}), lambda: listens(port))
    return settings
