"""Force generation: offers to dated lines; ``generation.py`` first, then a rule of ``model.py``."""
