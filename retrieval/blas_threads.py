"""How many threads numpy's matrix products take (threadpoolctl)."""

from __future__ import annotations

import numpy as np  # noqa: F401  # only a library that is loaded can be set
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # has no stubs


def one_thread_per_product() -> None:
    """Let each matrix product of numpy run on the thread that asks for it, from now on.

    The products of a search are over in a millisecond or wait for memory: sharing one out makes
    it slower, several times so where other searches want the same cores. torch has threads of its
    own and keeps them.
    """
    threadpool_limits(limits=1, user_api="blas")
