"""What the sign-in page of a demo says aloud."""

# Public by design: `seed_demo` is refused anywhere but in demo mode.
DEMO_PASSWORD = "mot-cua-thu-nghiem"  # noqa: S105  # pragma: allowlist secret
OF_DEMO = "@demo.invalid"
