"""Make drawings show themselves in a notebook: load Panel's parts into it once, inline, without any request."""

from __future__ import annotations

import sys

_prepared: set[int] = set()


def in_notebook() -> bool:
    """Whether this process is a notebook's kernel."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def prepare() -> bool:
    """Load what drawings need into the notebook, the first time one is made; gives whether that happened now."""
    if not in_notebook():
        return False
    from IPython import get_ipython

    shell = id(get_ipython())
    if shell in _prepared:
        return False
    import panel as pn

    pn.extension("tabulator", inline=True)
    _prepared.add(shell)
    return True
