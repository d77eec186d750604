"""A page in the browser where a chain is built by looking: ``ocrprep studio``.

The work is plain Python (``session``, ``previews``, ``controls``, ``exports``, ``guard`` and what they need); only
``app`` and ``screen*`` know NiceGUI.
"""
