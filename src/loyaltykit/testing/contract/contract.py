"""The class that an integrator subclasses, so that pytest plays every property on their repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from loyaltykit.testing.contract.factory import factory_named
from loyaltykit.testing.contract.properties import PROPERTIES
from loyaltykit.testing.contract.trial import seed_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.testing.contract.properties import Property


class RepositoryContract:
    """
    What a repository promises, as tests: one for each property, named after its id.

    *factory* names what makes the stores, as ``package.module:callable``. What the store gives up is skipped as "not
    claimed", a race whose runners never met as "inconclusive". *seed*, or the variable ``LOYALTYKIT_SEED``, plays again
    what a failure has printed.

    Examples:
        >>> from loyaltykit.testing import RepositoryContract
        >>> class TestMine(RepositoryContract):
        ...     factory = "loyaltykit.testing.contract.factories:memory"
        >>> TestMine().test_P02_absent_is_version_zero()
    """

    factory: ClassVar[str]
    seed: ClassVar[int | None] = None


def _test_of(each: Property) -> Callable[[RepositoryContract], None]:
    def test(self: RepositoryContract) -> None:
        each.play(factory_named(self.factory), seed=seed_from(self.seed))

    test.__name__ = f"test_{each.id}_{each.name}"
    test.__qualname__ = f"{RepositoryContract.__name__}.{test.__name__}"
    test.__doc__ = each.says
    return test


for _each in PROPERTIES.values():
    setattr(RepositoryContract, f"test_{_each.id}_{_each.name}", _test_of(_each))
