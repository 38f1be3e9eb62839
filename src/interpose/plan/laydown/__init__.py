"""Where platoons stand: the terrain, the placing over its bases, and calls at the same time."""
