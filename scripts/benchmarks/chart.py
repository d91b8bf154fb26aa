"""Small line charts side by side, as SVG."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 300, 220, 56, 44, 26


@frozen
class Chart:
    """One curve; x and y in the units of the axes."""

    title: str
    points: tuple[tuple[float, float], ...]


def draw(file: Path, charts: Sequence[Chart], unit: str) -> None:
    """Write the charts; each has a y axis of its own from 0."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(charts)} {HEIGHT}"',
        ' font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for index, chart in enumerate(charts):
        parts += [f'<g transform="translate({WIDTH * index} 0)">', *_chart(chart, unit), "</g>"]
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join([*parts, "</svg>", ""]))


def _chart(chart: Chart, unit: str) -> Iterable[str]:
    right, base = WIDTH - 14, HEIGHT - BOTTOM
    widest = max(x for x, _ in chart.points)
    highest = max(y for _, y in chart.points) * 1.1
    places = [(LEFT + x / widest * (right - LEFT), base - y / highest * (base - TOP)) for x, y in chart.points]
    yield f'<path d="M{LEFT} {TOP} V{base} H{right}" fill="none" stroke="#888"/>'
    yield f'<text x="{LEFT}" y="{TOP - 10}">{unit}</text>'
    yield f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{chart.title}</text>'
    for part in (0, 0.5, 1):
        y = base - part * (base - TOP) / 1.1
        yield f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{highest * part / 1.1:.0f}</text>'
        x = LEFT + part * (right - LEFT)
        yield f'<text x="{x:.0f}" y="{base + 15}" text-anchor="middle">{widest * part:g}</text>'
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{line}" fill="none" stroke="#1660a0" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1660a0"/>' for x, y in places)
