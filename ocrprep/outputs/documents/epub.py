"""EPUB 3: a chapter for each page.

Written with zipfile and templates of our own: libraries that make EPUBs either put the time and a random identifier
into every book, so that the same pages never give the same bytes, or are under a licence that this package cannot take.
The date of the last change, which the format demands, is 1 January 2000 in every book; the identifier is made from the
text.
"""

from __future__ import annotations

import hashlib
import uuid
import zipfile
from typing import TYPE_CHECKING, BinaryIO

from ocrprep.outputs.documents._blocks import blocks_of
from ocrprep.outputs.documents._book import BLOCKS, STYLE, language_of, template, title_of
from ocrprep.outputs.documents._zips import member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_CONTAINER = """\
<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_PAGE = (
    """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="{{ language }}" xml:lang="{{ language }}">
<head>
<title>Page {{ number }}</title>
<link rel="stylesheet" type="text/css" href="style.css"/>
</head>
<body>
<section id="page-{{ number }}" aria-label="Page {{ number }}">
"""
    + BLOCKS
    + """\
</section>
</body>
</html>
"""
)
_CONTENTS = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>{{ title }}</title></head>
<body>
<nav epub:type="toc" id="toc">
<h1>{{ title }}</h1>
<ol>
{% for number in numbers %}
<li><a href="{{ '%06d'|format(number) }}.xhtml">Page {{ number }}</a></li>
{% endfor %}
</ol>
</nav>
</body>
</html>
"""
_PACKAGE = """\
<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{{ identifier }}</dc:identifier>
<dc:title>{{ title }}</dc:title>
{% for language in languages %}
<dc:language>{{ language }}</dc:language>
{% endfor %}
<meta property="dcterms:modified">2000-01-01T00:00:00Z</meta>
</metadata>
<manifest>
<item id="toc" href="toc.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/>
{% for number in numbers %}
<item id="p{{ number }}" href="{{ '%06d'|format(number) }}.xhtml" media-type="application/xhtml+xml"/>
{% endfor %}
</manifest>
<spine>
{% for number in numbers %}
<itemref idref="p{{ number }}"/>
{% endfor %}
</spine>
</package>
"""


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document.

    Raises:
        OutputError: jinja2 is not installed.
    """
    page = template(_PAGE)
    digest = hashlib.sha256()
    title, count, languages = "", 0, dict[str, None]()
    with zipfile.ZipFile(to, "w") as book:
        # First and stored: so that a reader finds the type at a known place.
        book.writestr(member("mimetype", stored=True), "application/epub+zip")
        book.writestr(member("META-INF/container.xml"), _CONTAINER)
        for sheet in sheets:
            title, count, language = title or title_of(sheet), sheet.number, language_of(sheet)
            languages[language] = None
            chapter = page.render(number=count, language=language, blocks=blocks_of(sheet)).encode()
            digest.update(chapter)
            book.writestr(member(f"EPUB/{count:06}.xhtml"), chapter)
        known = {
            "title": title,
            "numbers": range(1, count + 1),
            "languages": list(languages),
            "identifier": uuid.UUID(bytes=digest.digest()[:16], version=5),
        }
        del options
        book.writestr(member("EPUB/style.css"), STYLE)
        book.writestr(member("EPUB/toc.xhtml"), template(_CONTENTS).render(known))
        book.writestr(member("EPUB/package.opf"), template(_PACKAGE).render(known))
