"""What a person is told about plug-ins, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from thebot_desktop.app.plugins import PluginEntry, PluginKind, PluginState


def state_word(entry: PluginEntry) -> str:
    words = {
        PluginState.NEW: _tr("Not loaded yet"),
        PluginState.REFUSED: _tr("Not to be loaded"),
        PluginState.IN_USE: _tr("In use"),
        PluginState.BROKEN: _tr("Cannot be loaded"),
        PluginState.OFF: _tr("Switched off"),
    }
    if entry.still:
        return _tr("Earlier version in use")
    return words[entry.state]


def kind_word(kind: PluginKind) -> str:
    return {PluginKind.INDICATOR: _tr("Indicator"), PluginKind.RULE: _tr("Rule")}[kind]


def explanation(entry: PluginEntry) -> str:
    """What is the matter, and what becomes of it."""
    if entry.still:
        return _tr("{0} The version before it stays in use.").format(entry.problem)
    if entry.state in (PluginState.OFF, PluginState.BROKEN):
        return _tr("{0} It is tried again when the file is saved.").format(entry.problem)
    if entry.state is PluginState.NEW:
        return _tr("Nothing of this file is executed before you agree to it.")
    if entry.state is PluginState.REFUSED:
        return _tr("You did not want it loaded. You are asked again when the file changes.")
    if entry.kind is PluginKind.RULE:
        return _tr("Add an alert to have this rule watch a market.")
    return _tr("It is among the indicators of charts, and in conditions.")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Plugins", text)
