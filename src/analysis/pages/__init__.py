"""From notebooks to pages: executing copies, making HTML inert, and the pages around it."""

from . import (
    addresses,  # noqa: F401 - first: it opens the libraries that the rest import
    check_page,
)
from .runner import Failure, Limits
from .site import PagesResult, Progress, Wishes, explain, export

__all__ = ["Failure", "Limits", "PagesResult", "Progress", "Wishes", "check_page", "explain", "export"]
