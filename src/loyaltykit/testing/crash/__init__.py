"""
Crashes: clients that are killed in the middle of an order's life, and whether the store bears it.

A client is a process of its own that plays calls of `Loyalty` and acknowledges each on a pipe. It dies by SIGKILL, at a
random moment or before a chosen statement. ``script`` is what clients play, ``client`` how, ``twin`` an uninterrupted
store to compare with, ``books`` what must agree in any store, ``harness`` kills and judges. ``python -m
loyaltykit.testing.crash`` does so at length.
"""
