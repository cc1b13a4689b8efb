"""
The contract of repositories as tests: properties that any adapter must keep, each played on a fresh store.

``contract`` has the class to subclass, ``conformance`` plays the same without pytest, ``properties`` is the table of
all; ``sequential``, ``lives``, ``holds``, ``modelled``, ``racing`` and ``spending`` are the properties themselves,
``factories`` make the stores that are shipped. ``accounts`` compares what members' documents and entries say.
"""
