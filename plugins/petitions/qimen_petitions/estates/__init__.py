"""物业服务评价: estates, rounds in which residents score, and what the 三驾马车 say to it."""
