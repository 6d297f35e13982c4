"""How far a long test has come: one line on a terminal, written over again; nothing where standard error is none."""

import sys
import threading
import time


class Progress:
    def __init__(self, what, of=0):
        self.what, self.of, self.done, self.begin, self.said, self.lock = what, of, 0, time.monotonic(), 0.0, threading.Lock()

    def step(self, where):
        with self.lock:
            self.done += 1
            now = time.monotonic()
            if not sys.stderr.isatty() or now - self.said < 0.2:
                return
            self.said = now
            many = f"{self.done} of {self.of}" if self.of else str(self.done)
            print(f"\r\033[K{many} {self.what}, {self.minutes()}: {where}", end="", file=sys.stderr, flush=True)

    def minutes(self):
        seconds = int(time.monotonic() - self.begin)
        return f"{seconds // 60}:{seconds % 60:02}"

    def clear(self):
        """Before a line of the report."""
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
