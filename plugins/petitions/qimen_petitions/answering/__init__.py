"""反馈: reply templates and the answer."""
