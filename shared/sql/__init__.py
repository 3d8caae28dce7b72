"""What every service does alike with its SQL database: connect, migrate, tell an outage from a mistake."""
