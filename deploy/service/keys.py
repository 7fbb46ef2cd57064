"""Make the key that `cases` signs tokens with, once: `python -m deploy.service.keys SIGNING_KEY_FILE TOKEN_KEYS_FILE`.

The second file holds the public half, which every service verifies with. An existing key is kept.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from shared.identity import new_private_key, public_keys


def main(private: Path, public: Path) -> int:
    """Safe to repeat."""
    if not private.exists():
        write_secret(private, new_private_key())
    write_secret(public, public_keys(json.loads(private.read_text())), mode=0o644)
    return 0


def write_secret(path: Path, content: dict[str, Any], mode: int = 0o600) -> None:
    """Whole or not at all, and readable by its owner only unless `mode` says otherwise."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        json.dump(content, file, indent=2)
    half.rename(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
