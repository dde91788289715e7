"""Embeddings: encode texts as vectors, and index passages for dense and lexical search.

In: Documents to index; vectors and terms of questions to search for. Out: row numbers of passages with scores, of which
higher is better, everywhere.
`models/` holds the encoders, `cross_encoder/` the model that reads what was found, `index/` the searchable indexes.
Left out: merging the two searches, and choosing evidence from what they find (qa).
"""

from embeddings.index.builder import IndexPlan, build_generation, passage_text
from embeddings.index.generation import Generation
from embeddings.index.manifest import GenerationProblem
from embeddings.index.milvus_index import MilvusProblem
from embeddings.index.publishing import BuildInProgress, current_generation, earlier_generations
from embeddings.index.ranking import Ranking
from embeddings.index.store import StoreProblem
from embeddings.models.encoder import Encoder, Matrix, SentenceEncoder, Vector
from embeddings.models.onnx_export import model_folder
from embeddings.models.pretrained import ModelProblem
from embeddings.models.ray_encoding import RayProblem, ray_encoding

__all__ = [
    "BuildInProgress",
    "Encoder",
    "Generation",
    "GenerationProblem",
    "IndexPlan",
    "Matrix",
    "MilvusProblem",
    "ModelProblem",
    "Ranking",
    "RayProblem",
    "SentenceEncoder",
    "StoreProblem",
    "Vector",
    "build_generation",
    "current_generation",
    "earlier_generations",
    "model_folder",
    "passage_text",
    "ray_encoding",
]
