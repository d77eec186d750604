"""The same chain as JSON, YAML, Python and flags; what is wrong is named with its place; nothing is executed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrprep.chain import FilterChain
from ocrprep.errors import ConfigError
from ocrprep.filters.drop_color import DropColor
from ocrprep.filters.invert import Invert
from ocrprep.filters.threshold import Threshold
from ocrprep.filters.to_grayscale import ToGrayscale
from ocrprep.preprocessing import PreprocessingFilter

CHAIN = FilterChain(
    [
        Invert(),
        Threshold(150),
        Threshold(0, area=(0, 10, 640, 200)),
        ToGrayscale(weights=(0.5, 0.25, 0.25)),
        DropColor("#d73c46", tolerance=12.5),
        DropColor((10, 20, 200)),
    ]
)

YAML = """\
ocrprep: 1
filters:
- kind: invert
- kind: threshold
  value: 150
- kind: threshold
  area: [0, 10, 640, 200]
- kind: to_grayscale
  weights: [0.5, 0.25, 0.25]
- kind: drop_color
  color: '#d73c46'
  tolerance: 12.5
- kind: drop_color
  color: [10, 20, 200]
"""

PYTHON = """\
PreprocessingFilter([
    PreprocessingFilter.invert(),
    PreprocessingFilter.threshold(value=150),
    PreprocessingFilter.threshold(area=[0, 10, 640, 200]),
    PreprocessingFilter.to_grayscale(weights=[0.5, 0.25, 0.25]),
    PreprocessingFilter.drop_color(color='#d73c46', tolerance=12.5),
    PreprocessingFilter.drop_color(color=[10, 20, 200]),
])"""

FLAGS = [
    "invert",
    "threshold=150",
    "threshold:area=[0,10,640,200]",
    "to_grayscale:weights=[0.5,0.25,0.25]",
    'drop_color:color="#d73c46",tolerance=12.5',
    "drop_color=[10,20,200]",
]


def test_yaml_is_written_to_be_read():
    assert CHAIN.to_yaml() == YAML
    assert FilterChain.from_yaml(YAML) == CHAIN


def test_json_is_the_same_mapping():
    assert json.loads(CHAIN.to_json()) == CHAIN.to_dict()
    assert FilterChain.from_json(CHAIN.to_json()) == CHAIN
    assert FilterChain.from_yaml(CHAIN.to_json()) == CHAIN


def test_python():
    assert CHAIN.to_python() == PYTHON
    assert FilterChain.from_python(PYTHON) == CHAIN
    assert FilterChain.from_python("PreprocessingFilter([PreprocessingFilter.threshold(150)])") == FilterChain(
        [Threshold(150)]
    )
    assert FilterChain.from_python("[PreprocessingFilter.of('threshold', 150)]") == FilterChain([Threshold(150)])
    for empty in ("PreprocessingFilter()", "PreprocessingFilter([])", "[]", FilterChain().to_python()):
        assert FilterChain.from_python(empty) == FilterChain()


def test_flags():
    assert CHAIN.to_flags() == [part for flag in FLAGS for part in ("--filter", flag)]
    assert FilterChain.from_flags(FLAGS) == CHAIN
    assert FilterChain.from_flags(CHAIN.to_flags()) == CHAIN
    assert FilterChain.from_flags(["auto-skew", "to-grayscale=red", "drop-color=#d73c46"]) == FilterChain(
        [PreprocessingFilter.deskew(), ToGrayscale("red"), DropColor("#d73c46")]
    )


def test_full_writes_the_defaults_too():
    row = FilterChain([Threshold()]).to_dict(full=True)["filters"][0]
    assert row == {"kind": "threshold", "value": 0, "area": None}
    assert FilterChain([Threshold()]).to_dict()["filters"] == [{"kind": "threshold"}]


def test_short_forms():
    text = "ocrprep: 1\nfilters: [invert, auto-skew, {kind: threshold, value: 150}]"
    assert FilterChain.from_yaml(text) == FilterChain([Invert(), PreprocessingFilter.deskew(), Threshold(150)])


@pytest.mark.parametrize(
    ("data", "message", "locations"),
    [
        (
            {"ocrprep": 1, "filters": [{"kind": "threshold", "value": 300}, "blurr"]},
            r"filters\[0\]\.threshold\.value: Input .* equal to 255; filters\[1\]\.kind: no filter is called 'blurr'",
            ("filters[0].threshold.value", "filters[1].kind"),
        ),
        ({"ocrprep": 1, "filters": [{"value": 3}]}, r"filters\[0\]", ("filters[0]",)),
        ({"ocrprep": 1, "filters": [3]}, r"filters\[0\]", ("filters[0]",)),
        ({"ocrprep": 1, "filters": [{"kind": "treshold"}]}, "did you mean threshold", ("filters[0].kind",)),
        (
            {"ocrprep": 1, "filters": ["invert", {"kind": "threshold", "valeu": 1}]},
            r"filters\[1\]\.threshold\.valeu: Extra inputs",
            ("filters[1].threshold.valeu",),
        ),
        (
            {"ocrprep": 1, "filters": [{"kind": "threshold", "area": [0, 0, 0, 5]}]},
            r"filters\[0\]\.threshold\.area",
            ("filters[0].threshold.area",),
        ),
        ({"ocrprep": 2, "filters": []}, "schema version from 1 to 1, found 2", ("ocrprep",)),
        ({"ocrprep": True, "filters": []}, "schema version", ("ocrprep",)),
        ({"filters": []}, "schema version", ("ocrprep",)),
        ({"ocrprep": 1, "filters": [], "filter": []}, "unknown key 'filter'", ("filter",)),
        ({"ocrprep": 1}, "a list called 'filters'", ()),
        ([], "a list called 'filters'", ()),
        (None, "a list called 'filters'", ()),
        ("threshold", "a list called 'filters'", ()),
    ],
)
def test_faults_are_located(data, message, locations):
    for load in (
        lambda: FilterChain.from_dict(data, name="my.yaml"),
        lambda: FilterChain.from_json(json.dumps(data), name="my.yaml"),
        lambda: FilterChain.from_yaml(json.dumps(data), name="my.yaml"),
    ):
        with pytest.raises(ConfigError, match=message) as caught:
            load()
        assert caught.value.locations == locations
        assert str(caught.value).startswith("my.yaml: ")


def test_text_that_is_not_json_or_yaml_is_located():
    with pytest.raises(ConfigError, match=r"my\.json is not JSON: .*line 2 column 1"):
        FilterChain.from_json('{"ocrprep": 1,\n', name="my.json")
    with pytest.raises(ConfigError, match=r"my\.yaml is not YAML, line 3, column 1"):
        FilterChain.from_yaml("ocrprep: 1\nfilters: [invert\n", name="my.yaml")


@pytest.mark.parametrize("text", ["[" * 3_000, "9" * 5_000, "ocrprep: 2020-13-45", "\0", "{" * 3_000, "&a [*a]"])
def test_hostile_texts_are_config_errors(text):
    for load in (FilterChain.from_json, FilterChain.from_yaml, FilterChain.from_python):
        with pytest.raises(ConfigError):
            load(text)
    with pytest.raises(ConfigError):
        FilterChain.from_flags([f"threshold={text}"])


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch {path}')",
        "PreprocessingFilter([__import__('os').system('touch {path}')])",
        "PreprocessingFilter([PreprocessingFilter.threshold(open('{path}', 'w'))])",
        "PreprocessingFilter([PreprocessingFilter.threshold(value=open('{path}', 'w'))])",
        "[open('{path}', 'w').write('x') for _ in (1, 2)]",
        "PreprocessingFilter([(lambda: open('{path}', 'w'))()])",
    ],
)
def test_python_is_parsed_and_never_run(text, tmp_path):
    path = tmp_path / "written"
    with pytest.raises(ConfigError):
        FilterChain.from_python(text.format(path=path))
    assert not path.exists()


def test_yaml_makes_no_objects(tmp_path):
    path = tmp_path / "written"
    with pytest.raises(ConfigError, match="not YAML"):
        FilterChain.from_yaml(f"!!python/object/apply:os.system ['touch {path}']")
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(", "never closed"),
        ("", "invalid syntax"),
        ("x = 1", "invalid syntax"),
        ("5", "expected PreprocessingFilter"),
        ("PreprocessingFilter([threshold(150)])", "line 1: expected a factory"),
        ("PreprocessingFilter([PreprocessingFilter.threshold])", "line 1: expected a factory"),
        ("[PreprocessingFilter.threshold(1, 2, 3)]", "at most 2 values: value, area"),
        ("[PreprocessingFilter.threshold(1, value=2)]", "value by position and by name"),
        ("[PreprocessingFilter.threshold(**{'value': 1})]", r"not as \*\*mapping"),
        ("[PreprocessingFilter.threshold(*[1])]", "malformed"),
        ("[PreprocessingFilter.treshold(1)]", "did you mean threshold"),
        ("(" * 500 + ")" * 500, "not a chain in Python"),
    ],
)
def test_what_is_no_chain_in_python(text, message):
    with pytest.raises(ConfigError, match=message):
        FilterChain.from_python(text)


@pytest.mark.parametrize(
    ("flag", "message"),
    [
        ("threshold:150", "expected NAME=VALUE, found '150'"),
        ("threshold:value=1,value=2", "value is given twice"),
        ("threshold:value=[1", "not YAML"),
        ("threshold=abc", r"filters\[0\]\.threshold\.value"),
        ("threshold:vaule=1", r"filters\[0\]\.threshold\.vaule"),
        ("treshold=1", "did you mean threshold"),
        ("treshold", "did you mean threshold"),
        ("invert=1", "area"),
        ("", "no filter is called"),
        ("=1", "no filter is called"),
    ],
)
def test_what_is_no_flag(flag, message):
    with pytest.raises(ConfigError, match=message):
        FilterChain.from_flags([flag])


@pytest.mark.parametrize(
    "value", ["yes", "1", "null", "a,b", "a:b", "[x]", "it's", 'a "b"', "#a", " x ", "ä", "a=b", ""]
)
def test_strings_survive_flags(value):
    from ocrprep import notation

    names = {"odd": ["text", "number", "area"]}.__getitem__
    for row in ({"kind": "odd", "text": value}, {"kind": "odd", "number": 1, "text": value}):
        assert notation.from_flag(notation.to_flag(row, names("odd")), names) == row


plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8),
)
values = st.one_of(plain, st.lists(plain, max_size=3))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(["first", "second", "third"]), values, max_size=3))
def test_any_value_survives_every_notation(parameters):
    from ocrprep import notation

    order = ["first", "second", "third", "area"]
    row = {"kind": "odd", **parameters}
    data = {"ocrprep": 1, "filters": [row]}
    assert notation.from_yaml(notation.to_yaml(data), "") == data
    assert notation.from_python(notation.to_python([row]), lambda _: order, "") == data
    assert notation.from_flag(notation.to_flag(row, order), lambda _: order) == row
