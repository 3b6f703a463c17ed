from __future__ import annotations

import importlib
import threading

import numpy as np
import pytest
import threadpoolctl  # type: ignore[import-untyped]  # has no stubs

from retrieval.blas_threads import one_thread_per_product


def blas_threads() -> set[int]:
    found = threadpoolctl.threadpool_info()
    return {library["num_threads"] for library in found if library["user_api"] == "blas"}


def test_products_run_on_the_thread_that_asks_in_every_thread() -> None:
    assert np.ones(2) @ np.ones(2) == 2
    with threadpoolctl.threadpool_limits(limits=2, user_api="blas"):  # restored afterwards
        assert blas_threads() == {2}
        one_thread_per_product()
        seen: set[int] = set()
        other = threading.Thread(target=lambda: seen.update(blas_threads()))
        other.start()
        other.join()
        assert blas_threads() == seen == {1}


@pytest.mark.slow  # loads torch
def test_torch_keeps_its_threads() -> None:
    torch = importlib.import_module("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with threadpoolctl.threadpool_limits(limits=2, user_api="blas"):
            one_thread_per_product()
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
