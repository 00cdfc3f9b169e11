"""One frozen Settings, built once at the edge (cli, api) and passed down."""

from __future__ import annotations

import json
import tomllib
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

CONFIG = "rengang.toml"
"""The file of settings in a workspace."""


def _parts(given: Any) -> Any:
    """A list as a variable says it: parted by commas or spaces, or as JSON.

    Example:
        >>> _parts("10.0.0.1, 10.0.0.2"), _parts('["a"]'), _parts(["b"])
        (['10.0.0.1', '10.0.0.2'], ['a'], ['b'])
    """
    if not isinstance(given, str):
        return given
    if given.lstrip().startswith("["):
        try:
            return json.loads(given)
        except ValueError:
            raise ValueError("a list parted by commas, or a JSON list of texts") from None
    return given.replace(",", " ").split()


Listed = Annotated[list[str], NoDecode, BeforeValidator(_parts)]


class Settings(BaseSettings):
    """Everything that can be set from outside: arguments win over the environment, it over a file.

    The variable of a setting is `RENGANG_<NAME>`. The file is the one that `config` names, else
    `rengang.toml` in the workspace if there is one; its keys are the names below.

    Raises:
        ValidationError: a value that does not fit, or a key of the file that is no setting.
        SettingsError: the file is not there, or is not TOML.

    Example:
        >>> Settings(workspace=Path("w")).resolved_database_url
        'sqlite:///w/rengang.sqlite'
    """

    model_config = SettingsConfigDict(env_prefix="RENGANG_", frozen=True, extra="forbid")

    workspace: Path = Field(
        default=Path("rengang-data"),
        description="Folder with the database, the key file and the models.",
    )
    config: Path | None = Field(
        default=None, description=f"File of settings; empty means {CONFIG} in the workspace."
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
    workers: int = Field(
        default=0,
        ge=0,
        le=64,
        description="Processes `rengang serve` starts; 0 is one for each core, four at most.",
    )
    at_once: int = Field(
        default=1,
        ge=1,
        le=64,
        description="Requests that a process works on at a time; the others wait their turn.",
    )
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

    sign_ins_per_minute: int = Field(
        default=30,
        ge=0,
        description="Tries to sign in that one address may make in a minute at each process; 0 "
        "sets no limit.",
    )
    requests_per_minute: int = Field(
        default=1200,
        ge=0,
        description="Requests that one account may make in a minute at each process; 0 sets no "
        "limit.",
    )
    trusted_proxies: Listed = Field(
        default=[],
        description="Addresses or networks of proxies whose X-Forwarded-For is believed.",
    )
    public_url: str | None = Field(
        default=None,
        description="Address under which browsers reach the service, where a proxy stands before "
        "it.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="Issuer of an OpenID Connect provider that people may sign in by.",
    )
    oidc_client_id: str = Field(default="", description="Name of this service at the provider.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="What proves to the provider that it is this service."
    )
    oidc_claim: str = Field(
        default="preferred_username",
        description="Claim of the provider's token that is the name of an account here.",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that is logged."
    )
    metrics_from_anywhere: bool = Field(
        default=False,
        description="Whether `/metrics` answers callers from other machines; off, only from this.",
    )
    stop_s: int = Field(
        default=30,
        ge=1,
        le=600,
        description="Seconds that `rengang serve` gives requests and a job at work to end.",
    )
    disk_free_mb: int = Field(
        default=500,
        ge=1,
        description="Least free space for the workspace, in MiB; less is not ready.",
    )
    webhook_hosts: Listed = Field(
        default=[],
        description="Hosts that may be told of outcomes, as host or host:port; none means that "
        "nobody outside is.",
    )
    backups: Path | None = Field(
        default=None,
        description="Folder of backups, for `rengang backup` without a file and for `rengang "
        "doctor`; empty means the folder backups in the workspace.",
    )
    backup_days: int = Field(
        default=2, ge=1, description="Days after which `rengang doctor` calls the last backup old."
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, given: list[str]) -> list[str]:
        for each in given:
            ip_network(each)
        return given

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the base class's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        return init_settings, env_settings, _File(settings_cls)

    @property
    def shared_market(self) -> Path | None:
        """Where the service's processes leave the arrays of a market; one alone keeps its own."""
        return self.workspace / "market" if self.share_market and self.workers > 1 else None

    @property
    def models(self) -> Path:
        """The folder of the workspace's trained models."""
        return self.workspace / "models"

    @property
    def backup_folder(self) -> Path:
        """Where backups are put."""
        return self.backups or self.workspace / "backups"

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


class _File(PydanticBaseSettingsSource):
    """The file of settings, found by what the sources before it said."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002  # the base class's signature
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Nothing by itself: the file is read as a whole, so that unknown keys are seen."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """What the file says; empty where there is none."""
        stated = self.current_state
        named = stated.get("config")
        workspace = stated.get("workspace", Settings.model_fields["workspace"].default)
        file = Path(named) if named else Path(workspace) / CONFIG
        if named is None and not file.is_file():
            return {}
        try:
            return tomllib.loads(file.read_text("utf-8"))
        except OSError as wrong:
            raise SettingsError(f"cannot read the settings {file}: {wrong.strerror}") from None
        except ValueError as wrong:
            raise SettingsError(f"the settings {file} are not TOML: {wrong}") from None
