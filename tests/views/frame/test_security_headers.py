"""Every answer says how it may be used; what an answer says itself stays."""

from __future__ import annotations

from tornado.httputil import HTTPHeaders, HTTPServerRequest

from workbench.views.frame.security_headers import HEADERS, SecurityHeaders


def test_what_is_missing_is_added_and_what_is_said_stays() -> None:
    headers = HTTPHeaders({"X-Frame-Options": "DENY"})
    transform = SecurityHeaders(HTTPServerRequest("GET", "/", host="x"))
    status, found, chunk = transform.transform_first_chunk(404, headers, b"text", True)
    assert (status, chunk) == (404, b"text")
    assert found["X-Frame-Options"] == "DENY"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert set(HEADERS) <= set(found)
