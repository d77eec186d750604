"""The texts of a chain: YAML, a Python expression, and command-line flags, to and from plain values.

A filter as plain values is ``{"kind": "threshold", "value": 150}``. Nothing here knows a filter class.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ocrprep.errors import ConfigError

Names = Callable[[str], Sequence[str]]
"""Kind → its parameter names in the order in which they may be given by position."""


def to_yaml(data: Mapping[str, Any]) -> str:
    """Block-style YAML with one filter an item and short lists on one line."""
    import yaml  # noqa: PLC0415 - read only when a chain is a file

    class Dumper(yaml.SafeDumper):
        pass

    Dumper.add_representer(
        list,
        lambda dumper, items: dumper.represent_sequence(
            "tag:yaml.org,2002:seq", items, flow_style=not any(isinstance(item, (dict, list)) for item in items)
        ),
    )
    return yaml.dump(dict(data), Dumper=Dumper, sort_keys=False, allow_unicode=True)


def from_yaml(text: str, name: str) -> object:
    """Plain values from YAML.

    Raises:
        ConfigError: not YAML; with line and column.
    """
    import yaml  # noqa: PLC0415

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise ConfigError(f"{name or 'the chain'} is not YAML{place}: {problem}") from error
    except (ValueError, RecursionError) as error:
        # A date or a number that cannot be, or brackets without end.
        raise ConfigError(f"{name or 'the chain'} is not YAML: {error}") from error


def to_python(rows: Iterable[Mapping[str, Any]]) -> str:
    """``PreprocessingFilter([PreprocessingFilter.threshold(value=150), …])`` with one filter a line."""
    calls = []
    for row in rows:
        arguments = ", ".join(f"{key}={value!r}" for key, value in row.items() if key != "kind")
        kind = row["kind"]
        call = f"PreprocessingFilter.{kind}({arguments})"
        if "." in kind:
            extra = f", {arguments}" if arguments else ""
            call = f"PreprocessingFilter.of({kind!r}{extra})"
        calls.append(f"    {call},\n")
    return f"PreprocessingFilter([\n{''.join(calls)}])" if calls else "PreprocessingFilter([])"


def from_python(text: str, names: Names, name: str) -> object:
    """Plain values from an expression as :func:`to_python` writes it. The text is parsed, never executed.

    Raises:
        ConfigError: it is anything else.
    """
    try:
        rows = [_row_from_call(call, names) for call in _calls(text)]
    except (SyntaxError, ValueError, RecursionError) as error:
        raise ConfigError(f"{name or 'the chain'} is not a chain in Python: {error}") from error
    return {"ocrprep": 1, "filters": rows}


def _calls(text: str) -> list[ast.expr]:
    tree = ast.parse(text.strip(), mode="eval").body
    if isinstance(tree, ast.Call) and not tree.keywords and len(tree.args) <= 1:
        tree = tree.args[0] if tree.args else ast.List(elts=[])
    if not isinstance(tree, ast.List):
        raise ValueError("expected PreprocessingFilter([PreprocessingFilter.binarize(), …])")  # noqa: TRY004
    return tree.elts


def _row_from_call(call: ast.expr, names: Names) -> dict[str, Any]:
    line = getattr(call, "lineno", 0)
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
        raise ValueError(f"line {line}: expected a factory such as PreprocessingFilter.binarize()")  # noqa: TRY004
    values = [ast.literal_eval(value) for value in call.args]
    kind = str(values.pop(0)) if call.func.attr == "of" and values else call.func.attr
    placed = _place(kind, values, names)
    if any(item.arg is None for item in call.keywords):
        raise ValueError(f"line {line}: write the parameters of {kind} out, not as **mapping")
    named = {str(item.arg): ast.literal_eval(item.value) for item in call.keywords}
    twice = placed.keys() & named.keys()
    if twice:
        raise ValueError(f"line {line}: {kind} is given {min(twice)} by position and by name")
    return {"kind": kind, **placed, **named}


def _place(kind: str, values: Sequence[Any], names: Names) -> dict[str, Any]:
    order = names(kind)
    if len(values) > len(order):
        raise ValueError(f"{kind} takes at most {len(order)} values: {', '.join(order)}")
    return dict(zip(order, values, strict=False))


def to_flag(row: Mapping[str, Any], order: Sequence[str]) -> str:
    """``threshold=150``, ``sauvola:window=51,k=0.3`` or ``binarize``."""
    values = {key: value for key, value in row.items() if key != "kind"}
    kind = row["kind"]
    if not values:
        return str(kind)
    if list(values) == list(order[:1]):
        return f"{kind}={_scalar(values[order[0]])}"
    return f"{kind}:{','.join(f'{key}={_scalar(value)}' for key, value in values.items())}"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_plain(text: str) -> bool:
    if not text or set(text) & set(",:[]{}\"'#="):
        return False
    try:
        return bool(_value(text) == text)
    except ValueError:
        return False


def from_flag(flag: str, names: Names) -> dict[str, Any]:
    """Plain values from one flag.

    Grammar: ``KIND``, ``KIND=VALUE`` (its first parameter) or ``KIND:NAME=VALUE,NAME=VALUE``; a value is written as in
    YAML, so lists are in brackets: ``threshold:value=150,area=[0,0,640,200]``.

    Raises:
        ConfigError: it is anything else.
    """
    head, colon, tail = flag.partition(":")
    kind, equals, value = head.partition("=")
    if equals:
        # A value may itself hold a colon.
        kind, _, value = flag.partition("=")
        colon = ""
    kind = kind.strip().replace("-", "_")
    try:
        if equals:
            return {"kind": kind, **_place(kind, [_value(value)], names)}
        return {"kind": kind, **(_pairs(tail) if colon else {})}
    except ValueError as error:
        raise ConfigError(
            f"--filter {flag}: {error}", hint="write KIND, KIND=VALUE or KIND:NAME=VALUE,NAME=VALUE"
        ) from error


def from_list(text: str) -> list[Any]:
    """The values of ``V,V,…``, each written as in a flag; a comma in brackets or quotes divides nothing.

    Raises:
        ConfigError: one of them cannot be understood.
    """
    try:
        return [_value(part) for part in _split(text)]
    except ValueError as error:
        raise ConfigError(f"{text}: {error}", hint="write values with commas between them: 50,100,150") from error


def _pairs(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _split(text):
        key, mark, item = part.partition("=")
        name = key.strip().replace("-", "_")
        if not mark:
            raise ValueError(f"expected NAME=VALUE, found {key!r}")
        if name in found:
            raise ValueError(f"{name} is given twice")
        found[name] = _value(item)
    return found


_PIECE = re.compile(
    r"""
    " (?: [^"\\] | \\. )* "   # a quoted text as JSON and YAML write it
    | (?<= [=\[{,:\s] ) ' [^']* '   # YAML's other quotes, where a value begins: not the one in it's
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def _split(text: str) -> list[str]:
    """The parts between those commas that stand in no quotes and no brackets."""
    parts, depth = [""], 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        depth += (piece in "[{") - (piece in "]}")
        if piece == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _value(text: str) -> Any:
    if text.strip().startswith("#"):
        # To YAML it would be a comment; on a command line it is a colour.
        return text.strip()
    try:
        # JSON is what to_flag writes, and its 1e-6 would be a text to YAML.
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        pass
    try:
        return from_yaml(text, "value")
    except ConfigError as error:
        raise ValueError(str(error)) from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
