"""Starts the portal and the private services it stands on; standard library only, no Django."""
