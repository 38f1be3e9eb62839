"""A plan in words and files: tables, names, chances, thin weeks, and two plans side by side."""
