# words.py: what a page says in one language: its own texts, numbers as they are written there, and the words of the views.
import datetime
import json
import re

LANGUAGES = ('en', 'de')
QUOTED = re.compile(r'("[^"]*")')


class Words:
    """The texts of a language, out of en.json or de.json."""

    def __init__(self, parts, language):
        with open(f'{parts}/{language}.json', encoding='utf-8') as file:
            table = json.load(file)
        self.language = language
        self.texts = table['texts']
        self.phrases = [(re.compile(pattern), words) for pattern, words in table['phrases']]

    def say(self, text, **values):
        """A text of the table."""
        return self.texts[text].format(**values)

    def number(self, value):
        """To the digit as it is, with marks: 12,345.0 or 12.345,0; a dash for what is not known."""
        if value is None:
            return '–'
        whole, dot, fraction = str(value).partition('.')
        grouped = f'{int(whole):,}' + dot + fraction
        return grouped if self.language == 'en' else grouped.translate(str.maketrans(',.', '.,'))

    def count(self, value):
        """A mark of an axis: calls come whole."""
        return self.number(round(value)) if float(value).is_integer() else ''

    def seconds(self, ms):
        return self.number(f'{ms / 1000:.1f}') + ' s'

    def span(self, seconds):
        """How long, in the two largest units."""
        if seconds is None:
            return '–'
        whole = int(seconds)
        for size, large, small, unit in ((86400, 'd', 'h', 3600), (3600, 'h', 'min', 60), (60, 'min', 's', 1)):
            if whole >= size:
                return f'{self.number(whole // size)} {self.texts[large]} {whole % size // unit} {self.texts[small]}'
        return f'{whole} s'

    def day(self, day):
        """2026-11-24 as people write it."""
        date = datetime.date.fromisoformat(day)
        return self.say('date', weekday=self.texts['weekdays'][date.weekday()], day=date.day, month=self.texts['months'][date.month - 1], year=date.year)

    def hour(self, hour):
        return f'{hour}:00'

    def tell(self, text):
        """Words of a view in this language, as far as they are known; what was said to callers stays as it was."""
        if not self.phrases or not text:
            return text or ''
        parts = QUOTED.split(text)
        for place in range(0, len(parts), 2):
            for pattern, words in self.phrases:
                parts[place] = pattern.sub(words, parts[place])
        return ''.join(parts)

    def step(self, what):
        """A step of a call in words: transfer:sales is connected to sales."""
        kind, _, name = what.partition(':')
        text = self.texts['steps'].get(kind)
        return text.format(name=name) if text else what
