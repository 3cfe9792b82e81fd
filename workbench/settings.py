"""Settings: where am I. Read once from `WORKBENCH_*` variables, frozen, passed on."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from workbench.errors import InputError

PROJECT = Path(__file__).resolve().parent.parent


def _default_home() -> Path:
    """`.workbench/` of a source checkout, else the user's data folder."""
    return PROJECT / ".workbench" if (PROJECT / "data_catalog").is_dir() else user_data_path("workbench")


class Settings(BaseSettings):
    """Where the catalog lies and how this process runs; every field is a `WORKBENCH_*` variable."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=_default_home, description="Folder that holds catalog, weights and logs.")
    catalog: str = Field("", description="postgresql://… for a team; empty: SQLite files under home.")
    data: str = Field(
        "",
        description="Folder of the lake's Parquet files, or s3://bucket/… for all files of a team; empty: home/lake.",
    )
    mirror: Path | None = Field(None, description="Folder with public data sets that may not be bundled.")
    data_catalog: Path = Field(PROJECT / "data_catalog", description="Folder of the data set entries (TOML).")
    person: str = Field("me", description="Name under which this process acts.")
    seal_key: SecretStr = Field(SecretStr(""), description="Seals the event log; empty: a file under home.")
    host: str = Field("127.0.0.1", description="Address the app listens on.")
    port: int = Field(5006, ge=0, le=65_535, description="Port the app listens on.")
    sign_in: Literal["auto", "none", "password"] = Field(
        "auto",
        description="password: the app asks for one; none: a name is believed; auto: none on this machine alone.",
    )
    approve_again: bool = Field(False, description="Whether who approves types the password again, as a signature.")
    origins: str = Field("", description="Names under which browsers reach the app, e.g. lab.example.org; by comma.")
    proxies: str = Field("", description="Addresses of proxies whose X-Forwarded-… headers are believed; by comma.")
    threads: int = Field(2, ge=1, description="Threads for DuckDB and the numeric kernels.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    def __init__(self, **values: Any) -> None:
        """Read the variables; `values` come first. Raises InputError naming the variable that cannot be used."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            wrong = [(str(item["loc"][0]), item["input"], item["msg"]) for item in error.errors()]
            told = "; ".join(f"WORKBENCH_{name.upper()} is {value!r}: {message}" for name, value, message in wrong)
            raise InputError(f"{told}.", hint="Correct the variable, or unset it.") from error

    @property
    def asks_for_password(self) -> bool:
        """Whether the app lets in who has signed in alone: where others can reach it, or a team shares the ledger."""
        if self.sign_in != "auto":
            return self.sign_in == "password"
        return not (is_loopback(self.host) and self.ledger_url.startswith("sqlite"))

    @property
    def signs_approvals(self) -> bool:
        """Whether an approval needs the password again."""
        return self.approve_again and self.asks_for_password

    @property
    def lake_metadata(self) -> Path:
        """SQLite file with the lake's metadata (single machine)."""
        return self.home / "lake.sqlite"

    @property
    def lake_data(self) -> str:
        """Folder (or bucket) of the lake's Parquet files, with a trailing slash."""
        if self.data.startswith("s3://"):  # weights and people's files lie beside it
            return f"{self.data.rstrip('/')}/lake/"
        return self.data.rstrip("/") + "/" if self.data else f"{self.home / 'lake'}/"

    @property
    def ledger_url(self) -> str:
        """SQLAlchemy address of the ledger."""
        return self.catalog or f"sqlite:///{self.home / 'ledger.sqlite'}"

    @property
    def jobs_url(self) -> str:
        """Database of the job engine."""
        return self.catalog or f"sqlite:///{self.home / 'jobs.sqlite'}"

    @property
    def weights(self) -> Path:
        """Folder of model weights (safetensors)."""
        return self.home / "weights"

    @property
    def files(self) -> Path:
        """Folder of people's files, named by their content: attachments and results that were pushed."""
        return self.home / "files"

    @property
    def cache(self) -> Path:
        """Folder of what can be made again at any time: layouts, memory-mapped matrices, thumbnails."""
        return self.home / "cache"


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def hide_password(url: str) -> str:
    """An address of a database that may be shown."""
    return re.sub(r"(://[^:@/]*):[^@]*@", r"\1:***@", url)
