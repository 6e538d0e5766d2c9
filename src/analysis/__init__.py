"""Tilik: from the workbooks that service units send to pages a city council can act on.

The rooms, top floor first: ``cli``, ``pipeline``, ``pages``, ``publish``, ``oversight``, ``survey``, with ``intake``
and ``store`` beside them, and the ground (``codebook``, ``words``, ``shapes``, ``errors``) below all. See
``docs/architecture.md``.
"""

__version__ = "0.1.0"
