"""Loaders: files become Documents, one module a file format.

In: paths of files and folders, and addresses of websites. Out: Documents, sorted by id.
`base.py` holds what all loaders share. A new format is a module and a line in `files.LOADERS`; `website/` fetches pages
into a folder, from which they are read like other files.
"""
