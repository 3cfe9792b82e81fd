"""The pages at the door: sign in, use an invitation, change the password, sign out. Forms carry a token and an Origin of ours."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from typing import Any
from urllib.parse import quote

from tornado.ioloop import IOLoop
from tornado.web import RequestHandler

from workbench.errors import InputError, WorkbenchError
from workbench.views.frame.signing_in.browser import FORM, SESSION, Front, form_token, is_form_token, local_address
from workbench.views.frame.signing_in.door import SignedIn
from workbench.views.frame.signing_in.form_page import Field, FormPage, form_html
from workbench.views.frame.theme import COOKIE as THEME_COOKIE
from workbench.views.style.palette import TOKENS

HASHING = ThreadPoolExecutor(2, thread_name_prefix="sign-in")  # a hash takes 64 MiB and much of a core
DAYS = 7
_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
_HINT = "12 characters or more. Four or five words that do not belong together are easy to keep in mind."
_NEW = (Field("password", "New password", "new-password", _HINT), Field("again", "The same again", "new-password"))
SIGN_IN = FormPage(
    "Sign in", "To the workbench of your team.",
    (Field("person", "Name", "username"), Field("password", "Password")), "Sign in",
    'You were invited? <a href="/invite">Choose your password</a>. Forgotten? Ask an admin for a new invitation.',
)  # fmt: skip
INVITE = FormPage(
    "Choose your password", "With the invitation that an admin gave you. It holds once.",
    (Field("code", "Invitation", "off", "Begins with wbi_"), *_NEW), "Choose and sign in",
    'You have a password? <a href="/sign-in">Sign in</a>.',
)  # fmt: skip
CHANGE = FormPage(
    "Change your password", "Other browsers in which you are signed in are signed out.",
    (Field("present", "Present password"), *_NEW), "Change",
)  # fmt: skip


def sign_in_routes(lab: Any, front: Front) -> list[tuple[Any, ...]]:
    """Tornado rules of the pages."""
    given = {"lab": lab, "front": front}
    pages = {"/sign-in": SignIn, "/invite": Invite, "/password": ChangePassword, "/sign-out": SignOut}
    return [(path, handler, given) for path, handler in pages.items()]


class FormHandler(RequestHandler):
    """A form: shown by GET; a POST counts when a page of ours sent it, with the token of this browser."""

    page: FormPage
    of_sign_in = False  # whether the form's token belongs to the sign-in, or to a cookie of the browser

    def initialize(self, lab: Any, front: Front) -> None:
        """`front` tells browsers of ours from others."""
        self._lab, self._front = lab, front

    def set_default_headers(self) -> None:
        """Nothing of these pages is kept, framed or run."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", _CSP)
        self.set_header("X-Frame-Options", "DENY")

    @property
    def signed_in(self) -> SignedIn | None:
        """The sign-in that the door saw."""
        return getattr(self.request, "sign_in", None)

    @property
    def next(self) -> str:
        """Where to go on to; an address of ours."""
        return local_address(self.get_argument("next", "/"))

    def get(self) -> None:
        """Show the form."""
        self.show()

    async def post(self) -> None:
        """Do what the form asks, or show it again with the reason."""
        if not self._front.is_ours(self.request) or not is_form_token(self.get_body_argument("form", ""), self._key()):
            self.show(error="This form was not sent from this page, or it is too old. Fill it in again.", status=403)
            return
        try:
            done = await IOLoop.current().run_in_executor(HASHING, self.work())
        except InputError as error:
            self.show(error=_sentence(error), status=403)
        except WorkbenchError as error:
            self.show(error=_sentence(error), status=503)
        else:
            self.finished(done)

    def work(self) -> Callable[[], Any]:
        """What takes long, with the fields of the form; it raises WorkbenchError."""
        raise NotImplementedError(type(self).__name__)

    def finished(self, done: Any) -> None:
        """The answer when it went well."""
        raise NotImplementedError(type(self).__name__)

    def show(self, *, error: str = "", done: str = "", status: int = 200, page: FormPage | None = None) -> None:
        """The page, with what became of the last try."""
        theme = self.get_cookie(THEME_COOKIE, "")
        self.set_status(status)
        hidden = {"form": form_token(self._key(make=True)), "next": self.next}
        shown = page or self.page
        self.finish(form_html(shown, hidden, theme=theme if theme in TOKENS else "", error=error, done=done))

    def new_passwords(self) -> str:
        """The password that was typed twice. Raises InputError where the two differ."""
        password = self.get_body_argument("password", "", strip=False)
        if password != self.get_body_argument("again", "", strip=False):
            raise InputError("the two passwords differ.", hint="Type the new one twice.")
        return password

    def keep(self, secret: str) -> None:
        """Give the browser its sign-in; an earlier one of this browser ends."""
        if self.signed_in is not None:
            self._lab.people.sign_out(self.signed_in.sign_in_id)
        self._set(SESSION, secret, expires=datetime.now(UTC) + timedelta(days=DAYS))

    def forget(self) -> None:
        """Take the sign-in out of the browser."""
        self._set(SESSION, "", expires=datetime(2000, 1, 1, tzinfo=UTC))

    def address(self) -> str:
        """Where the browser is, for the limit of tries."""
        return self._front.address(self.request)

    def _key(self, *, make: bool = False) -> str:
        """What the form's token is made of; `make`: the browser is given a cookie where it has none."""
        if self.of_sign_in:
            return self.signed_in.sign_in_id if self.signed_in is not None else ""
        key = self._front.cookie(self.request, FORM)
        if not key and make:
            key = secrets.token_urlsafe(32)
            self._set(FORM, key)
        return key

    def _set(self, name: str, value: str, expires: datetime | None = None) -> None:
        secure = self._front.is_secure(self.request)
        called = self._front.cookie_name(self.request, name)
        self.set_cookie(called, value, path="/", expires=expires, httponly=True, samesite="Lax", secure=secure)


