"""Documents of the record, made with shared.pdf."""
