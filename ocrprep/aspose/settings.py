"""Aspose's names for what is read and how, each with what it means to Tesseract."""

from __future__ import annotations

import enum
import string
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ocrprep.chain import FilterChain
from ocrprep.geometry import Rectangle
from ocrprep.preprocessing import PreprocessingFilter


class Language(str, enum.Enum):
    """Aspose's languages; the value is Tesseract's name of the same one.

    Those that Tesseract has no data for are left out. Any of Tesseract's own names may be given in place of a member.
    """

    ENG = "eng"
    AFR = "afr"
    ALN = "sqi"
    ARA = "ara"
    AZB = "aze"
    BEL = "bel"
    BOS = "bos"
    BUL = "bul"
    CAT = "cat"
    CEB = "ceb"
    CES = "ces"
    CMN = "chi_sim"
    CYRILLIC = "script/Cyrillic"
    DAN = "dan"
    DEU = "deu"
    DEVANAGARI = "script/Devanagari"
    EST = "est"
    EUROPEAN = "script/Cyrillic+eng"
    EXT_LATIN = "script/Latin"
    FIN = "fin"
    FRA = "fra"
    GLG = "glg"
    HBS = "srp_latn"
    HIN = "hin"
    HRV = "hrv"
    HUN = "hun"
    IND = "ind"
    ITA = "ita"
    JPN = "jpn"
    KAN = "kan+eng"
    KAZ = "kaz"
    KMR = "kmr"
    KOR = "kor"
    LAV = "lav"
    LIT = "lit"
    LNC = "oci"
    MAR = "mar"
    MLY = "msa"
    NEP = "nep"
    NLD = "nld"
    NOR = "nor"
    PES = "fas"
    POL = "pol"
    POR = "por"
    QXA = "que"
    RON = "ron"
    RUS = "rus"
    SLK = "slk"
    SLV = "slv"
    SPA = "spa"
    SRP = "srp"
    SUN = "sun"
    SWE = "swe"
    SWH = "swa"
    TAM = "tam+eng"
    TEL = "tel+eng"
    TGL = "fil"
    TUR = "tur"
    UIG = "uig"
    UKR = "ukr"
    URD = "urd"
    VIE = "vie"
    YOR = "yor"

    # Other names of the same languages: its default, its older spellings, its names of scripts.
    NONE = ENG
    CHI = CMN
    CHINESE = CHI
    CZE = CES
    DUM = NLD
    INDIC = DEVANAGARI
    LATIN = EXT_LATIN
    RUM = RON
    SRP_HRV = HBS


class DetectAreasMode(str, enum.Enum):
    """How the text lies on the page."""

    NONE = "none"
    """One block of text, no columns."""
    LEAN = NONE
    """The later name of NONE."""
    DOCUMENT = "document"
    """Columns, paragraphs, pictures."""
    MULTICOLUMN = DOCUMENT
    """The later name of DOCUMENT."""
    UNIVERSAL = "universal"
    """Most pages."""
    COMBINE = "combine"
    """Paragraphs with anything between them."""
    TABLE = "table"
    """Rows are kept together across the columns of a table."""
    PHOTO = "photo"
    """Words here and there, as on signs and packages."""
    TEXT_IN_WILD = "text_in_wild"
    """Words here and there in a photo."""

    @property
    def page_segmentation_mode(self) -> int:
        """Tesseract's number for it: 6 is one block, 11 is sparse text, 3 finds columns and paragraphs."""
        return {"none": 6, "table": 6, "photo": 11, "text_in_wild": 11}.get(self.value, 3)


class CharactersAllowedType(enum.Enum):
    """Alphabets that the text may be limited to; the value holds their symbols, None all."""

    ALL = None
    LATIN_ALPHABET = string.ascii_letters
    DIGITS = string.digits


class RecognitionSettings(BaseModel):
    """How a batch is recognized; fields may be set one by one, and a name that does not exist is an error.

    Args:
        language: a :class:`Language` or Tesseract's own name, such as ``eng+fra``.
        detect_areas_mode: how the text lies on the page.
        recognize_single_line: the page is one line of text; ``detect_areas_mode`` is then without effect.
        allowed_characters: an alphabet.
        allowed_symbols: only these are read; added to the alphabet, if there is one.
        ignored_symbols: these are never read.
        automatic_color_inversion: light text on dark is turned over first, by ``normalize_polarity()``.
        upscale_small_font: small text is enlarged first, by ``scale_to_text_height()``.
        lines_filtration: ruled lines are removed first, by ``remove_lines()``, so that tables can be read.
        recognition_areas: rectangles in pixels of the source image; only they are read, each by itself, in this order.
        characters: each word has its characters and what else they may be: ``recognition_characters_list``.
        threads_count: pages that are read at the same time; 0 is one on each core.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    language: Language | str = Language.NONE
    detect_areas_mode: DetectAreasMode = DetectAreasMode.UNIVERSAL
    recognize_single_line: bool = False
    allowed_characters: CharactersAllowedType = CharactersAllowedType.ALL
    allowed_symbols: str | None = None
    ignored_symbols: str | None = None
    automatic_color_inversion: bool = False
    upscale_small_font: bool = False
    lines_filtration: bool = False
    recognition_areas: list[Rectangle] | None = None
    characters: bool = True
    threads_count: int = Field(default=0, ge=0)

    @property
    def for_tesseract(self) -> dict[str, Any]:
        """The arguments of ``TesseractRecognizer`` that mean the same."""
        symbols = (self.allowed_characters.value or "") + (self.allowed_symbols or "")
        single, layout = self.recognize_single_line, self.detect_areas_mode.page_segmentation_mode
        return {
            "language": self.language.value if isinstance(self.language, Language) else self.language,
            "page_segmentation_mode": 7 if single else layout,
            "allowed_symbols": symbols or None,
            "ignored_symbols": self.ignored_symbols or None,
            "areas": self.recognition_areas or None,
            "characters": self.characters,
        }

    @property
    def filters_before(self) -> FilterChain:
        """The filters that the settings ask for; they come before those of the batch."""
        make = PreprocessingFilter.of
        asked = (
            (self.automatic_color_inversion, make("normalize_polarity")),
            (self.lines_filtration, make("remove_lines")),
            (self.upscale_small_font, make("scale_to_text_height", min_ratio=1.0)),
        )
        return FilterChain([item for wanted, item in asked if wanted])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was set without any effect."""
        found = []
        if self.recognize_single_line and "detect_areas_mode" in self.model_fields_set:
            found.append("detect_areas_mode had no effect: recognize_single_line takes the page for one line")
        return tuple(found)
