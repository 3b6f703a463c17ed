"""Teaches the packaged encoder to read: low-rank adapters, a mark and a head, nothing else moves.

The loss is that of a choice among all sentences of the passages and "none" (Clark and Gardner 2018,
"Simple and Effective Multi-Paragraph Reading Comprehension", shared normalisation with a no-answer
option): the score of "none" is 0, any sentence that answers may win. Of a question that can be
answered, the passages that do not answer teach "none" as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from eval.reading.examples import Seen
from retrieval.joint_reading import Joined
from retrieval.neural_reader import PLACES, joined, tokenizer_of

RANK: Final = 16
FROM_LAYER: Final = 2
"""Layers below are left alone: they hold words, not meaning."""
HIDDEN: Final = 128
DROPOUT: Final = 0.1
RATE: Final = 1e-3
WARM: Final = 40


class LowRank(nn.Module):
    """A linear layer that does not move, and beside it a product of two thin matrices that does."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer.to(torch.bfloat16).requires_grad_(False)
        scale = 1 / math.sqrt(layer.in_features)
        self.a = nn.Parameter(torch.randn(RANK, layer.in_features) * scale)
        self.b = nn.Parameter(torch.zeros(layer.out_features, RANK))
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, states: Tensor) -> Tensor:
        """Return what both say together.

        Dropout leaves out whole features of a passage, which costs a mask for the thin matrix
        instead of one for every token (a sixth of the time of a step).
        """
        down = self.drop(self.a.new_ones(self.a.shape[1])) * self.a
        added = (states @ down.T.to(states.dtype)) @ self.b.T.to(states.dtype)
        return torch.add(self.layer(states), added)


