"""What can be done with the text of a page: compared, searched, corrected, summed up in key words."""

from ocrprep.text.comparing import contains, same_text, similarity
from ocrprep.text.key_words import Keyword, keywords
from ocrprep.text.searching import Found, find
from ocrprep.text.spelling import Misspelling, correct_spelling, misspelled

__all__ = [
    "Found",
    "Keyword",
    "Misspelling",
    "contains",
    "correct_spelling",
    "find",
    "keywords",
    "misspelled",
    "same_text",
    "similarity",
]
