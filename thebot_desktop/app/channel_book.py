"""ChannelBook: the channels that a person set up, and the way out through each of them."""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Protocol, Union

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from thebot_desktop.app.channels import (
    LONGEST_NAME,
    Channel,
    ChannelTools,
    NamedChannel,
    Outside,
    OutsideMessage,
    SecretField,
)
from thebot_desktop.app.given_secrets import GivenSecrets, variable_of
from thebot_desktop.domain.errors import (
    DeliveryError,
    InputError,
    SecretError,
    StorageError,
    TheBotError,
)
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert, AlertType
from thebot_desktop.domain.time import SECOND_MS, Clock, SimulatedClock, UnixMs

log = logging.getLogger(__name__)

FILE_VERSION = 1
MOST_CHANNELS = 50
TAKEN_NAMES = ("screen",)
"""What deliveries call this machine itself."""
TEST = "This is a test: alerts will arrive like this."
NO_SECRETS: Mapping[str, str] = MappingProxyType({})


class SecretStore(Protocol):
    """Where secrets are kept. Everything raises SecretError."""

    async def get(self, channel: str, field: str) -> str:
        """Empty where there is none."""
        ...

    async def set(self, channel: str, field: str, secret: str) -> None: ...

    async def remove(self, channel: str, field: str) -> None:
        """Nothing happens where there is none."""
        ...


