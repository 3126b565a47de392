"""h3's cells as arithmetic on ids and as places on the net of an icosahedron."""
