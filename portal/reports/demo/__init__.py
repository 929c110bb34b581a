"""Demo data: made-up people whose dossiers walk through the real services."""
