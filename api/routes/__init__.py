"""The routes: the JSON interface and the pages."""
