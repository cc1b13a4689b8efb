"""
The machinery of settings: frozen classes whose fields are read, checked, written and described from one registry.

``kinds`` holds the field kinds (the registry), ``frozen`` the decorator that makes a settings class of them, ``problem``
what can be wrong with settings, ``reach`` whether a rule can ever answer.
"""
