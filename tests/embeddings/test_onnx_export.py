"""The exported encoder gives the vectors of the library that it was exported from."""

import numpy as np
import pytest

from embeddings import SentenceEncoder, model_folder
from embeddings.models.pretrained import DEFAULT_MODEL, source_folder
from qa import Settings


@pytest.mark.filterwarnings("ignore")
def test_the_exported_encoder_equals_sentence_transformers() -> None:
    """Questions and documents get the same vectors as from the library, to 1e-4, in any script and length."""
    from sentence_transformers import SentenceTransformer

    models = Settings().models
    library = SentenceTransformer(str(source_folder(DEFAULT_MODEL, models)), device="cpu", local_files_only=True)
    encoder = SentenceEncoder(model_folder(DEFAULT_MODEL, models), DEFAULT_MODEL)
    texts = [
        "Who pays?",
        "\u00bfQui\u00e9n paga el refugio? " * 40,
        "\u8c01\u8d44\u52a9\u4e86\u6536\u5bb9\u6240\uff1f",
        "a",
        "",
        "  two  blanks \t\n\uff21\ufb01 \u200b \U0001f6a8",
    ]
    documents = library.encode_document(texts, normalize_embeddings=True, show_progress_bar=False)
    question = library.encode_query(texts[1], normalize_embeddings=True, show_progress_bar=False)

    assert np.abs(encoder.encode_documents(texts) - documents).max() < 1e-4
    assert np.abs(encoder.encode_query(texts[1]) - question).max() < 1e-4
