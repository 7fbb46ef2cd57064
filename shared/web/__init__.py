"""One face for three services: templates, stylesheet, script, fonts, icons, translations, forms."""
