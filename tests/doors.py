#!/usr/bin/env python3
"""Fails on any #include that the table in lib/README.md does not grant, on rooms the table does not know, and on two types
of one name in a room: no program includes both headers, so no compiler sees that one would be destroyed as the other."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
doors = {}
for line in (root / "lib/README.md").read_text().splitlines():
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) > 4 and re.fullmatch(r"`[a-z0-9]+`", cells[1]):
        doors[cells[1].strip("`")] = (set(re.findall(r"`([a-z0-9]+)`", cells[3])), set(re.findall(r"<([^>]+)>", cells[4])))

# Headers that only the room which names them in its fourth column may include.
guarded = sorted({header for _, headers in doors.values() for header in headers})
wrong = []
rooms = {path.name for path in (root / "lib").iterdir() if path.is_dir() and any(path.glob("*.?pp"))}
for room in sorted(rooms - doors.keys()):
    wrong.append(f"lib/{room}: not in the table of lib/README.md")

checked = 0
for path in sorted([*(root / "lib").rglob("*.?pp"), *(root / "bin").glob("*.cpp")]):
    room = path.parent.name if path.parent.parent == root / "lib" else "bin"
    granted, own_headers = doors.get(room, (set(), set()))
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if not found:
            continue
        checked += 1
        kind, name = found.groups()
        if kind == '"':
            target = name.split("/")[0]
            if target != room and target not in granted:
                wrong.append(f"{path.relative_to(root)}:{number}: {room} has no door to {target}")
        for header in guarded:
            if kind == "<" and name.startswith(header) and header not in own_headers:
                wrong.append(f"{path.relative_to(root)}:{number}: {room} may not see <{name}>")

types = {}
for path in sorted((root / "lib").rglob("*.hpp")):
    for name in re.findall(r"^(?:class|struct|union) (\w+)[^;{]*\{", path.read_text(), re.MULTILINE):
        before = types.setdefault((path.parent, name), path)
        if before != path:
            wrong.append(f"{path.relative_to(root)}: {before.name} has a type '{name}' too")

print("\n".join(wrong) if wrong else f"doors: {checked} includes in {len(rooms)} rooms, all granted")
sys.exit(1 if wrong or not checked else 0)
