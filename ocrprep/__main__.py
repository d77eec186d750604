"""``python -m ocrprep`` is the command ``ocrprep``."""

from ocrprep.cli import main

if __name__ == "__main__":
    main()
