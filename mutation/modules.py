"""What is changed, and the tests that are to notice: a module's own, its examples, and a few beside them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "loyaltykit"
PACKAGES = ("ledger", "waterfall", "rules")

BESIDE = {
    "ledger.card": ("properties/test_card_laws.py",),
    "rules.category": ("program/test_tiers.py",),
    "rules.gains": ("rules/test_cashback.py", "rules/test_promo.py"),
    "rules.gift_card": ("program/test_gift_cards.py",),
    "rules.invitation": ("program/test_referrals.py",),
    "rules.percent_of": ("rules/test_cashback.py",),
    "rules.referral_split": ("program/test_referrals.py",),
    "rules.service_points": ("program/test_worker_settings.py",),
    "rules.tier": ("program/test_tiers.py",),
    "rules.worker_bonus": ("program/test_worker_settings.py",),
}
"""
Tests beside a module's own: of where its settings are judged in a program, of rules that it's a part of. Laws are left
out where they take seconds: a module is to stand by its examples.
"""


EVERY_RULE = ("rules/test_every_rule.py", "rules/test_contradictions.py", "program/test_wrong_files.py")
"""Tests of all rules alike, and of their settings: every problem of every setting is in them."""


def modules() -> tuple[str, ...]:
    """Give the name of every module that is changed, such as ``rules.promo``."""
    found = (f"{package}.{path.stem}" for package in PACKAGES for path in sorted((SOURCE / package).glob("[a-z]*.py")))
    return tuple(found)


def path_of(module: str) -> Path:
    """Give the file of *module*."""
    return SOURCE.joinpath(*module.split(".")).with_suffix(".py")


def name_of(path: Path) -> str:
    """Give the name under which the module at *path* is imported."""
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)


def tests_of(module: str) -> tuple[str, ...]:
    """Give the files whose tests are to notice a change of *module*, from the quickest on."""
    package, name = module.split(".")
    own = ROOT / "tests" / package / f"test_{name}.py"
    beside = [ROOT / "tests" / path for path in BESIDE.get(module, ())]
    beside = [*(ROOT / "tests" / path for path in EVERY_RULE), *beside] if package == "rules" else beside
    if package == "waterfall":  # each of its tests works orders out, step by step
        beside = [path for path in sorted((ROOT / "tests" / package).glob("test_*.py")) if path != own]
    return tuple(str(path) for path in (own, path_of(module), *beside) if path.exists())
