"""反馈: reply templates, the answer, and who may read it; what others may ask is in ``__all__``."""

from qimen_petitions.answering.answers import PublicAnswer, public_answer, public_answers

__all__ = ["PublicAnswer", "public_answer", "public_answers"]
