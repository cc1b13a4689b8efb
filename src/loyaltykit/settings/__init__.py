"""
The machinery of settings: frozen classes whose fields are read, checked, written and described from one registry.

The registry of kinds: ``kind`` says what every kind does, ``kinds``, ``amounts`` and ``tables`` hold them. ``field``
declares fields of each kind, ``frozen`` makes a settings class of these, ``problem`` is what can be wrong with
settings.
"""
