"""What drives Waymark in tests: processes, requests, floods, browsers, and the scenes of the widget."""
