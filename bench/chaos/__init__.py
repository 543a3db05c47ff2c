"""The whole installation under faults: started, loaded through its doors, hurt, and held to its word."""
