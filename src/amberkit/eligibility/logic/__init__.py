"""Three truth values, and the rules that are made of them."""
