"""The page of a plan: ``contents.py`` has its order; the other files draw and tell its parts."""
