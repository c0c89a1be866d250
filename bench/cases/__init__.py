"""One file per question. Each has ``NAME`` and ``run(context) -> list[Row]``."""
