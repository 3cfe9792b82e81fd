"""Requests made up from our own OpenAPI by schemathesis: those that fit it and those that do not."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

EVERY = ("fits, on what is there", "fits", "does not fit")


@dataclass
class Fuzzed:
    """How many requests were answered with which status, and what was wrong with answers."""

    statuses: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def n_5xx(self) -> int:
        """Answers that say we broke."""
        return sum(n for status, n in self.statuses.items() if status >= 500)


def fuzz(api: Any, path: str, headers: dict[str, str], known: dict[str, str], n_each: int) -> Fuzzed:
    """`n_each` requests an operation and kind (fitting on known names, fitting, not fitting) to an ASGI application.

    An answer is wrong when it is 5xx, of a status that is not declared, or of another shape than declared.
    """
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.failures import Failure, FailureGroup
    from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

    checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
    plan = settings(
        max_examples=n_each, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    found = Fuzzed()
    warnings.simplefilter("ignore")
    schema = schemathesis.openapi.from_asgi(path, api)
    for result in schema.get_all_operations():
        operation = result.ok()
        for strategy in _strategies(operation, known):

            def send(case: Any) -> None:
                answer = case.call(headers=headers)
                found.statuses[answer.status_code] += 1
                try:
                    case.validate_response(answer, checks=checks)
                except (Failure, FailureGroup) as failure:
                    found.problems.append(f"{case.method} {case.path}: {answer.status_code}: {failure}"[:600])

            plan(given(strategy)(send))()
    return found


def _strategies(operation: Any, known: dict[str, str]) -> Iterator[Any]:
    from schemathesis import GenerationMode

    names = re.findall(r"\{(\w+)\}", operation.path)
    here = {name: known[name] for name in names if name in known}
    if len(here) == len(names):
        yield operation.as_strategy(GenerationMode.POSITIVE, path_parameters=here) if here else operation.as_strategy()
    yield operation.as_strategy(GenerationMode.POSITIVE)
    yield operation.as_strategy(GenerationMode.NEGATIVE)
