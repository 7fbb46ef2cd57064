"""Everything in one process: three web applications behind one address, their workers in threads, PostgreSQL beside it."""
