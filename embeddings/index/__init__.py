"""The index: passages and their vectors, in generations that are built beside the serving one.

In: documents and an encoder (`builder.py`). Out: a Generation (`generation.py`) that is searched by meaning
(`faiss_index.py`, `sentence_vectors.py`) and by words (`bm25_index.py`), or both on a Milvus server
(`milvus_index.py`), and whose texts are read from disk (`texts.py`);
every search returns a Ranking (`ranking.py`). `publishing.py` switches which generation serves,
and `store.py` shares it with other servers.
"""
