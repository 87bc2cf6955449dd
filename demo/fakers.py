"""Names and addresses that look real and belong to nobody, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random

from faker import Faker


def seeded(rng: Random, locales: Iterable[str]) -> Mapping[str, Faker]:
    """A faker for each locale, seeded in their order."""
    fakers = {locale: Faker(locale) for locale in locales}
    for faker in fakers.values():
        faker.seed_instance(rng.getrandbits(32))
    return fakers
