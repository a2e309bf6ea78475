#!/usr/bin/python3
# cells.py: the rows of a table of a page, for tests: cells.py PAGE TABLE. What stands in <data value> is taken from there.
import html.parser
import sys


class Cells(html.parser.HTMLParser):
    def __init__(self, wanted):
        super().__init__()
        self.wanted, self.inside, self.body, self.rows, self.value = wanted, False, False, [], 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == 'table':
            self.inside = attributes.get('id') == self.wanted
        elif tag == 'tbody':
            self.body = self.inside
        elif self.body and tag == 'tr':
            self.rows.append([])
        elif self.body and tag in ('td', 'th'):
            self.rows[-1].append('')
        elif self.body and tag == 'data':
            self.rows[-1][-1] += attributes['value']
            self.value += 1

    def handle_endtag(self, tag):
        if tag == 'tbody':
            self.body = False
        elif tag == 'data':
            self.value -= 1 if self.body else 0

    def handle_data(self, text):
        if self.body and self.rows and self.rows[-1] and not self.value:
            self.rows[-1][-1] += text


with open(sys.argv[1], encoding='utf-8') as page:
    cells = Cells(sys.argv[2])
    cells.feed(page.read())
for row in cells.rows:
    print('|'.join(cell.strip() for cell in row))
