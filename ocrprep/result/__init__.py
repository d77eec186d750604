"""The other noun that travels: what an engine read from a page, in page and in source coordinates."""

from ocrprep.result.as_json import SCHEMA_VERSION, json_text
from ocrprep.result.frame import Frame, Space, frame_of
from ocrprep.result.output import OcrOutput, PageFailure
from ocrprep.result.recognition import Map, Reading, RecognitionResult, as_map, sifted, text_of
from ocrprep.result.words import (
    Alternative,
    AreasType,
    Character,
    Line,
    Quad,
    Region,
    Word,
    as_quad,
    quad_on_source,
)

__all__ = [
    "SCHEMA_VERSION",
    "Alternative",
    "AreasType",
    "Character",
    "Frame",
    "Line",
    "Map",
    "OcrOutput",
    "PageFailure",
    "Quad",
    "Reading",
    "RecognitionResult",
    "Region",
    "Space",
    "Word",
    "as_map",
    "as_quad",
    "frame_of",
    "json_text",
    "quad_on_source",
    "sifted",
    "text_of",
]
