"""What ISO 19005-2 (PDF/A-2b) asks of files such as ours, looked up with pikepdf and fontTools.

It knows pages of pictures and text in composite TrueType fonts; what else the standard allows is told as a violation
too, since none of it is meant to be there. ``verapdf`` is asked as well where it is installed.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
from fontTools.ttLib import TTFont

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
PDF = "{http://ns.adobe.com/pdf/1.3/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"

FILTERS = {"/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode", "/ASCIIHexDecode"}
FORBIDDEN_ACTIONS = {
    "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState", "/Rendition", "/Trans",
    "/GoTo3DView", "/JavaScript",
}  # fmt: skip


def violations(data: bytes) -> list[str]:
    """What is wrong with a file, each with the clause; empty for a PDF/A-2b."""
    found = [*_frame(data)]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for check in (_trailer, _streams, _limits, _intent, _metadata, _actions, _extras):
            found += check(pdf)
        found += _lengths(pdf, data)
        for number, page in enumerate(pdf.pages, 1):
            found += [f"page {number}: {text}" for text in _page(pdf, page)]
    return found


def verapdf(path: Path) -> str | None:
    """What veraPDF says about a file, empty where it is content; None where it is not installed."""
    program = shutil.which("verapdf")
    if program is None:
        return None
    command = [program, "--flavour", "2b", "--format", "text", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if run.stdout.startswith("PASS") else run.stdout + run.stderr


def _frame(data):
    lines = data.split(b"\n", 2)
    if not re.fullmatch(rb"%PDF-1\.[0-7]\r?", lines[0]):
        yield "6.1.2: the header is not %PDF-1.n"
    if not (lines[1].startswith(b"%") and len(lines[1]) >= 5 and all(byte > 127 for byte in lines[1][1:5])):
        yield "6.1.2: no comment of four bytes above 127 follows the header"
    if not data.rstrip(b"\r\n").endswith(b"%%EOF"):
        yield "6.1.3: something follows the end"


def _trailer(pdf):
    identity = pdf.trailer.get("/ID")
    if identity is None or len(identity) != 2 or not all(len(bytes(part)) for part in identity):
        yield "6.1.3: the trailer has no ID"
    if "/Encrypt" in pdf.trailer or pdf.is_encrypted:
        yield "6.1.3: encrypted"
    if "/Perms" in pdf.Root:
        yield "6.1.12: permissions"


def _streams(pdf):
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        if {"/F", "/FFilter", "/FDecodeParms"} & set(item.keys()):
            yield "6.1.7.1: a stream lies in another file"
        for name in _filters(item):
            if name not in FILTERS:
                yield f"6.1.7.2: the filter {name}"


def _filters(stream):
    value = stream.get("/Filter", pikepdf.Array())
    return [str(name) for name in (value if isinstance(value, pikepdf.Array) else [value])]


def _lengths(pdf, data):
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            number, generation = item.objgen
            begin = re.search(rb"(?:^|[\r\n])%d %d obj\b" % (number, generation), data)
            start = re.compile(rb"stream(\r\n|\n)").search(data, begin.end()) if begin else None
            if start is None:
                yield "6.1.7.1: the keyword stream is not followed by an end of line"
            elif not re.match(rb"\r?\n?endstream", data[start.end() + int(item.Length) :][:11]):
                yield f"6.1.7.1: the Length of object {number} is not that of its stream"


def _limits(pdf):
    if len(pdf.objects) > 8_388_607:
        yield "6.1.13: too many objects"
    for item in pdf.objects:
        for value in _values(item):
            if isinstance(value, pikepdf.Name) and len(str(value).encode()) > 128:
                yield "6.1.13: a name of more than 127 bytes"
            if isinstance(value, pikepdf.String) and len(bytes(value)) > 32_767:
                yield "6.1.13: a string of more than 32,767 bytes"


def _values(item):
    if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)):
        for key, value in item.items():
            yield pikepdf.Name(key)
            if not (isinstance(value, pikepdf.Object) and value.is_indirect):
                yield from _values(value)
    elif isinstance(item, pikepdf.Array):
        for value in item:
            if not (isinstance(value, pikepdf.Object) and value.is_indirect):
                yield from _values(value)
    else:
        yield item


def _intent(pdf):
    intents = [item for item in pdf.Root.get("/OutputIntents", []) if item.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield f"6.2.3: {len(intents)} output intents for PDF/A"
        return
    profile = intents[0].get("/DestOutputProfile")
    if profile is None:
        yield "6.2.3: the output intent has no profile"
        return
    if "/OutputConditionIdentifier" not in intents[0]:
        yield "6.2.3: the output intent does not name its condition"
    data = profile.read_bytes()
    if profile.get("/N") != 3 or data[16:20] != b"RGB ":
        yield "6.2.3: the profile is not of three colours"
    if len(data) < 128 or data[36:40] != b"acsp" or data[8] >= 5 or data[12:16] not in {b"mntr", b"prtr"}:
        yield "6.2.3: the profile is no ICC profile of a monitor or printer before version 5"


def _metadata(pdf):
    stream = pdf.Root.get("/Metadata")
    if stream is None:
        yield "6.6.2: no metadata"
        return
    text = stream.read_bytes().decode("utf-8", "replace")
    packet = re.fullmatch(r"\s*<\?xpacket begin=\S+ id=\S+\?>(.*)<\?xpacket end=\S+\?>\s*", text, re.DOTALL)
    if packet is None:
        yield "6.6.2: the metadata are no packet, or its header has attributes that are forbidden"
        return
    try:
        root = ET.fromstring(packet[1])
    except ET.ParseError as error:
        yield f"6.6.2: the metadata are no XML: {error}"
        return
    if stream.get("/Type") != "/Metadata" or stream.get("/Subtype") != "/XML":
        yield "6.6.2: the stream does not say that it holds metadata"
    if (_told(root, f"{PDFAID}part"), _told(root, f"{PDFAID}conformance")) != ("2", "B"):
        yield "6.6.4: not marked as PDF/A-2b"
    info = pdf.trailer.get("/Info", pikepdf.Dictionary())
    for key, name in {"/Title": f"{DC}title", "/Producer": f"{PDF}Producer", "/Creator": f"{XMP}CreatorTool"}.items():
        if key in info and str(info[key]) != _told(root, name):
            yield f"6.6.3: {key[1:]} is another in the information dictionary"
    for key, name in {"/CreationDate": f"{XMP}CreateDate", "/ModDate": f"{XMP}ModifyDate"}.items():
        if key in info and _digits(str(info[key])) != _digits(_told(root, name) or ""):
            yield f"6.6.3: {key[1:]} is another in the information dictionary"


def _told(root, name):
    for about in root.iter(f"{RDF}Description"):
        if name in about.attrib:
            return about.attrib[name]
        element = about.find(name)
        if element is not None:
            item = element.find(f".//{RDF}li")
            return (element if item is None else item).text or ""
    return None


def _digits(text):
    return re.sub(r"\D", "", text)[:14]


def _actions(pdf):
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary):
            if str(item.get("/S")) in FORBIDDEN_ACTIONS and ("/Type" not in item or item.Type == "/Action"):
                yield f"6.5.1: the action {item.S}"
            if "/AA" in item:
                yield "6.5.2: additional actions"
    opened = pdf.Root.get("/OpenAction")
    if isinstance(opened, pikepdf.Dictionary) and str(opened.get("/S")) in FORBIDDEN_ACTIONS:
        yield f"6.5.1: the action {opened.S}"
    names = pdf.Root.get("/Names", {})
    if "/JavaScript" in names:
        yield "6.5.1: scripts"
    if "/EmbeddedFiles" in names:
        yield "6.8: files inside"


def _extras(pdf):
    for key, clause in {
        "/AcroForm": "6.4",
        "/OCProperties": "6.9",
        "/Requirements": "6.10",
        "/Collection": "6.8",
    }.items():
        if key in pdf.Root:
            yield f"{clause}: {key[1:]} in the catalog"


def _page(pdf, page):
    for key in ("/MediaBox", "/CropBox"):
        if key in page:
            left, lower, right, upper = (float(value) for value in page[key])
            if not all(3.0 <= side <= 14_400.0 for side in (right - left, upper - lower)):
                yield "6.1.13: a side of the page is under 3 or over 14,400 units"
    yield from _parts(page)
    resources = page.get("/Resources", pikepdf.Dictionary())
    for state in resources.get("/ExtGState", {}).values():
        yield from _state(state)
    for item in resources.get("/XObject", {}).values():
        yield from _picture(item)
    yield from _text(page, resources.get("/Font", {}))


def _parts(page):
    if len(page.get("/Annots", [])):
        yield "6.3: annotations"
    if "/PresSteps" in page:
        yield "6.10: presentation steps"
    if "/Group" in page and page.Group.get("/S") == "/Transparency" and "/CS" not in page.Group:
        yield "6.2.10: transparency without a blending space"


def _state(state):
    seen_through = float(state.get("/ca", 1)) < 1 or float(state.get("/CA", 1)) < 1
    if seen_through or str(state.get("/SMask", "/None")) != "/None":
        yield "6.2.10: transparency"
    if {"/TR", "/HTP"} & set(state.keys()):
        yield "6.2.5: a transfer function or halftone"


def _picture(item):
    if item.get("/Subtype") != "/Image":
        yield "6.2.9: an external object that is no picture"
        return
    if item.get("/Interpolate") or "/Alternates" in item or "/OPI" in item:
        yield "6.2.8: a picture is interpolated, or has alternates"
    if "/SMask" in item:
        yield "6.2.10: a picture with a soft mask"
    if int(item.get("/BitsPerComponent", 1)) not in {1, 2, 4, 8, 16}:
        yield "6.2.8: bits of a picture"
    space = item.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and str(space[0]) == "/ICCBased":
        colours = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}[int(space[1].N)]
        if space[1].read_bytes()[16:20] != colours:
            yield "6.2.4.2: a profile of other colours than it says"
    elif str(space) not in {"/DeviceGray", "/DeviceRGB"}:
        yield f"6.2.4.3: colours {space} do not go with the output intent"


def _text(page, fonts):
    instructions = [(str(item.operator), list(item.operands)) for item in pikepdf.parse_content_stream(page)]
    depth = deepest = 0
    for operator, _ in instructions:
        depth += {"q": 1, "Q": -1}.get(operator, 0)
        deepest = max(depth, deepest)
    if deepest > 28 or depth:
        yield f"6.1.13: graphics states nested {deepest} deep, {depth} of them left open"
    if {"k", "K"} & {operator for operator, _ in instructions}:
        yield "6.2.4.3: colours of four inks do not go with the output intent"
    for name, codes in _codes(instructions).items():
        if name not in fonts:
            yield f"6.2.2: the font {name} is not among the resources"
        else:
            yield from _font(fonts[name], bytes(codes))


def _codes(instructions):
    used, current = {}, None
    for operator, operands in instructions:
        if operator == "Tf":
            current = str(operands[0])
        elif operator in {"Tj", "TJ"}:
            parts = operands[0] if operator == "TJ" else operands
            told = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            used.setdefault(current, bytearray()).extend(told)
    return used


def _font(font, codes):
    if font.get("/Subtype") != "/Type0":
        yield f"6.2.11.4: {font.get('/BaseFont')} is no composite font, and not looked at"
        return
    cid_font = font.DescendantFonts[0]
    descriptor = cid_font.get("/FontDescriptor", {})
    program = descriptor.get("/FontFile2")
    if program is None:
        yield f"6.2.11.4.1: {font.BaseFont} is not embedded"
        return
    if font.get("/Encoding") != "/Identity-H":
        yield "6.2.11.3.3: the encoding is not Identity-H"
    system = cid_font.get("/CIDSystemInfo", {})
    if not {"/Registry", "/Ordering", "/Supplement"} <= set(system.keys()):
        yield "6.2.11.3.1: no CIDSystemInfo"
    if font.BaseFont != cid_font.BaseFont or descriptor.get("/FontName") != font.BaseFont:
        yield "6.2.11.2: a font of several names"
    mapping = cid_font.get("/CIDToGIDMap")
    if not isinstance(mapping, pikepdf.Stream) and mapping != pikepdf.Name.Identity:
        yield "6.2.11.3.2: no CIDToGIDMap"
        return
    yield from _glyphs(font, cid_font, mapping, program, codes)


def _glyphs(font, cid_font, mapping, program, codes):
    glyph_ids = mapping.read_bytes() if isinstance(mapping, pikepdf.Stream) else None
    widths = _widths(cid_font)
    texts = unicodes(font)
    if texts is None:
        yield "6.2.11.7: no ToUnicode"
    with TTFont(io.BytesIO(program.read_bytes()), lazy=True) as face:
        order, scale, metrics = face.getGlyphOrder(), 1000.0 / face["head"].unitsPerEm, face["hmtx"].metrics
        for code in sorted({codes[place : place + 2] for place in range(0, len(codes), 2)}):
            cid = int.from_bytes(code, "big")
            glyph = cid if glyph_ids is None else int.from_bytes(glyph_ids[2 * cid : 2 * cid + 2], "big")
            if not 0 < glyph < len(order):
                yield f"6.2.11.8: the code {cid} means no glyph"
                continue
            told = widths.get(cid, float(cid_font.get("/DW", 1000)))
            if abs(told - metrics[order[glyph]][0] * scale) > 1.0:
                yield f"6.2.11.5: the width {told} of the code {cid} is another in the font"
            if texts is not None and (not texts.get(cid) or {0, 0xFEFF, 0xFFFE} & set(map(ord, texts[cid]))):
                yield f"6.2.11.7: the code {cid} means no text"


def _widths(cid_font):
    widths, given = {}, list(cid_font.get("/W", []))
    while given:
        first = int(given.pop(0))
        if isinstance(given[0], pikepdf.Array):
            widths |= {first + place: float(value) for place, value in enumerate(given.pop(0))}
        else:
            last, value = int(given.pop(0)), float(given.pop(0))
            widths |= dict.fromkeys(range(first, last + 1), value)
    return widths


def unicodes(font):
    """What the codes of a font mean, by its ToUnicode; None without one."""
    stream = font.get("/ToUnicode")
    if stream is None:
        return None
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\s*\n", stream.read_bytes())
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for code, text in pairs}
