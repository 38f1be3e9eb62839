"""A plan told: files, names, chances, thin weeks, and two plans side by side."""
