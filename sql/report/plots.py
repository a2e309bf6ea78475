# plots.py: the plots, drawn by pygal, each for a wide page and for a telephone; colours are those of style.css.
import re

import pygal
from markupsafe import Markup
from pygal.style import Style

import svg

FONT = 'system-ui, sans-serif'


def style(size):
    fonts = {f'{part}font_family': FONT for part in ('', 'label_', 'major_label_', 'value_', 'value_label_', 'no_data_')}
    return Style(label_font_size=size, major_label_font_size=size, value_font_size=size, **fonts)


def settings(width, height, size):
    return {'width': width, 'height': height, 'style': style(size), 'css': [], 'js': [], 'show_legend': False,
            'margin': 4, 'spacing': 6, 'truncate_label': 40, 'no_data_text': ''}


def tidy(text, series, labels, title, kind):
    """pygal's picture with our classes, and a word for the mouse on each bar."""
    root = svg.parse(text)
    svg.drop(root, lambda e: not isinstance(e.tag, str) or e.tag in ('defs', 'script', 'desc', 'title'))
    for group in root.iter('g'):
        number = re.search(r'\bserie-(\d+)', group.get('class', ''))
        if number:
            one = series[int(number[1])]
            group.set('class', f'series {one["class"]}')
            name_bars(group, one, labels)
    # An unused label is an empty text, and a bar of nothing a line.
    svg.drop(root, lambda e: e.tag == 'text' and not (e.text or '').strip() and len(e) == 0
             or e.tag == 'rect' and 0 in (float(e.get('width', 1)), float(e.get('height', 1))))
    return Markup(svg.told(root, title, kind))


def name_bars(group, one, labels):
    bars = [bar for bar in group.iter('rect') if 'rect' in bar.get('class', '')]
    for label, value, bar in zip(labels, one['values'], bars):
        for name in ('rx', 'ry', 'class'):
            bar.attrib.pop(name, None)
        svg.ElementTree.SubElement(bar, 'title').text = svg.clean(f'{label}, {one["name"]}: {value}')


def columns(words, title, labels, series, height=300):
    """Stacked columns; series are {'name', 'class', 'values'}. Returns both pictures."""
    drawn = []
    for kind, width, height, size in (('plot wide', 1000, height, 14), ('plot narrow', 360, 70 + height // 2, 13)):
        chart = pygal.StackedBar(show_minor_x_labels=False, value_formatter=words.count, max_scale=5, **settings(width, height, size))
        chart.x_labels = [svg.clean(label) for label in labels]
        chart.x_labels_major = chart.x_labels[::step_of(labels, (width - 60) / size)]
        for one in series:
            chart.add(one['name'], [int(value) for value in one['values']])
        drawn.append(tidy(chart.render(), series, labels, title, kind))
    return Markup('').join(drawn)


def step_of(labels, room):
    """Which labels are written, 3: each third. As many as fit, the room told in letters; days in weeks where not each fits."""
    needed = len(labels) * (0.6 * max((len(label) for label in labels), default=0) + 1) / room
    return next(step for step in (1, 2, 3, 7, 14, 28, 91, 365, 9999) if step >= needed)


def bars(words, title, labels, series, formatter=None):
    """Stacked bars from left to right, the first on top; a value stands in its bar where there is room."""
    marks, formatter = formatter or words.count, formatter or words.number
    total = max([sum(column) for column in zip(*(one['values'] for one in series))] or [0])
    drawn = []
    for kind, width, size, cut in (('plot wide', 1000, 14, 30), ('plot narrow', 360, 13, 13)):
        room = width - 40 - size * 0.6 * max(len(shortened(label, cut)) for label in labels)
        chart = pygal.HorizontalStackedBar(print_values=True, value_formatter=marks, max_scale=5 if width > 500 else 3,
                                           **settings(width, 46 + 44 * len(labels), size))
        chart.x_labels = [shortened(label, cut) for label in reversed(labels)]
        for one in series:
            chart.add(one['name'], [said(value, one, total, room / size, formatter) for value in reversed(one['values'])])
        backwards = [{**one, 'values': one['values'][::-1]} for one in series]
        drawn.append(tidy(chart.render(), backwards, labels[::-1], title, kind))
    return Markup('').join(drawn)


def shortened(label, cut):
    label = svg.clean(label)
    return label if len(label) <= cut else label[:cut - 1] + '…'


def said(value, one, total, room, formatter):
    """What stands in a bar where there is room, which is told in letters: with the key in front where the series is one."""
    text = formatter(value)
    if one.get('key'):
        text = f'{svg.clean(one["key"])}: {text}'
    fits = total and value / total * room >= 0.6 * len(text) + 0.8
    return {'value': value, 'formatter': (lambda _, text=text: text) if fits else (lambda _: '')}
