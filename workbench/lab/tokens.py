"""`lab.tokens`: tokens with which instruments and scripts act as a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workbench.catalog import people, tokens

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog
    from workbench.catalog.tokens import Token


class Tokens:
    """Make, list, check and revoke tokens."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def create(
        self, name: str, scopes: Iterable[str] = ("read",), days: int = 90, person: str | None = None,
        by: str | None = None,
    ) -> tuple[Token, str]:  # fmt: skip
        """A token of a person (default: yourself) and its text, which is shown this once."""
        by = by or self.catalog.settings.person
        people.ensure_person(self.catalog, by)
        return tokens.create_token(self.catalog, name, person or by, scopes, days, by)

    def list(self) -> list[Token]:
        """All tokens, newest first, without their secrets."""
        return tokens.list_tokens(self.catalog)

    def check(self, text: str) -> Token | None:
        """The token of a text, if it is valid now."""
        return tokens.check_token(self.catalog, text)

    def revoke(self, name: str, by: str | None = None) -> Token:
        """End a token at once."""
        return tokens.revoke_token(self.catalog, name, by or self.catalog.settings.person)

    def scopes(self) -> dict[str, str]:
        """What a token can be allowed to do."""
        return dict(tokens.SCOPES)
