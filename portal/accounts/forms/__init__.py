"""What somebody types about accounts: at the door, and at the account desk."""
