"""One frozen Settings, built once at the edge (cli, api) and passed down."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set from outside, by environment variable `RENGANG_<NAME>`.

    Example:
        >>> Settings(workspace=Path("w")).resolved_database_url
        'sqlite:///w/rengang.sqlite'
    """

    model_config = SettingsConfigDict(env_prefix="RENGANG_", frozen=True, extra="ignore")

    workspace: Path = Field(
        default=Path("rengang-data"),
        description="Folder with the database, the key file and the models.",
    )
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL; empty means SQLite in the workspace."
    )
    key: SecretStr | None = Field(
        default=None,
        description="Key of people's encrypted cells, base64; during a change NEW,OLD. Empty means "
        "the file people.key in the workspace.",
    )
    jobs: int = Field(
        default=2, ge=1, le=256, description="Threads used to score many people at once."
    )
    host: str = Field(default="127.0.0.1", description="Address `rengang serve` listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port `rengang serve` listens on.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes `rengang serve` starts.")
    cluster: str | None = Field(
        default=None, description="Dask scheduler that jobs make everyone's matches on."
    )
    share_market: bool = Field(
        default=True,
        description="Whether several processes share the market's arrays by files of the workspace,"
        " readable to their owner alone.",
    )
    jobs_kept_days: int = Field(
        default=30, ge=1, description="Days after which a job that ended is forgotten, with files."
    )
    worker_in_process: bool = Field(
        default=True,
        description="Whether the service does long work itself; off where `rengang worker` runs.",
    )
    max_upload_mb: int = Field(
        default=200, ge=1, description="Largest file that import opens, in MiB."
    )
    max_unpacked_mb: int = Field(
        default=600, ge=1, description="Largest size an XLSX may unpack to, in MiB."
    )

    @property
    def shared_market(self) -> Path | None:
        """Where the service's processes leave the arrays of a market; one alone keeps its own."""
        return self.workspace / "market" if self.share_market and self.workers > 1 else None

    @property
    def models(self) -> Path:
        """The folder of the workspace's trained models."""
        return self.workspace / "models"

    @property
    def key_file(self) -> Path:
        """The file with the keys of people's cells, where the environment gives none."""
        return self.workspace / "people.key"

    @property
    def key_text(self) -> str | None:
        """The keys of people's cells as the environment gives them."""
        return None if self.key is None else self.key.get_secret_value()

    @property
    def resolved_database_url(self) -> str:
        """The database to open: the given URL, else the workspace's SQLite file."""
        return self.database_url or f"sqlite:///{self.workspace / 'rengang.sqlite'}"
