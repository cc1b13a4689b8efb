"""
Long runs: whole years of programs in simulated time, and crowds of processes at one store.

``years`` and ``crowds`` play them, each part from a seed of its own, so that they can be stopped, gone on with and
split; ``python -m loyaltykit.testing.long`` does so at length. A year is drawn in ``programs``, ``orders`` and
``others``, played in ``year``, and judged by ``judge``.
"""
