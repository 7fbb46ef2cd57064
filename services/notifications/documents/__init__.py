"""Documents that people print: templates for typst, and what is filled into them."""
