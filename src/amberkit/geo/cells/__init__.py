"""Sets of cells: their form, their algebra, their outline, their picture."""
