"""Search: texts become vectors, passages become an index folder, questions find passages.

In: Documents, and texts to look for. Out: rows of passages with scores, higher is better, everywhere.
Left out: merging the two searches and choosing evidence (qa).
"""

from embeddings.building import BuildInProgress, build_generation
from embeddings.encoder import Encoder, Matrix, SentenceEncoder, Vector
from embeddings.exporting import model_folder
from embeddings.generation import Generation, GenerationProblem, Ranking, current_generation
from embeddings.weights import ModelProblem

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
