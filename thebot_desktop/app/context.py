"""AppContext: what the screen may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import Rule
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.facts import FactBook
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.alert_archive import AlertArchive
from thebot_desktop.app.channel_book import ChannelBook
from thebot_desktop.app.drawings import DrawingBook
from thebot_desktop.app.health import HealthService
from thebot_desktop.app.indicator_shelf import IndicatorShelf
from thebot_desktop.app.line_alerts import LineAlerts
from thebot_desktop.app.metrics import MetricsService
from thebot_desktop.app.mode import Mode
from thebot_desktop.app.news_service import NewsService
from thebot_desktop.app.notifier import Notifier
from thebot_desktop.app.older_candles import OlderCandles
from thebot_desktop.app.plugins import PluginBook
from thebot_desktop.app.scoreboard import ScoreboardService
from thebot_desktop.app.session import Session
from thebot_desktop.app.settings_service import SettingsService
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.app.supervisor import Supervisor
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import Clock
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.news.economic_calendar import EconomicCalendar


@dataclass(frozen=True)
class AppContext:
    """One field per service. Docks pick what they need in ``build``; nobody keeps the whole."""

    mode: Mode
    source: str
    """The market's name as the status bar shows it."""
    profile: Path
    clock: Clock
    faults: Observers[TheBotError]
    settings: SettingsService
    stream: DataStream
    subscriber: RealTimeDataSubscriber
    session: Session
    older: OlderCandles
    signals: SignalAggregator
    scoreboard: ScoreboardService
    alerts: AlertManager
    drawings: DrawingBook
    shelf: IndicatorShelf
    notifier: Notifier
    news: NewsService
    metrics: MetricsService
    health: HealthService
    supervisor: Supervisor
    indicator_types: Mapping[str, type[Indicator]]
    rule_types: Mapping[str, type[Rule]]
    notices: tuple[str, ...] = ()
    """Sentences for the person about how the start went: a bad settings file, a read-only disk."""
    plugins: PluginBook = field(default_factory=PluginBook)
    """Indicators and rules that come from files of the person; none in safe mode."""
    facts: FactBook = field(default_factory=FactBook)
    """What is known besides candles, as conditions ask for it."""
    channels: ChannelBook = field(default_factory=ChannelBook)
    """Where alerts go outside of this machine."""
    line_alerts: LineAlerts | None = None
    """Alerts on lines of drawings."""
    calendar: EconomicCalendar | None = None
    """What is announced; None where nothing is."""
    archive: AlertArchive | None = None
    """All alerts that are kept; None where none are."""
