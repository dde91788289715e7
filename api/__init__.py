"""The web application: the JSON API under `/v1`, and the HTML pages.

In: requests, validated and limited in size. Out: answers, documents, and errors as problem details (RFC 9457).
Left out: answering questions (qa).
"""
