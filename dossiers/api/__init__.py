"""The JSON API to dossiers: a gate, a shape, a service, an answer."""
