"""What benchmarks share. It makes the house importable for scripts that are run by name."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
