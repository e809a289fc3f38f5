"""For all tests: no example of a property has a time limit, since machines are noisy."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
