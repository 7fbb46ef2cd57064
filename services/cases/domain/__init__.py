"""The rules of the partnership record: the standard library only."""
