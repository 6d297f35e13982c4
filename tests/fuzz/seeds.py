#!/usr/bin/env python3
"""Writes messages for the fuzzers to begin with into the folder named."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "differential"))
import messages  # noqa: E402

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for seed in range(200):
    text = messages.message(seed)
    if len(text) <= 4096:
        (folder / str(seed)).write_bytes(text)
