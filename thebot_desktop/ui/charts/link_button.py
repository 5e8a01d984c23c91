"""LinkButton: the sign of a chart's link group in its header, with the menu to choose it."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QFont, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QToolButton

from thebot_desktop.ui.charts.chart_style import line_colours
from thebot_desktop.ui.charts.link import Link, LinkGroup
from thebot_desktop.ui.theme import Theme, scaled

SIGN_PX = 16
_DRAWN_PX = 64
"""Signs are drawn this large and made smaller by Qt, so that they are sharp on every screen."""
_COLOURS = dict(zip(LinkGroup, (0, 1, 2, 3, 6), strict=True))
"""Which of the line colours belongs to which group."""


class LinkButton(QToolButton):
    """A disc with a letter; an empty ring for a chart on its own."""

    chosen = Signal(object)
    """The person wants this Link."""

    def __init__(self, theme: Theme, font_px: int) -> None:
        super().__init__()
        self._link = Link()
        self._theme = theme
        self.setProperty("role", "flat")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._pop_up)
        self.apply_theme(theme, font_px)

    @property
    def link(self) -> Link:
        return self._link

    def show_link(self, link: Link) -> None:
        self._link = link
        text = self.tr("Link group: none")
        if link.group is not None:
            text = self.tr("Link group {0}").format(link.group.value)
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setIcon(group_icon(link.group, self._theme))

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self._theme = theme
        side = scaled(SIGN_PX, font_px)
        self.setIconSize(QSize(side, side))
        self.show_link(self._link)

    def menu_now(self) -> QMenu:
        """Which group, and what it shares."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        groups = QActionGroup(menu)
        for group in (None, *LinkGroup):
            text = self.tr("Group {0}").format(group.value) if group else self.tr("Not linked")
            action = QAction(group_icon(group, self._theme), text, menu, checkable=True)
            action.setIconVisibleInMenu(True)
            action.setChecked(group is self._link.group)
            groups.addAction(action)
            menu.addAction(action)
            self._on(action, msgspec.structs.replace(self._link, group=group))
        self._add_shared(menu)
        return menu

    def _add_shared(self, menu: QMenu) -> None:
        link = self._link
        menu.addSection(self.tr("The group shares"))
        always = QAction(self.tr("Crosshair"), menu, checkable=True, checked=True, enabled=False)
        menu.addAction(always)
        shared = (
            (self.tr("Symbol"), link.symbol, {"symbol": not link.symbol}),
            (self.tr("Interval"), link.interval, {"interval": not link.interval}),
            (self.tr("Visible time"), link.time, {"time": not link.time}),
        )
        for text, on, change in shared:
            action = QAction(text, menu, checkable=True, checked=on)
            action.setEnabled(link.group is not None)
            menu.addAction(action)
            self._on(action, msgspec.structs.replace(link, **change))

    def _on(self, action: QAction, link: Link) -> None:
        action.triggered.connect(lambda _on: self.chosen.emit(link))

    def _pop_up(self) -> None:
        self.menu_now().popup(self.mapToGlobal(self.rect().bottomLeft()))


def group_icon(group: LinkGroup | None, theme: Theme) -> QIcon:
    """The letter says it too: nobody has to tell colours apart."""
    pixmap = QPixmap(_DRAWN_PX, _DRAWN_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(_DRAWN_PX / 2, _DRAWN_PX / 2)
    if group is None:
        painter.setPen(QPen(QColor(theme.muted), _DRAWN_PX / 11))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, _DRAWN_PX * 0.3, _DRAWN_PX * 0.3)
    else:
        fill = line_colours(theme)[_COLOURS[group]]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(middle, _DRAWN_PX / 2, _DRAWN_PX / 2)
        font = QFont(painter.font())
        font.setPixelSize(round(_DRAWN_PX * 0.66))
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        painter.setPen(QColor(theme.on(fill.name())))
        whole = QRectF(0, 0, _DRAWN_PX, _DRAWN_PX)
        painter.drawText(whole, Qt.AlignmentFlag.AlignCenter, group.value)
    painter.end()
    return QIcon(pixmap)
