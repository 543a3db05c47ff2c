"""How fast signed deliveries come in, and how soon what follows from them is planned."""
