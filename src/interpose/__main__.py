"""``python -m interpose`` is the same as ``interpose``."""

from interpose.cli import app

if __name__ == "__main__":
    app(prog_name="interpose")
