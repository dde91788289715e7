"""Reporting: runs are summed up, compared, put to the gate and drawn."""