class MemorySecrets:
    """Until the program ends."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], str] = {}

    async def get(self, channel: str, field: str) -> str:
        return self._held.get((channel, field), "")

    async def set(self, channel: str, field: str, secret: str) -> None:
        self._held[channel, field] = secret

    async def remove(self, channel: str, field: str) -> None:
        self._held.pop((channel, field), None)

    def fields(self, channel: str) -> frozenset[str]:
        """Those that are held of one channel."""
        return frozenset(field for name, field in self._held if name == channel)


class ChannelStore(Protocol):
    """Where channels are kept, without their secrets. Raises StorageError."""

    def load(self) -> tuple[NamedChannel, ...]: ...

    def save(self, channels: tuple[NamedChannel, ...]) -> None: ...

    def changed_elsewhere(self) -> bool:
        """Whether another program saved since the last load or save."""
        ...


class ChannelBook:
    """Changes are written before anybody is told; one that cannot be written does not happen."""

    def __init__(
        self,
        kinds: Mapping[str, type[Channel]] = MappingProxyType({}),
        *,
        outside: Outside | None = None,
        secrets: SecretStore | None = None,
        store: ChannelStore | None = None,
        channels: Iterable[NamedChannel] = (),
        clock: Clock | None = None,
        given: GivenSecrets | None = None,
    ) -> None:
        self.kinds = kinds
        """What can be added, by the names of the files."""
        self._outside = outside
        self._secrets = secrets or MemorySecrets()
        self._given = given or GivenSecrets(NO_SECRETS)
        self._passing = MemorySecrets()
        """Secrets that no keyring took."""
        self._store = store
        self._channels = tuple(channels)
        self._clock = clock or SimulatedClock()
        self.rename_elsewhere: Callable[[str, str], None] | None = None
        """Lets rules and deliveries follow from the old name to the new one. Raises StorageError.

        None where another program sees to them.
        """
        self.renamed: Observers[tuple[str, str]] = Observers()
        """The old and the new name, before anybody is told that the channels changed."""
        self.changed: Observers[None] = Observers()

    @property
    def available(self) -> bool:
        """Whether anything is sent in this run."""
        return self._outside is not None

    @property
    def channels(self) -> tuple[NamedChannel, ...]:
        """In the order of their names."""
        return self._channels

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(named.name for named in self._channels)

    def get(self, name: str) -> NamedChannel | None:
        return next((named for named in self._channels if named.name == name), None)

    def defaults_for(self, alert: Alert) -> tuple[NamedChannel, ...]:
        """Where ``alert`` goes unless its rule says otherwise."""
        return tuple(named for named in self._channels if named.takes(alert))

    async def send(self, name: str, alert: Alert) -> str:
        """What came back, in a few words. Raises DeliveryError or SecretError."""
        named = self.get(name)
        if named is None:
            sentence = f"There is no channel “{name}” any more."
            raise DeliveryError(user_message=sentence, again=False)
        if not named.on:
            raise DeliveryError(user_message=f"“{name}” is switched off.", again=False)
        return await self._attempt(named, OutsideMessage.of(alert), NO_SECRETS)

    async def test(self, named: NamedChannel, typed: Mapping[str, str] = NO_SECRETS) -> str:
        """Send a test, with secrets as ``typed`` where they are not kept yet.

        Raises DeliveryError or SecretError.
        """
        return await self._attempt(named, OutsideMessage.of(self._test_alert()), typed)

    async def save(
        self,
        named: NamedChannel,
        secrets: Mapping[str, str] = NO_SECRETS,
        *,
        until_the_end: bool = False,
    ) -> None:
        """Put a channel to use, or replace the one of its name; an empty secret is removed.

        ``until_the_end`` keeps the secrets in memory only. Raises InputError, also for a secret
        that the environment gives, SecretError, or StorageError.
        """
        others = self._others(named.name)
        _check_name(named.name)
        self._check_not_given(named, secrets)
        if len(others) >= MOST_CHANNELS:
            sentence = f"There are {MOST_CHANNELS} channels already; remove one first."
            raise InputError(user_message=sentence)
        before = self.get(named.name)
        kept = set(before.secrets if before is not None else named.secrets)
        for field, secret in secrets.items():
            if secret or field in kept:
                await self._keep_secret(named.name, field, secret, passing=until_the_end)
            kept = kept | {field} if secret else kept - {field}
        named = replace(named, secrets=tuple(sorted(kept)))
        ordered = sorted((*others, named), key=lambda n: n.name.casefold())
        try:
            self._keep(tuple(ordered))
        except StorageError:
            if self.get(named.name) is None:
                await self._forget_secrets(named)
            raise

    async def rename(self, old: str, new: str) -> None:
        """Rules, what waits to be sent, and secrets follow; all of it or nothing.

        Raises InputError, SecretError, or StorageError. Only secrets of the old name may be left
        over in the keyring, which is said.
        """
        named = self._check_rename(old, new)
        passing = self.passing_secrets(old)
        after = replace(named, name=new)
        try:
            for field in named.secrets:
                secret = await self._kept(old, field)
                await self._keep_secret(new, field, secret, passing=field in passing)
            self._check_rename(old, new)  # meanwhile something may have happened
            self._put_in_place(old, after)
        except TheBotError as error:
            await self._forget_copies(after)
            if isinstance(error, SecretError):
                sentence = f"“{old}” keeps its name: its secrets cannot follow. "
                raise SecretError(str(error), user_message=sentence + error.user_message) from error
            raise
        try:
            await self._forget_secrets(named)
        except SecretError as error:
            sentence = f"It is “{new}” now, but secrets of “{old}” may still be in the keyring. "
            raise SecretError(str(error), user_message=sentence + error.user_message) from error

    async def remove(self, name: str) -> None:
        """With its secrets. Raises StorageError or SecretError; the channel is gone with that."""
        named = self.get(name)
        if named is None:
            return
        self._keep(self._others(name))
        try:
            await self._forget_secrets(named)
        except SecretError as error:
            sentence = f"“{name}” is removed, but its secrets may still be in the keyring. "
            raise SecretError(str(error), user_message=sentence + error.user_message) from error

    def passing_secrets(self, name: str) -> frozenset[str]:
        """The fields whose secrets are gone when the program ends."""
        return self._passing.fields(name)

    def given_secrets(self, named: NamedChannel) -> Mapping[str, str]:
        """The fields whose secrets the environment gives, and by which variables."""
        return {
            field.name: variable_of(named.name, field.name)
            for field in named.channel.secrets
            if self._given.has(named.name, field.name)
        }

    def look(self) -> None:
        """A chore: another program may have changed the channels. Raises StorageError."""
        if self._store is None or not self._store.changed_elsewhere():
            return
        loaded = self._store.load()
        if loaded != self._channels:
            self._channels = loaded
            self.changed.notify(None)

    async def _attempt(
        self, named: NamedChannel, message: OutsideMessage, typed: Mapping[str, str]
    ) -> str:
        """With every secret that was in use blotted out of what is told about it."""
        if self._outside is None:
            sentence = "Nothing is sent in this run of the program."
            raise DeliveryError(user_message=sentence, again=False)

        async def secret(name: str) -> str:
            field = _field(named.channel, name)
            found = typed.get(name, "") or self._given.get(named.name, name, self.names)
            if not found and (field.required or name in named.secrets):
                found = await self._kept(named.name, name)
            gone = self.get(named.name) is None  # maybe renamed while this was on its way
            if not found and (field.required or (gone and name in named.secrets)):
                sentence = f"{field.title}: nothing is kept in the keyring."
                raise DeliveryError(user_message=sentence, again=gone)
            return found

        tools = ChannelTools(self._outside, secret)
        try:
            said = await named.channel.send(message, tools)
        except DeliveryError as error:
            raise DeliveryError(
                tools.hide(str(error)),
                user_message=tools.hide(error.user_message),
                again=error.again,
                after_ms=error.after_ms,
            ) from None
        except TheBotError:
            raise
        except Exception as error:  # noqa: BLE001 - plug-in boundary
            raise _broken(named, error) from None
        return tools.hide(said)

    def _check_rename(self, old: str, new: str) -> NamedChannel:
        """The channel, if it may be called ``new``. Raises InputError."""
        named = self.get(old)
        if named is None:
            raise InputError(old, user_message=f"There is no channel “{old}” any more.")
        _check_name(new)
        if self.get(new) is not None:
            raise InputError(new, user_message="There is a channel of this name already.")
        if self.rename_elsewhere is None:
            sentence = (
                f"“{old}” keeps its name: another THEBOT sends the alerts of this profile, "
                "and would not find the channel. End that one first."
            )
            raise InputError(old, user_message=sentence)
        given = self.given_secrets(replace(named, name=new))
        for field, variable in self.given_secrets(named).items():
            if field not in given:
                needed = variable_of(new, field)
                sentence = f"{variable} gives a secret of “{old}”: let {needed} give it as well."
                raise InputError(variable, user_message=sentence)
        return named

    def _put_in_place(self, old: str, after: NamedChannel) -> None:
        """The file first: it can be put back. Raises StorageError; nothing has changed then."""
        before = self._channels
        ordered = sorted((*self._others(old), after), key=lambda n: n.name.casefold())
        if self._store is not None:
            self._store.save(tuple(ordered))
        try:
            if self.rename_elsewhere is not None:
                self.rename_elsewhere(old, after.name)
        except StorageError:
            if self._store is not None:
                self._store.save(before)
            raise
        self._channels = tuple(ordered)
        self.renamed.notify((old, after.name))
        self.changed.notify(None)

    async def _forget_copies(self, named: NamedChannel) -> None:
        """Of a name that is not used after all; why it is not matters more than what is left."""
        if self.get(named.name) is not None:
            return
        try:
            await self._forget_secrets(named)
        except SecretError as error:
            log.warning("copies of secrets are left in the keyring: %s", error)

    async def _kept(self, channel: str, field: str) -> str:
        passing = await self._passing.get(channel, field)
        return passing or await self._secrets.get(channel, field)

    async def _forget_secrets(self, named: NamedChannel) -> None:
        passing = self.passing_secrets(named.name)
        for field in named.secrets:
            await self._passing.remove(named.name, field)
            try:
                await self._secrets.remove(named.name, field)
            except SecretError:
                if field not in passing:  # else the keyring has never had it
                    raise

    async def _keep_secret(self, channel: str, field: str, secret: str, *, passing: bool) -> None:
        if passing and secret:
            await self._passing.set(channel, field, secret)
            return
        if secret:
            await self._secrets.set(channel, field, secret)
        else:
            await self._secrets.remove(channel, field)
        await self._passing.remove(channel, field)

    def _check_not_given(self, named: NamedChannel, secrets: Mapping[str, str]) -> None:
        """What would never be used is not kept. Raises InputError."""
        given = self.given_secrets(named)
        for field, secret in secrets.items():
            if secret and field in given:
                title = _field(named.channel, field).title
                sentence = f"{title}: {given[field]} in the environment gives it; change it there."
                raise InputError(given[field], user_message=sentence)

    def _others(self, name: str) -> tuple[NamedChannel, ...]:
        return tuple(n for n in self._channels if n.name != name)

    def _keep(self, channels: tuple[NamedChannel, ...]) -> None:
        if self._store is not None:
            self._store.save(channels)
        self._channels = channels
        self.changed.notify(None)

    def _test_alert(self) -> Alert:
        """About no symbol in particular; each has another id, for receivers that drop doubles."""
        now = self._clock.now()
        series = SeriesKey(Symbol(""), Interval.M1)
        name = f"test/{uuid.uuid4().hex}"
        return Alert(
            id=name,
            key=name,
            rule_id="",
            rule="Test of THEBOT Desktop",
            type=AlertType.INFO,
            series=series,
            open_time=series.interval.open_of(now),
            price=0.0,
            message=TEST,
            event_time=now,
            raised_at=now,
            expires_at=UnixMs(now + SECOND_MS),
        )


class _Document(Struct, frozen=True):
    """What the file holds."""

    channels: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_CHANNELS)] = ()
    version: Annotated[int, Meta(ge=FILE_VERSION, le=FILE_VERSION)] = FILE_VERSION


def written(channels: Iterable[NamedChannel]) -> bytes:
    """As JSON that ``read`` understands."""
    documents = tuple(msgspec.Raw(msgspec.json.encode(named)) for named in channels)
    return msgspec.json.format(msgspec.json.encode(_Document(documents)), indent=1)


def read(content: bytes, kinds: Mapping[str, type[Channel]]) -> tuple[NamedChannel, ...]:
    """Raises InputError where anything in it makes no sense."""
    decoder = msgspec.json.Decoder(_named_type(kinds))
    try:
        document = msgspec.json.decode(content, type=_Document)
        found = [
            NamedChannel(**msgspec.structs.asdict(decoder.decode(raw))) for raw in document.channels
        ]
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"no list of channels: {error}") from error
    for named in found:
        _check_name(named.name)
    if len({named.name for named in found}) < len(found):
        raise InputError("two channels have one name")
    return tuple(sorted(found, key=lambda n: n.name.casefold()))


def _named_type(kinds: Mapping[str, type[Channel]]) -> Any:  # noqa: ANN401 - made at run time
    """NamedChannel whose ``channel`` may be any of the kinds."""
    union: Any = Union[tuple(kinds.values())] if kinds else Channel  # noqa: UP007
    return msgspec.defstruct(
        "NamedChannel", [("channel", union)], bases=(NamedChannel,), frozen=True, kw_only=True
    )


def _check_name(name: str) -> None:
    """Raises InputError."""
    if not name.strip() or name != name.strip() or not name.isprintable():
        raise InputError(repr(name), user_message="A channel needs a name.")
    if len(name) > LONGEST_NAME or name.casefold() in TAKEN_NAMES:
        raise InputError(repr(name), user_message=f"“{name[:20]}” cannot be the name of a channel.")


def _field(channel: Channel, name: str) -> SecretField:
    return next(field for field in channel.secrets if field.name == name)


def _broken(named: NamedChannel, error: Exception) -> DeliveryError:
    """Where it happened is told, not what: foreign texts may have a secret in them."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {place.filename}:{place.lineno}"
    log.error("the channel %s raised %s", named.name, where)
    sentence = f"“{named.name}” stopped working: there is a mistake in the program."
    return DeliveryError(where, user_message=sentence, again=False)
