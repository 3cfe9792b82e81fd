"""What every noun's field says of itself, and the checks that run when a noun is built."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from workbench.errors import InputError


def fact(label: str, unit: str = "", help: str = "", **options: Any) -> Any:
    """A dataclass field that knows the label, unit and help text shown on axes, tables and pages."""
    return dataclasses.field(metadata={"label": label, "unit": unit, "help": help}, **options)


def label(noun: Any, name: str) -> str:
    """Label with unit of one field of a noun, e.g. `Energy (kcal/mol)`."""
    for item in dataclasses.fields(noun):
        if item.name == name:
            unit = item.metadata.get("unit", "")
            text = item.metadata.get("label", name.replace("_", " "))
            return f"{text} ({unit})" if unit else text
    raise InputError(f"{type(noun).__name__} has no field {name!r}.")


def require(condition: bool, message: str, value: object = None) -> None:
    """Raise an InputError that carries the offending value unless the condition holds."""
    if not condition:
        raise InputError(f"{message} Got {value!r}." if value is not None else message)


def require_shape(array: np.ndarray, shape: tuple[int | None, ...], name: str) -> None:
    """Raise unless the array has the shape; None stands for any length."""
    fits = array.ndim == len(shape) and all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
    require(fits, f"{name} must have shape {shape}.", array.shape)


def frozen_array(values: Any, dtype: Any) -> np.ndarray:
    """A read-only array of the given type (a copy unless it already is one)."""
    array = np.asarray(values, dtype=dtype)
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array
