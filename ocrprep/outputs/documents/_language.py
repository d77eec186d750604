"""Languages as documents name them: Tesseract's codes as tags of BCP 47, and as the words of PAGE."""

from __future__ import annotations

import re

_KNOWN = """
afr af Afrikaans|amh am Amharic|ara ar Arabic|asm as Assamese|aze az Azerbaijani|bel be Belarusian|ben bn Bengali
bod bo Tibetan|bos bs Bosnian|bre br Breton|bul bg Bulgarian|cat ca Catalan|ces cs Czech|chi_sim zh-Hans Chinese
chi_tra zh-Hant Chinese|cos co Corsican|cym cy Welsh|dan da Danish|deu de German|deu_latf de-Latf German|div dv Divehi
dzo dz Dzongkha|ell el Greek|eng en English|epo eo Esperanto|est et Estonian|eus eu Basque|fao fo Faroese|fas fa Persian
fin fi Finnish|fra fr French|frk de-Latf German|fry fy Western Frisian|gla gd Gaelic|gle ga Irish|glg gl Galician
guj gu Gujarati|hat ht Haitian|heb he Hebrew|hin hi Hindi|hrv hr Croatian|hun hu Hungarian|hye hy Armenian
iku iu Inuktitut|ind id Indonesian|isl is Icelandic|ita it Italian|jav jv Javanese|jpn ja Japanese|kan kn Kannada
kat ka Georgian|kaz kk Kazakh|khm km Khmer|kir ky Kyrgyz|kor ko Korean|lao lo Lao|lat la Latin|lav lv Latvian
lit lt Lithuanian|ltz lb Luxembourgish|mal ml Malayalam|mar mr Marathi|mkd mk Macedonian|mlt mt Maltese|mon mn Mongolian
mri mi Māori|msa ms Malay|mya my Burmese|nep ne Nepali|nld nl Dutch|nor no Norwegian|oci oc Occitan|ori or Oriya
pan pa Panjabi|pol pl Polish|por pt Portuguese|pus ps Pashto|que qu Quechua|ron ro Romanian|rus ru Russian
san sa Sanskrit|sin si Sinhala|slk sk Slovak|slv sl Slovene|snd sd Sindhi|spa es Spanish|sqi sq Albanian|srp sr Serbian
srp_latn sr-Latn Serbian|sun su Sundanese|swa sw Swahili|swe sv Swedish|tam ta Tamil|tat tt Tatar|tel te Telugu
tgk tg Tajik|tgl tl Tagalog|tha th Thai|tir ti Tigrinya|ton to Tonga|tur tr Turkish|uig ug Uighur|ukr uk Ukrainian
urd ur Urdu|uzb uz Uzbek|uzb_cyrl uz-Cyrl Uzbek|vie vi Vietnamese|yid yi Yiddish|yor yo Yoruba
"""
_TABLE = {code: (tag, name) for code, tag, name in (row.split(" ", 2) for row in re.split(r"[|\n]", _KNOWN.strip()))}


def language_tags(languages: str) -> list[str]:
    """The languages of a reading, such as ``eng+chi_sim``, as tags of BCP 47, such as ``en`` and ``zh-Hans``.

    A code of three letters that is not in the table is a tag as it is; what is no language (a script, orientation data)
    is left out.
    """
    tags = [_of(code)[0] for code in languages.split("+")]
    return list(dict.fromkeys(tag for tag in tags if tag))


def language_names(languages: str) -> list[str]:
    """The same as the words that PAGE has for languages; ``other`` for one that it has none for."""
    names = [_of(code)[1] for code in languages.split("+")]
    return list(dict.fromkeys(name for name in names if name))


def _of(code: str) -> tuple[str, str]:
    code = code.strip().removesuffix("_vert")
    base = code.split("_")[0]
    known = _TABLE.get(code) or _TABLE.get(base)
    if known:
        return known
    return (base, "other") if re.fullmatch(r"[a-z]{2,3}", base) and base not in {"osd", "equ"} else ("", "")
