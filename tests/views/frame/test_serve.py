from __future__ import annotations

import logging
import socket
from types import SimpleNamespace

import pytest

from workbench.errors import InputError
from workbench.views.frame import serve


def test_a_taken_port_is_said_before_anything_is_loaded() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert not serve.port_is_free("127.0.0.1", port)
        with pytest.raises(InputError, match=str(port)):
            serve.build_server(SimpleNamespace(), host="127.0.0.1", port=port)
    assert serve.port_is_free("127.0.0.1", port)


def test_only_this_host_may_open_a_websocket() -> None:
    assert serve.origins("127.0.0.1", 5006) == ["127.0.0.1:5006", "localhost:5006"]
    assert serve.origins("lab.example", 80) == ["lab.example:80"]
    assert "*" not in "".join(serve.origins("0.0.0.0", 5006))


def test_the_settings_name_further_hosts_and_no_patterns() -> None:
    named = serve.origins("127.0.0.1", 5006, "lab.example.org, https://Lab.example.org:8443/,")
    assert named == ["127.0.0.1:5006", "lab.example.org:80", "lab.example.org:8443", "localhost:5006"]
    for pattern in ("*", "*.example.org", "https://"):
        with pytest.raises(InputError, match="WORKBENCH_ORIGINS"):
            serve.origins("127.0.0.1", 5006, pattern)


def test_warming_up_goes_on_when_one_step_fails(caplog: pytest.LogCaptureFixture) -> None:
    def find(text: str, limit: int) -> list[object]:
        raise ValueError("broken index")

    lab = SimpleNamespace(find=find)
    with caplog.at_level(logging.ERROR):
        serve.warm_up(lab)
    assert "broken index" in caplog.text
