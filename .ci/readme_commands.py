"""Print the commands of the first two ``sh`` blocks of the README, so that they are run as they are pasted."""

from __future__ import annotations

import re
import sys
from pathlib import Path

blocks = re.findall(r"^```sh\n(.*?)^```", Path(sys.argv[1]).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
if len(blocks) < 2:
    sys.exit("README.md: expected at least two sh blocks")
sys.stdout.write("".join(blocks[:2]))
