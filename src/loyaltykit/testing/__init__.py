"""
What the library gives to those who test their own rules with it.

``strategies`` holds Hypothesis strategies for its values, facts and settings, ``registration`` tells Hypothesis about
them. Importing this package loads neither Hypothesis nor pytest; the extra ``loyaltykit[testing]`` brings the first.
"""
