"""The loss and the step of the training; the network itself is the packaged one (`model`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import settings
from retrieval.joint_reading import Excerpt

pytestmark = pytest.mark.model


def test_no_answer_wins_where_nothing_answers_and_the_right_sentence_elsewhere() -> None:
    import torch  # noqa: PLC0415  # seconds, only where models are tested

    from eval.reading.examples import Seen  # noqa: PLC0415
    from eval.reading.training import loss_of  # noqa: PLC0415

    text = Excerpt("", "Ja. Nein.", ((0, 3), (4, 9)))
    right = Seen(text, (True, False), True)
    wrong = Seen(text, (False, False), False)
    told = torch.tensor([8.0, -8.0, -8.0, -8.0])
    mistaken = torch.tensor([-8.0, 8.0, -8.0, -8.0])
    assert loss_of(told, [right, wrong]) < 0.01
    assert loss_of(mistaken, [right, wrong]) > 7
    assert loss_of(torch.tensor([-8.0, -8.0]), [wrong]) < 0.01
    assert loss_of(torch.tensor([8.0, -8.0]), [wrong]) > 7


def test_a_few_steps_teach_and_what_was_learned_is_what_the_reader_reads(tmp_path: Path) -> None:
    import torch  # noqa: PLC0415
    from safetensors.torch import save_file  # noqa: PLC0415

    from eval.reading.examples import Seen  # noqa: PLC0415
    from eval.reading.training import Lesson, ReadingNetwork, Trainer  # noqa: PLC0415
    from retrieval.neural_reader import NeuralReader, joined  # noqa: PLC0415
    from retrieval.packaged_model import packaged_model  # noqa: PLC0415

    torch.manual_seed(0)
    folder = packaged_model(settings.load().cache_dir)
    text = "Der Treff öffnet um neun. Am Brunnen blühen Rosen."
    read = Excerpt("Plan", text, ((0, 25), (26, 50)))
    question = "Wann öffnet der Treff?"
    lesson = Lesson(question, [Seen(read, (True, False), True)])
    network = ReadingNetwork(folder)
    trainer = Trainer(network, 30)
    losses = [trainer.step([lesson, lesson]) for _ in range(30)]
    assert losses[-1] < losses[0] / 2
    save_file(dict(network.tensors()), tmp_path / "a.safetensors", metadata={"name": "probe"})
    reader = NeuralReader(folder, adapters=tmp_path / "a.safetensors")
    assert reader.name == "probe"
    network.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        own = network(joined(network.tokenizer, question, [read])).float().numpy()
    found = reader.read(question, [read])[0]
    assert found == pytest.approx(own, abs=0.15)  # the one in bfloat16, the other not
    assert found[0] > found[1]
