"""Schemas of standards: our own of the parts that are written, and where the official ones are found.

ALTO's schema and PAGE's are not ours to copy. They come inside of packages that ``scripts/test`` puts into a folder of
the virtual environment, without what those depend on; nothing of these packages can be imported from there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

HERE = Path(__file__).parent
_SHARED = Path(sys.prefix) / "share" / "xml-schemas"
_IMPORT = "{http://www.w3.org/2001/XMLSchema}import"


def own_alto() -> Any:
    """The part of ALTO 4.4 that is written, as strict as it is written."""
    return etree.XMLSchema(etree.parse(HERE / "alto-4-part.xsd"))


def official_alto() -> Any:
    """ALTO's own schema, or a skipped test."""
    path = _named("OCRPREP_ALTO_XSD") or _inside("htrflow", "serialization/schemas/alto-4-4.xsd")
    if path is None:
        pytest.skip("ALTO's schema is not at hand: scripts/test fetches it; or name it in OCRPREP_ALTO_XSD")
    return _schema(path)


def official_page() -> Any:
    """PAGE's own schema, or a skipped test."""
    return _schema(_page_path())


def official_page_languages() -> set[str]:
    """The words that PAGE has for languages, or a skipped test."""
    listed = etree.parse(_page_path()).xpath("//*[@name='LanguageSimpleType']//@value")
    return set(map(str, listed))


def _page_path() -> Path:
    path = _named("OCRPREP_PAGE_XSD") or _inside("ocrd_validators", "page.xsd")
    if path is None:
        pytest.skip("PAGE's schema is not at hand: scripts/test fetches it; or name it in OCRPREP_PAGE_XSD")
    return path


def _named(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _inside(package: str, name: str) -> Path | None:
    path = _SHARED / package / name
    return path if path.exists() else None


def _schema(path: Path) -> Any:
    tree = etree.parse(path)
    for item in tree.iter(_IMPORT):
        # No test asks the network.
        item.set("schemaLocation", (HERE / "xlink-part.xsd").as_uri())
    return etree.XMLSchema(tree)
