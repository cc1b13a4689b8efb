"""The app that a host adds to its INSTALLED_APPS."""

from __future__ import annotations

from django.apps import AppConfig


class LoyaltykitConfig(AppConfig):
    """The tables of points, under the label ``loyaltykit``."""

    name = "loyaltykit.adapters.django"
    label = "loyaltykit"
    verbose_name = "Loyalty"