class SignIn(FormHandler):
    """Name and password."""

    page = SIGN_IN

    def get(self) -> None:
        """Show the form, or go on for who is signed in."""
        if self.signed_in is not None:
            self.redirect(self.next, status=303)
            return
        self.show(done="You are signed out." if self.get_argument("out", "") else "")

    def show(self, *, error: str = "", done: str = "", status: int = 200, page: FormPage | None = None) -> None:
        """The name stays in its field after a wrong password."""
        named = replace(SIGN_IN.fields[0], value=self.get_body_argument("person", "")[:80])
        shown = page or replace(SIGN_IN, fields=(named, *SIGN_IN.fields[1:]))
        super().show(error=error, done=done, status=status, page=shown)

    def work(self) -> Callable[[], Any]:
        """Look at name and password."""
        name, password = self.get_body_argument("person", ""), self.get_body_argument("password", "", strip=False)
        return partial(self._lab.people.sign_in, name, password, self.address())

    def finished(self, done: Any) -> None:
        """On to where the person wanted to be."""
        self.keep(done)
        self.redirect(self.next, status=303)


class Invite(FormHandler):
    """An invitation, and the password that is chosen with it."""

    page = INVITE

    def show(self, *, error: str = "", done: str = "", status: int = 200, page: FormPage | None = None) -> None:
        """The invitation stays in its field when the passwords cannot be taken."""
        code = replace(INVITE.fields[0], value=self.get_body_argument("code", "")[:80])
        super().show(error=error, done=done, status=status, page=replace(INVITE, fields=(code, *INVITE.fields[1:])))

    def work(self) -> Callable[[], Any]:
        """Use the invitation."""
        code = self.get_body_argument("code", "")
        return lambda: self._lab.people.accept(code, self.new_passwords(), self.address())

    def finished(self, done: Any) -> None:
        """The person is in."""
        self.keep(done)
        self.redirect("/", status=303)


class ChangePassword(FormHandler):
    """One's own password; the door lets in who is signed in alone."""

    page, of_sign_in = CHANGE, True

    def show(self, *, error: str = "", done: str = "", status: int = 200, page: FormPage | None = None) -> None:
        """With the way back."""
        person = self.signed_in.person if self.signed_in is not None else ""
        below = f'Signed in as {escape(person)}. <a href="{escape(self.next)}">Back</a>'
        super().show(error=error, done=done, status=status, page=replace(page or CHANGE, below=below))

    def work(self) -> Callable[[], Any]:
        """Look at the present password and take the new one."""
        found, present = self.signed_in, self.get_body_argument("present", "", strip=False)
        if found is None:
            raise InputError("you are signed out.", hint="Sign in again.", forbidden=True)
        change = self._lab.people.change_password
        return lambda: change(found.person, present, self.new_passwords(), found.sign_in_id, self.address())

    def finished(self, done: Any) -> None:
        """Say so."""
        page = replace(CHANGE, fields=(), intro="")
        self.show(done="Your password is changed. Other browsers are signed out.", page=page)


class SignOut(FormHandler):
    """The end of a sign-in; a link alone does not do it."""

    page, of_sign_in = FormPage("Sign out", "Of this browser.", (), "Sign out"), True

    def get(self) -> None:
        """A link from elsewhere signs nobody out."""
        self.redirect("/", status=303)

    def work(self) -> Callable[[], Any]:
        """End it in the ledger."""
        found = self.signed_in
        return partial(self._lab.people.sign_out, found.sign_in_id if found is not None else "")

    def finished(self, done: Any) -> None:
        """To the sign-in, and back here by the next one."""
        self.forget()
        back = "" if self.next == "/" else f"&next={quote(self.next, safe='')}"
        self.redirect(f"/sign-in?out=1{back}", status=303)


def _sentence(error: WorkbenchError) -> str:
    """A message and its hint with a capital letter."""
    text = f"{error.message} {error.hint}".strip()
    return text[:1].upper() + text[1:]
