"""Bounds on what an input may cost; every limit is checked before memory is taken, and named when it is reached."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """How much one batch may take in.

    An error about a limit names the field, so that whoever really has such files knows what to raise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    max_pixels: int = Field(default=250_000_000, ge=1, description="pixels of one page, width times height")
    max_pages: int = Field(default=10_000, ge=1, description="pages of one document")
    max_items: int = Field(default=10_000, ge=1, description="files in one archive or one folder")
    max_total_bytes: int = Field(
        default=2_000_000_000, ge=1, description="bytes that one archive may unpack to, or that one stream may give"
    )
    max_ratio: float = Field(default=1000.0, ge=1, description="unpacked size over packed size of one archive member")
    max_nesting: int = Field(default=2, ge=0, description="archives within archives; 0 opens none inside another")
    max_download_bytes: int = Field(default=200_000_000, ge=1, description="bytes of one download")
    download_seconds: float = Field(default=60.0, gt=0, description="seconds that one download may last in all")
    max_redirects: int = Field(default=5, ge=0, description="redirects that one download may follow")
    allow_private_addresses: bool = Field(
        default=False, description="let URLs reach loopback, private and link-local addresses"
    )


DEFAULT_LIMITS = Limits()
