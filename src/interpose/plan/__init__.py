"""Plan: from requirement to force, who, where, when, and why not."""
