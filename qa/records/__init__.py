"""The database of records: keys of staff, and, where it is turned on, what is learned from use."""
