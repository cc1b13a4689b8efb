"""
Points in the host's own database, by Django: an app with migrations, and `DjangoRepository`.

Add ``"loyaltykit.adapters.django"`` to ``INSTALLED_APPS``, run ``migrate``, and give `Loyalty` a
``DjangoRepository()``. PostgreSQL and SQLite are what it's proved on. The extra ``loyaltykit[django]`` brings Django.
"""

from loyaltykit.adapters.django.repository import DjangoRepository

__all__ = ["DjangoRepository"]
