"""Networks: sizes, shapes, and ocrobin's weights by name."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ocrprep.errors import ModelError
from ocrprep.learning.architectures import ARCHITECTURES
from ocrprep.learning.networks import build, load_tensors, parameter_count
from tests import real_data

MOST = {"unet-nano": 100_000, "unet-small": 500_000, "unet-base": 5_000_000, "lstm2": 1001, "lstm2-large": 10_000}
PUBLISHED = "models/ocrobin_published_weights.npz"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_sizes_and_shapes(name):
    network, known = build(name).eval(), ARCHITECTURES[name]
    assert parameter_count(network) <= MOST[name]
    side = 2 * known.multiple
    with torch.no_grad():
        logits = network(torch.randn(2, known.channels, side, 2 * side))
    assert logits.shape == (2, len(known.outputs), side, 2 * side)
    assert known.halo % known.multiple == 0
    assert known.tile % known.multiple == 0


def test_the_small_lstm2_has_exactly_the_numbers_of_ocrobin():
    assert parameter_count(build("lstm2")) == 1001


def test_a_unet_first_guesses_little_ink():
    with torch.no_grad():
        guess = torch.sigmoid(build("unet-nano").eval()(torch.randn(1, 2, 64, 64)))
    assert float(guess.mean()) < 0.25


def test_the_row_lstm_reads_along_rows_and_the_other_along_columns():
    lstm = build("lstm2")[3]
    page = torch.zeros(1, 8, 6, 7)
    lit = page.clone()
    lit[0, :, 2, 3] = 1
    with torch.no_grad():
        changed = (lstm.hlstm(lit) - lstm.hlstm(page)).abs().sum(1)[0] > 1e-7
        assert changed[2].all()
        assert not changed[[0, 1, 3, 4, 5]].any()
        assert ((lstm(lit) - lstm(page)).abs().sum(1)[0] > 0).all()


def test_weights_load_by_name_and_others_are_refused():
    network = build("lstm2")
    tensors = {name: value.numpy() + 0.5 for name, value in network.state_dict().items() if value.is_floating_point()}
    load_tensors(network, tensors)
    assert all(np.array_equal(network.state_dict()[name].numpy(), value) for name, value in tensors.items())
    with pytest.raises(ModelError, match=r"lacks 4\.bias"):
        load_tensors(network, {name: value for name, value in tensors.items() if name != "4.bias"})
    with pytest.raises(ModelError, match=r"has 5\.bias"):
        load_tensors(network, {**tensors, "5.bias": tensors["4.bias"]})
    with pytest.raises(ModelError, match=r"4\.bias is \(2,\), not \(1,\)"):
        load_tensors(network, {**tensors, "4.bias": np.zeros(2, np.float32)})


@real_data.needs(PUBLISHED)
def test_the_published_weights_of_ocrobin_fit():
    load_tensors(build("lstm2"), dict(np.load(real_data.DATA / PUBLISHED)))
