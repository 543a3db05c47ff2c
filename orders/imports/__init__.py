"""Files in: readers that yield snapshots, and the set-based way of those snapshots into the tables."""
