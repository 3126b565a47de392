"""What became of each criterion, what is missing, and what was waived."""
