from __future__ import annotations

import pytest

from tests.models import small


@pytest.fixture(scope="session")
def model_file(tmp_path_factory):
    return small.write(tmp_path_factory.mktemp("model"))
