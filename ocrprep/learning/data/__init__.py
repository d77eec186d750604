"""Data sets: pages made on the fly, ocrobin's tar files, folders with ``pairs.tsv``; their split, and crops of them."""

from ocrprep.learning.data.archives import TarPages, write_tar
from ocrprep.learning.data.crops import Crop, augmented_crop
from ocrprep.learning.data.folders import FolderPages, write_folder
from ocrprep.learning.data.made import MadePages
from ocrprep.learning.data.source import Part, Source, Split, split_by_page

__all__ = [
    "Crop",
    "FolderPages",
    "MadePages",
    "Part",
    "Source",
    "Split",
    "TarPages",
    "augmented_crop",
    "split_by_page",
    "write_folder",
    "write_tar",
]
