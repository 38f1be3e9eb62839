"""The plan room: from what is required and offered to who serves where and when."""
