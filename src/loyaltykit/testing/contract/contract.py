"""The classes that an integrator subclasses, so that pytest plays every property on their repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from loyaltykit.testing.contract.factory import factory_named
from loyaltykit.testing.contract.properties import all_properties
from loyaltykit.testing.contract.tasks import OnLoop
from loyaltykit.testing.contract.trial import seed_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyaltykit.testing.contract.factory import AsyncFactory, Factory
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


class AsyncRepositoryContract:
    """
    What an async repository promises: the same tests, in which several callers are tasks on one event loop, and P25.

    The calls of what *factory* names may be ``async def``; it's the kit that has the loop, so no plugin is needed.

    Examples:
        >>> from loyaltykit.testing import AsyncRepositoryContract
        >>> class TestMine(AsyncRepositoryContract):
        ...     factory = "loyaltykit.testing.contract.factories:async_memory"
        >>> TestMine().test_P02_absent_is_version_zero()
    """

    factory: ClassVar[str]
    seed: ClassVar[int | None] = None


def _async(path: str) -> Factory:
    return OnLoop(cast("AsyncFactory", factory_named(path)))


def _add_test(contract: type, each: Property, made: Callable[[str], Factory]) -> None:
    def test(self: Any) -> None:
        each.play(made(self.factory), seed=seed_from(self.seed))

    test.__name__ = each.test_name
    test.__qualname__ = f"{contract.__name__}.{test.__name__}"
    test.__doc__ = each.says
    setattr(contract, test.__name__, test)


for _each in all_properties(awaited=False):
    _add_test(RepositoryContract, _each, factory_named)

for _each in all_properties(awaited=True):
    _add_test(AsyncRepositoryContract, _each, _async)
