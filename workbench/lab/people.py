"""`lab.people`: who may sign in, and who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.catalog import access_history, accounts, people, sign_ins
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.catalog.access_history import AccessEvent
    from workbench.catalog.accounts import Account
    from workbench.catalog.store import Catalog


class People:
    """Accounts: invite, disable, reset; and the sign-ins of browsers."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def list(self) -> list[Account]:
        """Everybody with their role and whether they can sign in."""
        if not self.catalog.settings.asks_for_password:
            people.ensure_person(self.catalog, self.catalog.settings.person)
        return accounts.list_accounts(self.catalog)

    def invite(self, name: str, role: str | None = None, days: int = 7, by: str | None = None) -> str:
        """A code, shown this once, with which a person chooses a password. By an admin."""
        return accounts.invite(self.catalog, name, role, self._by(by), days)

    def set_password(self, name: str, password: str, role: str | None = None, by: str | None = None) -> None:
        """Give a person a password; a new name is added with the role. By an admin, on the shell."""
        accounts.set_password(self.catalog, name, password, role, self._by(by))

    def reset(self, name: str, by: str | None = None) -> str:
        """Take a person's password and sign-ins away; gives a code for a new one. By an admin."""
        return accounts.reset(self.catalog, name, self._by(by))

    def disable(self, name: str, by: str | None = None) -> None:
        """End a person's access at once, tokens included. By an admin."""
        accounts.disable(self.catalog, name, self._by(by))

    def enable(self, name: str, by: str | None = None) -> None:
        """Give a person's access back. By an admin."""
        accounts.enable(self.catalog, name, self._by(by))

    def anybody_can_sign_in(self) -> bool:
        """Whether there is an account with a password, or an open invitation."""
        return accounts.anybody_can_sign_in(self.catalog)

    def sign_in(self, name: str, password: str, address: str = "") -> str:
        """The secret of a new sign-in, for the browser's cookie. Raises InputError when it is refused."""
        return sign_ins.sign_in(self.catalog, name, password, address)

    def accept(self, code: str, password: str, address: str = "") -> str:
        """Use an invitation; gives the secret of a new sign-in."""
        return sign_ins.open_sign_in(self.catalog, accounts.accept(self.catalog, code, password, address))

    def sign_in_id(self, secret: str) -> str:
        """What a secret is known by: no secret itself."""
        return sign_ins.sign_in_id(secret)

    def signed_in(self, sign_in_id: str) -> str | None:
        """The person of a sign-in, or None where it ended."""
        return sign_ins.signed_in(self.catalog, sign_in_id)

    def is_signed_in(self, sign_in_id: str) -> bool:
        """Whether a sign-in still holds; asking is no use of it."""
        return sign_ins.signed_in(self.catalog, sign_in_id, touch=False) is not None

    def require(self, sign_in_id: str) -> str:
        """The person of a sign-in. Raises InputError where it ended."""
        person = self.signed_in(sign_in_id)
        if person is None:
            raise InputError("You are signed out.", hint="Sign in again.", forbidden=True)
        return person

    def sign_out(self, sign_in_id: str) -> None:
        """End a sign-in."""
        sign_ins.sign_out(self.catalog, sign_in_id)

    def change_password(self, name: str, present: str, password: str, keep: str = "", address: str = "") -> None:
        """Change one's own password; sign-ins other than `keep` end."""
        accounts.change_password(self.catalog, name, present, password, keep, address)

    def confirm(self, name: str, password: str, what: str, address: str = "") -> None:
        """Sign with the password again that it is this person who does `what`; told in the history of access."""
        accounts.confirm(self.catalog, name, password, what, address)

    def history(self, limit: int = 200) -> list[AccessEvent]:
        """What happened to people's access, newest first."""
        return access_history.list_access(self.catalog, limit)

    def verify(self) -> list[dict[str, Any]]:
        """What is wrong with the history of access: handle, sequence, problem; none when it is whole."""
        return access_history.verify_access(self.catalog)

    def _by(self, person: str | None) -> str:
        return person or self.catalog.settings.person
