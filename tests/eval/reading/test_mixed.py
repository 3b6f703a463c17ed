from __future__ import annotations

import torch

from eval.reading.training import mixed


def test_the_mean_lies_between_old_and_new_weights() -> None:
    old, new = {"a": torch.zeros(2)}, {"a": torch.full((2,), 4.0)}
    assert mixed(old, new, 0.25)["a"].tolist() == [1.0, 1.0]
    assert mixed(old, new, 1.0)["a"].tolist() == [4.0, 4.0]
