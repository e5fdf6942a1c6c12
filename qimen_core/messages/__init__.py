"""Messages to residents: written with what they tell of, sent afterwards, once."""
