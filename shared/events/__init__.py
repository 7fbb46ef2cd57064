"""The contract between the services: the envelope of an event, and the schema of every event."""
