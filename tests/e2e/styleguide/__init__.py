"""A page that shows every component, and pages as services build them; served only in tests."""
