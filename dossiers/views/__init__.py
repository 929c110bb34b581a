"""Doors to dossiers: a gate, a form, a service, a redirect."""
