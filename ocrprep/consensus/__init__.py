"""Several readings of one page merged into one, word by word, on the original."""

from ocrprep.consensus.merging import merge_readings
from ocrprep.consensus.reading import Engine, read_with_consensus
from ocrprep.consensus.settings import Consensus, Wanted, consensus_of

__all__ = ["Consensus", "Engine", "Wanted", "consensus_of", "merge_readings", "read_with_consensus"]
