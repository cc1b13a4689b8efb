"""The table of broken repositories: what was changed in each, which property it fails, what it's modelled on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from loyaltykit.testing.contract.factories import InProcess

if TYPE_CHECKING:
    from collections.abc import Callable  # noqa: TC004 - attrs doesn't resolve annotations

    from loyaltykit.testing.contract.factory import Factory  # noqa: TC004 - as above

S = TypeVar("S")


@frozen
class Broken:
    """
    A broken repository: the *property* that it fails, at what *level*, and the real incident that it's *like*.

    Some fail other properties *also*. Called, it gives a factory of fresh stores, as the kit asks for. An *awaited*
    one's calls are async.

    Examples:
        >>> from loyaltykit.testing.broken import BROKEN
        >>> broken = BROKEN["GuardsBeforeReceipt"]
        >>> broken.property, broken.level
        ('P08', 1)
        >>> broken.says
        'A retry whose guards are stale is in conflict, so it is decided anew.'
        >>> type(broken().create()).__name__
        'GuardsBeforeReceipt'
    """

    name: str
    property: str
    level: int
    says: str
    like: str
    make: Callable[[], Factory]
    also: tuple[str, ...] = ()
    awaited: bool = False

    def __call__(self) -> Factory:
        """Give a factory of its stores."""
        return self.make()


BROKEN: dict[str, Broken] = {}
"""Every broken repository by its name."""


def breaks(
    property_id: str,
    *,
    like: str,
    level: int = 1,
    also: str = "",
    on: Callable[[Any], Any] = InProcess,
    awaited: bool = False,
) -> Callable[[type[S]], type[S]]:
    """
    Note that a class fails that property at that *level*, others *also*, as the incident did that it's *like*.

    Its stores are made by what *on* gives for the class.
    """

    def noted(cls: type[S]) -> type[S]:
        BROKEN[cls.__name__] = Broken(
            name=cls.__name__,
            property=property_id,
            level=level,
            says=" ".join((cls.__doc__ or "").split()),
            like=like,
            make=lambda: on(cls),
            also=tuple(also.split()),
            awaited=awaited,
        )
        return cls

    return noted
