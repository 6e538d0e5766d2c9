"""Small matrices on one thread: starting a library's threads costs more than the work they share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@cache
def _controller() -> Any:  # noqa: ANN401 - threadpoolctl has no types
    from threadpoolctl import ThreadpoolController  # noqa: PLC0415 - slow to start: it looks for every loaded library

    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold BLAS to one thread inside the block: for small matrices starting more costs more than it saves."""
    with _controller().limit(limits=1, user_api="blas"):
        yield


def single_threaded(function: Callable[P, R]) -> Callable[P, R]:
    """Hold BLAS to one thread during a function."""

    @wraps(function)
    def held(*args: P.args, **kwargs: P.kwargs) -> R:
        with one_thread():
            return function(*args, **kwargs)

    return held
