"""The HTTP door: the JSON interface under `/v1`, and the pages that people read.

In: requests, checked and limited in size. Out: answers, documents, and problems that say what to change.
Left out: everything about how an answer comes about (qa).
"""
