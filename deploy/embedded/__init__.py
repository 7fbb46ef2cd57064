"""Everything in one process: three web applications behind one address, their workers in threads, PostgreSQL beside it."""

import gc

# Imports make hundreds of thousands of objects and no garbage; looking for some takes a quarter of the start.
# `__main__` lets the collector work again when all is built.
gc.disable()
