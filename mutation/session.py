"""How tests are run here: by pytest in this process, up to the first failure, with Hypothesis at its quickest."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

OPTIONS = (
    *("-x", "-q", "--capture=sys", "--tb=short", "-p", "no:xdist"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # Hypothesis is imported before, to be told its settings
)


def quick() -> None:
    """Have Hypothesis look for a counterexample in the same thirty examples each time, and not make it smaller."""
    settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=30,
        phases=[Phase.explicit, Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
