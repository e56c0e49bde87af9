"""The plan: what to build, where and when, as a linear or mixed-integer program."""
