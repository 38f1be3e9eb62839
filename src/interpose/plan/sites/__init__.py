"""Which bases to keep: `keep_sites` on a scenario, and the location models it stands on."""
