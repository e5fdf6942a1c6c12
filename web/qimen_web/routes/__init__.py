"""The pages of the shell; every module here is found by itself."""
