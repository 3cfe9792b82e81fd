from __future__ import annotations

import pytest

from workbench.errors import InputError
from workbench.views.frame.password_again import PasswordAgain


def test_it_is_asked_each_time_and_not_kept() -> None:
    asked = []

    def confirm(password: str, what: str) -> None:
        asked.append((password, what))
        if password != "right":
            raise InputError("the password is not right.")

    again = PasswordAgain(confirm)
    assert again.parts == [again.field]
    again.field.value = "right"
    again.check("approve H-1")
    assert again.field.value == ""
    with pytest.raises(InputError):
        again.check("approve H-2")
    assert asked == [("right", "approve H-1"), ("", "approve H-2")]


def test_where_nobody_is_asked_there_is_no_field() -> None:
    again = PasswordAgain()
    assert again.parts == []
    again.check("approve H-1")
