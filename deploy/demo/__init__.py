"""The demo: invented families over three schools, and a liaison with a filled week."""
