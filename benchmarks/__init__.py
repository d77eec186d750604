"""How fast the filters are beside the fastest public code for the same work: ``python -m benchmarks``."""
