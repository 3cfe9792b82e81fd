"""A PostgreSQL server and an S3-compatible one, made for a test and gone after it: what a team's host would have."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.browser import free_port

BUCKET = "lab"
START_SECONDS = 60


class TeamServers(NamedTuple):
    """Addresses and the variables that every process of the team needs."""

    catalog: str
    data: str
    variables: dict[str, str]

    def environment(self, home: Path, person: str = "ada") -> dict[str, str]:
        """The environment of one host with its own home."""
        own = {"WORKBENCH_HOME": str(home), "WORKBENCH_PERSON": person, "OMP_NUM_THREADS": "1"}
        return {**os.environ, **self.variables, **own}

    @contextmanager
    def here(self) -> Iterator[None]:
        """This process as one of the team's, for as long as the block runs."""
        before = {name: os.environ.get(name) for name in self.variables}
        os.environ.update(self.variables)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def missing() -> str:
    """What is not installed here, in words; "" when a team's servers can be started."""
    lacks = []
    if _postgres_folder() is None:
        lacks.append("PostgreSQL (Debian: apt-get install postgresql)")
    for package in ("moto", "s3fs", "psycopg", "duckdb_extension_httpfs", "duckdb_extension_postgres_scanner"):
        if not _is_installed(package):
            lacks.append(f"the package {package}")
    return " and ".join(lacks)


@contextmanager
def team_servers(folder: Path) -> Iterator[TeamServers]:
    """Both servers with empty databases, for as long as the block runs; files in `folder`."""
    with _postgres(folder) as catalog, _objects(folder) as endpoint:
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": endpoint}
        shared = {"WORKBENCH_CATALOG": catalog, "WORKBENCH_DATA": f"s3://{BUCKET}/team", "WORKBENCH_SEAL_KEY": "team"}
        yield TeamServers(catalog, shared["WORKBENCH_DATA"], keys | shared)


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    programs = _postgres_folder()
    assert programs is not None
    place, port = folder / "postgres", free_port()
    place.mkdir(parents=True)
    as_server: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(place, "postgres")
        for parent in (folder, *folder.parents):
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
        as_server = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run([*as_server, str(programs / program), *arguments], capture_output=True, text=True, check=False,
                              cwd=place)  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")

    run("initdb", "-D", str(place / "data"), "-A", "trust", "-U", "workbench")
    options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "-D", str(place / "data"), "-o", options, "-l", str(place / "log"), "-w", "start")
    try:
        run("createdb", "-h", str(place), "-p", str(port), "-U", "workbench", "lab")
        yield f"postgresql://workbench@127.0.0.1:{port}/lab"
    finally:
        run("pg_ctl", "-D", str(place / "data"), "-m", "immediate", "stop")


@contextmanager
def _objects(folder: Path) -> Iterator[str]:
    import httpx

    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (folder / "objects.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    httpx.put(f"{address}/{BUCKET}").raise_for_status()
                    break
                except httpx.HTTPError:
                    if time.monotonic() > deadline or server.poll() is not None:
                        raise
                    time.sleep(0.2)
            yield address
        finally:
            server.kill()
            server.wait()


def _postgres_folder() -> Path | None:
    """Where initdb lies: Debian keeps it out of the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def _is_installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None
