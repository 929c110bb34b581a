"""People and their accounts: what other rooms call."""
