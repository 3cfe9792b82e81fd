"""The password once more, where an approval counts as a signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel_material_ui as pmui


class PasswordAgain:
    """A field for the password beside a button, where the lab asks for it; nothing, and always content, elsewhere."""

    def __init__(self, confirm: Callable[[str, str], None] | None = None) -> None:
        """`confirm(password, what)` raises InputError for a wrong one; None: nobody is asked."""
        self._confirm = confirm
        self.field = pmui.PasswordInput(label="Your password, to approve", size="small", sizing_mode="stretch_width")

    @property
    def parts(self) -> list[Any]:
        """What stands above the button."""
        return [self.field] if self._confirm is not None else []

    def check(self, what: str) -> None:
        """Prove that it is the person themselves who does `what`; the field is empty afterwards. Raises InputError."""
        if self._confirm is None:
            return
        given, self.field.value = str(self.field.value or ""), ""
        self._confirm(given, what)
