"""Search: texts become vectors, passages become an index folder, questions find passages.

In: Documents, and texts to look for. Out: rows of passages with scores, higher is better, everywhere.
Left out: merging the two searches and choosing evidence (qa).
"""

from embeddings.index.builder import BuildInProgress, build_generation
from embeddings.index.generation import Generation, GenerationProblem, Ranking, current_generation
from embeddings.models.encoder import Encoder, Matrix, SentenceEncoder, Vector
from embeddings.models.onnx_export import model_folder
from embeddings.models.pretrained import ModelProblem

__all__ = [
    "BuildInProgress",
    "Encoder",
    "Generation",
    "GenerationProblem",
    "Matrix",
    "ModelProblem",
    "Ranking",
    "SentenceEncoder",
    "Vector",
    "build_generation",
    "current_generation",
    "model_folder",
]
