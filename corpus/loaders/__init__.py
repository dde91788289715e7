"""Loaders: files become Documents, one module a file format.

In: paths of files and folders, and addresses of websites. Out: Documents, sorted by id.
`files.py` holds the table of formats, `base.py` what all loaders share. A new format, such as PDF, is a module beside
`markdown.py` and a line in that table. `website.py` fetches the pages of a site into a folder, from which they are
read like other files.
"""
