"""Writes on dossiers: one verb, one transaction."""
