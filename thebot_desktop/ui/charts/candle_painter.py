"""Candles, volume and histograms as whole rectangles of device pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from thebot_desktop.domain.market import Candle, FloatArray
from thebot_desktop.market.pyramid import CLOSE, HIGH, LOW, OPEN, VOLUME, Blocks
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import BODY_SHARE, ChartStyle
from thebot_desktop.ui.charts.frame import LEAST_GAPS, VOLUME_HEIGHT, Frame, PaneFrame
from thebot_desktop.ui.charts.pane_specs import LineSpec
from thebot_desktop.ui.charts.pixels import RectArray, fill_by_sign, fill_rects, rect_array
from thebot_desktop.ui.charts.series_store import OutputKey


@dataclass(slots=True)
class Shapes:
    """Rectangles, and which of them rise."""

    rects: RectArray
    rising: NDArray[np.bool_]
    wicks: int = 0
    """So many of the first are wicks, the others bodies; none where nothing is told apart."""


def half_width(spacing: float) -> int:
    """Pixels of a body left and right of its middle column: 68 % of the spacing, odd in all.

    One pixel at least stays free between two bodies.
    """
    wanted = round((BODY_SHARE * spacing - 1) / 2)
    return max(0, min(wanted, (int(spacing) - 2) // 2))


def candle_shapes(blocks: Blocks, frame: Frame, pane: PaneFrame) -> Shapes:
    """Wicks and bodies."""
    rows = blocks.rows
    ys = np.floor(pane.scale.ys(rows[: CLOSE + 1]) + 0.5).astype(np.int32)
    rising = rows[CLOSE] >= rows[OPEN]
    left, right = columns(blocks, frame)
    count = rows.shape[1]
    rects = rect_array(2 * count)
    wicks, bodies = rects[:count], rects[count:]
    wicks[:, 0] = wicks[:, 2] = (left + right) // 2
    np.minimum(ys[HIGH], ys[LOW], out=wicks[:, 1])
    np.maximum(ys[HIGH], ys[LOW], out=wicks[:, 3])
    bodies[:, 0], bodies[:, 2] = left, right
    np.minimum(ys[OPEN], ys[CLOSE], out=bodies[:, 1])
    np.maximum(ys[OPEN], ys[CLOSE], out=bodies[:, 3])
    return Shapes(rects, np.concatenate((rising, rising)), wicks=count)


def column_shapes(blocks: Blocks, frame: Frame, pane: PaneFrame) -> Shapes:
    """One column from high to low each, where there is no room for more."""
    rows = blocks.rows
    ys = np.floor(pane.scale.ys(rows[HIGH : LOW + 1]) + 0.5).astype(np.int32)
    rects = rect_array(rows.shape[1])
    rects[:, 0], rects[:, 2] = columns(blocks, frame)
    np.minimum(ys[0], ys[1], out=rects[:, 1])
    np.maximum(ys[0], ys[1], out=rects[:, 3])
    return Shapes(rects, rows[CLOSE] >= rows[OPEN])


def volume_shapes(blocks: Blocks, frame: Frame, pane: PaneFrame) -> Shapes:
    """Bars in the lowest sixth of the pane; the mean where several candles share a column."""
    rows = blocks.rows
    rects = rect_array(rows.shape[1])
    rects[:, 0], rects[:, 2] = columns(blocks, frame)
    bottom = pane.box.bottom - 1
    room = pane.box.height * VOLUME_HEIGHT
    share = rows[VOLUME] / (frame.block * frame.volume_top) if frame.volume_top else rows[VOLUME]
    rects[:, 1] = bottom - np.minimum(np.ceil(share * room), pane.box.height) + 1
    rects[:, 3] = bottom
    return Shapes(rects, rows[CLOSE] >= rows[OPEN])


def histogram_shapes(values: FloatArray, blocks: Blocks, frame: Frame, pane: PaneFrame) -> Shapes:
    """Bars from zero."""
    rects = rect_array(len(values))
    rects[:, 0], rects[:, 2] = columns(blocks, frame)
    zero = pane.scale.y(0.0)
    ys = np.floor(pane.scale.ys(np.nan_to_num(values)) + 0.5).astype(np.int32)
    np.minimum(ys, zero, out=rects[:, 1])
    np.maximum(ys, zero, out=rects[:, 3])
    return Shapes(rects, values >= 0)


def columns(blocks: Blocks, frame: Frame) -> tuple[FloatArray, FloatArray]:
    """First and last column of pixels of each block."""
    count, spacing = blocks.rows.shape[1], frame.bars.spacing
    numbers = np.arange(blocks.first, blocks.first + count + 1, dtype=np.float64)
    if spacing >= LEAST_GAPS:
        middle = frame.bars.xs(numbers[:-1])
        half = half_width(spacing)
        return middle - half, middle + half
    edges = frame.bars.xs(numbers * frame.block - 0.5)
    return edges[:-1], np.maximum(edges[1:] - 1, edges[:-1])


def live_blocks(state: ChartState, frame: Frame) -> Blocks:
    """The newest candle as a block of its own, together with what shares its column."""
    number, candle = state.store.live_block(frame.block)
    return Blocks(number, _column(candle))


def closed_blocks(state: ChartState, frame: Frame) -> Blocks:
    return state.store.candles.blocks(frame.first, frame.last, frame.block)


def histogram_blocks(state: ChartState, frame: Frame, key: OutputKey) -> tuple[FloatArray, Blocks]:
    """Values of closed candles; of several in one column the one farthest from zero."""
    blocks = state.store.lines[key].closed.blocks(frame.first, frame.last, frame.block)
    top, bottom = blocks.rows
    return np.where(top + bottom >= 0, top, bottom), blocks


def paint_candles(painter: QPainter, shapes: Shapes, style: ChartStyle) -> None:
    if style.edge is None or not shapes.wicks:
        fill_by_sign(painter, shapes.rects, shapes.rising, style.up, style.down)
        return
    fill_rects(painter, shapes.rects, style.edge)
    inner = _within_edges(shapes.rects[shapes.wicks :], max(1, int(style.unit)))
    fill_by_sign(painter, inner, shapes.rising[shapes.wicks :], style.up, style.down)


def paint_volume(painter: QPainter, shapes: Shapes, style: ChartStyle) -> None:
    fill_by_sign(painter, shapes.rects, shapes.rising, style.volume_up, style.volume_down)


def paint_histogram(painter: QPainter, shapes: Shapes, spec: LineSpec, style: ChartStyle) -> None:
    rising, falling = style.bars(spec.rising, spec.falling)
    fill_by_sign(painter, shapes.rects, shapes.rising, rising, falling)


def _within_edges(bodies: RectArray, thick: int) -> RectArray:
    """Bodies without their borders; narrow or low ones have none, so that direction shows."""
    inner = bodies.copy()
    wide = inner[:, 2] - inner[:, 0] >= 4 * thick
    tall = inner[:, 3] - inner[:, 1] >= 2 * thick
    inner[wide, 0] += thick
    inner[wide, 2] -= thick
    inner[wide & tall, 1] += thick
    inner[wide & tall, 3] -= thick
    return inner


def _column(candle: Candle) -> FloatArray:
    values = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    return np.array(values).reshape(5, 1)