class ReadingNetwork(nn.Module):
    """The network that `retrieval.neural_reader` runs, in a form that can learn."""

    def __init__(self, folder: Path) -> None:
        """Load the encoder of a sentence-transformers folder."""
        super().__init__()
        self.encoder = AutoModel.from_pretrained(folder).requires_grad_(False)
        self.adapters: dict[str, LowRank] = {}
        for number, layer in enumerate(self.encoder.encoder.layer):
            for part in layer.modules():
                if isinstance(part, nn.Linear):
                    part.to(torch.bfloat16)
            if number >= FROM_LAYER:
                self._adapt(number, layer)
        width = self.encoder.config.hidden_size
        self.mark = nn.Parameter(torch.zeros(2, width))
        self.head = nn.Sequential(nn.Linear(2 * width, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))
        self.tokenizer = tokenizer_of(Tokenizer.from_file(str(folder / "tokenizer.json")))

    def _adapt(self, number: int, layer: nn.Module) -> None:
        for short, place in PLACES.items():
            owner, _, name = place.rpartition(".")
            holder = layer.get_submodule(owner)
            adapted = LowRank(getattr(holder, name))
            setattr(holder, name, adapted)
            self.adapters[f"{number}.{short}"] = adapted

    def forward(self, rows: Sequence[Joined]) -> Tensor:
        """Return the scores of all sentences of all rows, shape (sentences,)."""
        pooled = [vector for row in rows for vector in self._pooled(row)]
        scores: Tensor = self.head(torch.stack(pooled)).squeeze(-1)
        return scores

    def _pooled(self, row: Joined) -> list[Tensor]:
        """Return what the head gets of each sentence; a row on its own needs no padding."""
        ids = torch.tensor([row.ids])
        marks = torch.zeros_like(ids)
        marks[0, row.passage_at :] = 1
        given = self.encoder.embeddings.word_embeddings(ids) + self.mark[marks]
        states = self.encoder(inputs_embeds=given).last_hidden_state[0].float()
        return [
            torch.cat([states[a:b].mean(0) if b > a else states[0], states[0]])
            for a, b in row.spans
        ]

    def tensors(self) -> Mapping[str, Tensor]:
        """Return what was learned, by the names that `retrieval.neural_reader` reads."""
        made = {
            f"{name}.{part}": getattr(adapter, part).detach().half().contiguous()
            for name, adapter in self.adapters.items()
            for part in "ab"
        }
        head = {
            f"head.{name}": part.detach().float() for name, part in self.head.state_dict().items()
        }
        return made | {"mark": self.mark.detach().float()} | head

    def load(self, learned: Mapping[str, Tensor]) -> None:
        """Go on from what `tensors` returned."""
        with torch.no_grad():
            for name, adapter in self.adapters.items():
                adapter.a.copy_(learned[f"{name}.a"])
                adapter.b.copy_(learned[f"{name}.b"])
            self.mark.copy_(learned["mark"])
        # Without it no slope runs through the layers below the first adapter.
        self.mark.requires_grad_(False)
        head = {name: learned[f"head.{name}"] for name in self.head.state_dict()}
        self.head.load_state_dict(head)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question with the passages to learn from."""

    question: str
    seen: Sequence[Seen]


def loss_of(scores: Tensor, seen: Sequence[Seen]) -> Tensor:
    """Return the loss of one question; `scores` are those of all sentences of `seen`."""
    right = torch.tensor([label for one in seen for label in one.labels])
    beside = torch.tensor([not one.gold for one in seen for _ in one.labels])
    of_right = torch.tensor([any(one.labels) for one in seen for _ in one.labels])
    if not right.any():
        return _against_none(scores)
    choice = _against_none(scores[right | beside | of_right]) - torch.logsumexp(scores[right], 0)
    if beside.any():
        choice = choice + _against_none(scores[beside])
    return choice / 2


def _against_none(scores: Tensor) -> Tensor:
    return torch.logsumexp(torch.cat([torch.zeros(1), scores]), 0)


class Trainer:
    """Takes steps; every lesson of a step is computed on one thread, two at a time."""

    def __init__(self, network: ReadingNetwork, steps: int, rate: float = RATE) -> None:
        """Prepare `steps` steps with a rate that rises shortly and then falls to nothing."""
        self._network, self._steps, self._done = network, steps, 0
        head = list(network.head.parameters())
        known = {id(weight) for weight in head}
        rest = [w for w in network.parameters() if w.requires_grad and id(w) not in known]
        self._weights = [*rest, *head]
        self._optimiser = torch.optim.AdamW(
            [{"params": rest, "base": rate}, {"params": head, "base": 2 * rate}], weight_decay=0.01
        )
        self._workers = ThreadPoolExecutor(2, initializer=torch.set_num_threads, initargs=(1,))

    def step(self, lessons: Sequence[Lesson]) -> float:
        """Learn from some questions; returns their mean loss."""
        self._done += 1
        share = min(1.0, self._done / WARM) * max(0.02, 1 - self._done / self._steps)
        for group in self._optimiser.param_groups:
            group["lr"] = group["base"] * share
        results = list(self._workers.map(self._learn, lessons))
        for place, weight in enumerate(self._weights):
            slopes = [slope for _, found in results if (slope := found[place]) is not None]
            weight.grad = torch.stack(slopes).sum(0) / len(lessons) if slopes else None
        nn.utils.clip_grad_norm_(self._weights, 1.0)
        self._optimiser.step()
        return sum(value for value, _ in results) / len(results)

    def _learn(self, lesson: Lesson) -> tuple[float, tuple[Tensor | None, ...]]:
        excerpts = [one.excerpt for one in lesson.seen]
        rows = joined(self._network.tokenizer, lesson.question, excerpts)
        with torch.autocast("cpu", torch.bfloat16):
            scores = self._network(rows).float()
        loss = loss_of(scores, lesson.seen)
        # Not backward(): two threads would add to the same gradients.
        slopes = torch.autograd.grad(loss, self._weights, allow_unused=True)
        return float(loss.item()), slopes


def mixed(old: Mapping[str, Tensor], new: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """Return the mean of two sets of weights, `share` (0..1) of it being of `new`."""
    return {name: (1 - share) * old[name] + share * new[name] for name in new}
