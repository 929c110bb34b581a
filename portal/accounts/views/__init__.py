"""Pages of an account: the door, what proves who somebody is, what they hold."""
