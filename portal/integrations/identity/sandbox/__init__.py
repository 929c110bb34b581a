"""An identity provider for the demo and the tests: OpenID Connect with keys of its own.

It stands in for the ministry's and imports nothing of the client or the portal, so that what the
two agree on is the protocol and not a piece of code. `python -m …identity.sandbox` starts it.
"""
