"""What a rule may ask for, and how a case tells it."""
