# sequence.py: a call as a sequence picture: who did what to whom, from top to bottom.
import textwrap
from xml.etree import ElementTree

from markupsafe import Markup

import svg

LINE = 17
TOP = 46


def steps(words, call):
    """Rows as {'ms', 'from', 'to', 'text', 'kind'}; lanes are 0 caller, 1 MiniVoice, 2 this server, 3 where it was sent."""
    for line in call['journey']:
        kind = (line['what'] or '').partition(':')[0]
        row = {'ms': line['ms'], 'from': 1, 'to': 2, 'text': words.tell(line['words']), 'kind': 'event'}
        if kind in ('created', 'gathered') and line['source'] == 'MiniVoice':
            yield {**row, 'from': 0, 'to': 1, 'kind': 'caller'}
        elif line['source'] in ('MiniVoice', 'MiniVoice AI', 'ivr'):
            yield {**row, 'kind': 'fault' if kind in ('failed', 'canceled', 'unknown') else 'event'}
        else:
            yield {**row, 'from': 2, 'to': 1, 'text': f'{line["source"]}: {words.step(line["what"] or "")}', 'kind': 'answer'}
            if line['heard']:
                yield {**row, 'from': 1, 'to': 0, 'text': f'“{line["heard"]}”', 'kind': 'speech'}
            if kind in ('transfer', 'fallback') and call['destination']:
                yield {**row, 'from': 1, 'to': 3, 'text': words.say('connects', place=call['destination']), 'kind': 'answer'}


class Canvas:
    """A picture that grows downwards."""

    def __init__(self, width, lanes, size):
        self.root = ElementTree.Element('svg')
        self.margin = 70 if width > 500 else 0   # the time stands there
        self.step = (width - self.margin) / lanes
        self.lanes = [self.margin + self.step * (lane + 0.5) for lane in range(lanes)]
        self.width, self.size, self.y = width, size, TOP

    def add(self, name, text=None, **attributes):
        element = ElementTree.SubElement(self.root, name, {key.rstrip('_').replace('_', '-'): str(value) for key, value in attributes.items()})
        element.text = svg.clean(text) if text is not None else None
        return element

    def head(self, names):
        for x, name in zip(self.lanes, names):
            self.add('rect', x=round(x - self.step / 2 + 3, 1), y=2, width=round(self.step - 6, 1), height=30, rx=6, class_='lane')
            self.add('text', textwrap.shorten(name, int(self.step / self.size * 1.6), placeholder='…'), x=round(x, 1), y=22, class_='lane')

    def say(self, text, x):
        """The words, in lines that end before the edge."""
        for line in textwrap.wrap(text, int((self.width - x) / self.size * 1.85))[:5] or ['']:
            self.y += LINE
            self.add('text', line, x=round(x, 1), y=self.y, class_='words')

    def row(self, step, clock):
        text = svg.clean(step['text'])
        if self.margin:
            self.add('text', clock, x=self.margin - 14, y=self.y + LINE, class_='clock')
            self.say(text, min(self.lanes[step['from']], self.lanes[step['to']]) + 6)
        else:
            self.say(f'{clock}  {text}', 4)
        self.y += 12
        start, end = self.lanes[step['from']], self.lanes[step['to']]
        way = 1 if end > start else -1
        self.add('path', d=f'M{start:.1f} {self.y}H{end - 7 * way:.1f}', class_=f'arrow {step["kind"]}')
        self.add('path', d=f'M{end:.1f} {self.y}l{-9 * way} -5v10z', class_=f'head {step["kind"]}')
        self.y += 10

    def finish(self, title, kind):
        self.y += 6
        for place, x in enumerate(self.lanes):
            line = ElementTree.Element('path', {'d': f'M{x:.1f} 32V{self.y}', 'class': 'life'})
            self.root.insert(place, line)
        self.root.set('viewBox', f'0 0 {self.width} {self.y}')
        return Markup(svg.told(self.root, title, kind))


def draw(words, call):
    """Both pictures of a call."""
    rows = list(steps(words, call))
    names = [words.say('caller'), 'MiniVoice', words.say('here')]
    if any(row['to'] == 3 for row in rows):
        names.append(call['destination'])
    drawn = []
    for kind, width in (('sequence wide', 760), ('sequence narrow', 350)):
        canvas = Canvas(width, len(names), 14)
        canvas.head(names)
        for row in rows:
            canvas.row(row, words.seconds(row['ms']))
        drawn.append(canvas.finish(words.say('sequence_title', call=call['call_id']), kind))
    return Markup('').join(drawn)
