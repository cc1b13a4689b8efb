"""
Exact values: money, points, percents, and the calendar. Nothing here rounds, mixes units or reads a clock by itself.
"""
