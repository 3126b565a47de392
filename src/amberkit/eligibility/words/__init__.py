"""An assessment in words: text, table, JSON and HTML, in three languages."""
