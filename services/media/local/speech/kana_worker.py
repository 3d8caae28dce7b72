"""Child process: reads a JSON list of Japanese texts, writes for each a list of [surface, kind, phonetic].

A process of its own because the dictionary takes a hundred megabytes and seconds to load when it was never compiled:
neither belongs into the service. Started with `-I`, so that the compiled dictionary is kept where that is possible.
"""

from __future__ import annotations

import json
import sys

from janome.tokenizer import Tokenizer


def main() -> None:
    """One request from standard input, one answer to standard output."""
    texts: list[str] = json.load(sys.stdin.buffer)
    tokenizer = Tokenizer()
    answer = [[(t.surface, t.part_of_speech, t.phonetic) for t in tokenizer.tokenize(text)] for text in texts]
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
