"""The configuration: ``qimen.toml`` in the data folder, then the environment (``QIMEN_…``)."""

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from qimen_core.errors import QimenError

__all__ = ["ConfigError", "QimenConfig", "SmsConfig", "TownshipConfig"]


class ConfigError(QimenError):
    """The configuration cannot be used; the message names file, key and remedy."""


class TownshipConfig(BaseModel):
    """What the configuration fixes for one unit, by its code."""

    model_config = ConfigDict(extra="forbid")

    off: list[str] = Field(default_factory=list)


class SmsConfig(BaseModel):
    """An SMS gateway that takes one POST a message.

    Attributes:
        url: Its address; the origin stands in ``outbound`` as well.
        headers: Sent along, e.g. ``Authorization``; a secret belongs into the environment.
        body: What is sent; ``{phone}``, ``{text}`` and ``{id}`` are filled in, quoted for JSON,
            or for a form where the content type is one.
        content_type: Of the body.
        accepted: Words that an answer holds when the message was taken; empty for any 2xx.
        sign: Sign what is sent with the secret of ``qimen gateway secret sms``.
    """

    model_config = ConfigDict(extra="forbid")

    url: str
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = '{"phone": "{phone}", "text": "{text}", "id": "{id}"}'
    content_type: str = "application/json"
    accepted: str = ""
    sign: bool = False


class QimenConfig(BaseSettings):
    """All that a deployment decides before the server starts.

    Attributes:
        data: Folder of database, keys and files.
        database_url: Where the rows are; an SQLite file in ``data`` unless given.
        site_name: The name in the page head.
        plugins: Names of the plugins to load; installing one does not load it.
        on_plugin_error: Skip a broken plugin, or fail the start.
        townships: Plugins fixed as off, by unit code.
        settings: Deployment-wide values of plugin settings, by plugin and key.
        policy: Password and session policy profile.
        secure_cookies: Send cookies over HTTPS only; off in the demo alone.
        outbound: Origins that the server may call, e.g. ``https://sms.example.cn``.
        sms: The SMS gateway; none: messages to residents become a list for the telephone.
        dev: Show developers' pages and reload templates.
    """

    model_config = SettingsConfigDict(env_prefix="QIMEN_", extra="forbid")

    data: Path
    database_url: str = ""
    site_name: str = "基层治理"  # lint-ok: chinese -- a value, changed in qimen.toml
    plugins: list[str] = Field(default_factory=lambda: ["web", "orders", "petitions"])
    on_plugin_error: Literal["skip", "fail"] = "skip"
    townships: dict[str, TownshipConfig] = Field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = Field(default_factory=dict)
    policy: Literal["dengbao2", "dengbao3", "asvs"] = "dengbao2"
    secure_cookies: bool = True
    outbound: list[str] = Field(default_factory=list)
    sms: SmsConfig | None = None
    dev: bool = False
    demo: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file's values, which arrive as arguments."""
        return env_settings, init_settings

    @classmethod
    def load(cls, data: Path, **overrides: Any) -> "QimenConfig":
        """Read ``data/qimen.toml`` where there is one.

        Args:
            data: The data folder.
            overrides: Values that win over the file.

        Raises:
            ConfigError: The file is no TOML, or a key or value is not known.
        """
        file = data / "qimen.toml"
        try:
            values = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
            return cls(**{**values, **overrides, "data": data})
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{file}: {error}") from error
        except ValidationError as error:
            lines = (
                f"{file}: {'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
                for item in error.errors()
            )
            raise ConfigError("\n".join(lines)) from error

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data / 'qimen.db'}"
