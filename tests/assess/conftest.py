"""Puts the folder of small cases that the tests share on the path."""

import sys
from pathlib import Path

sys.path[:0] = map(str, Path(__file__).resolve().parents[:2])
