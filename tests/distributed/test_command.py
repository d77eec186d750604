"""``ocrprep read --ray`` as far as no cluster is needed."""

from pathlib import Path

import pytest

from ocrprep.cli._cluster import _address_of, _spelled_out
from tests.test_cli import run


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("--ray a.png -o out", "--ray local a.png -o out"),
        ("a.png --ray -o out", "a.png --ray local -o out"),
        ("a.png -o out --ray", "a.png -o out --ray local"),
        ("--ray auto a.png", "--ray auto a.png"),
        ("--ray ray://head:10001 a.png", "--ray ray://head:10001 a.png"),
        ("--ray head.cluster:6379 a.png", "--ray head.cluster:6379 a.png"),
        ("--ray scans/ a.png", "--ray local scans/ a.png"),
        ("--ray s3://bucket/scans", "--ray local s3://bucket/scans"),
        ("a.png -- --ray", "a.png -- --ray"),
        ("a.png", "a.png"),
    ],
)
def test_the_address_may_be_left_out(given, told):
    assert _spelled_out(given.split()) == told.split()


@pytest.mark.parametrize(
    ("option", "named"),
    [
        (["--to", "pdf"], "--to"),
        (["--pdfa"], "--pdfa"),
        (["--explain"], "--explain"),
        (["--pages", "2"], "--pages"),
        (["--job", "x"], "--job"),
        (["--on-error", "raise"], "--on-error"),
    ],
)
def test_what_has_no_effect_on_a_cluster_is_refused(tmp_path, option, named):
    done = run("read", "a.png", "--ray", "-o", tmp_path / "out", *option)
    assert done.exit_code == 2
    assert named in done.stderr
    assert "--ray" in done.stderr


def test_a_folder_and_inputs_are_needed():
    assert "--output DIR" in run("read", "a.png", "--ray").stderr
    done = run("read", "--ray", "-o", "out")
    assert done.exit_code == 2
    assert "INPUT" in done.stderr


@pytest.mark.parametrize("address", ["s3://bucket/out", "memory://out", "/mnt/out", "out", "a:b/c"])
def test_the_folders_address_keeps_its_slashes(address):
    """A path makes one slash of two."""
    assert _address_of(Path(address)) == address
