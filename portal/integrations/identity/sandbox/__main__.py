"""`python -m portal.integrations.identity.sandbox [--host H] [--port 0] [--url U] [--seen-at U]`.

Client and portal come from the environment, under the names the portal reads: OIDC_CLIENT_ID,
OIDC_CLIENT_SECRET, PORTAL_URL. `--url` is where the portal reaches it, `--seen-at` where browsers
do; both are its own address when not told. Every issuer is `<url>/<realm>`, the demo's is `demo`.
"""

import argparse
import os
from contextlib import suppress

from portal.integrations.identity.sandbox.doors import Server
from portal.integrations.identity.sandbox.provider import Provider


def main() -> None:
    """Read the command line and serve until ended."""
    parser = argparse.ArgumentParser(description="Identity provider of the demo and the tests")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--url", default="")
    parser.add_argument("--seen-at", default="")
    options = parser.parse_args()
    provider = Provider(
        url=options.url,
        seen_at=options.seen_at,
        client_id=os.environ["OIDC_CLIENT_ID"],
        client_secret=os.environ["OIDC_CLIENT_SECRET"],
        portal=os.environ.get("PORTAL_URL", ""),
    )
    server = Server((options.host, options.port), provider)
    port = server.server_address[1]
    provider.url = provider.url or f"http://127.0.0.1:{port}"
    provider.seen_at = provider.seen_at or provider.url
    print(port, flush=True)  # noqa: T201 - whoever starts us reads the port here
    with suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
