"""反馈 by text: residents hear that a matter was taken up or not, answered, or called about."""
