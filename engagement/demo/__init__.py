"""Two invented shops with a year of life, told through the real doors. For looking, learning and tests."""
