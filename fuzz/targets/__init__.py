"""One file per target: ``TARGET``, a function on bytes and the exceptions that it documents."""
