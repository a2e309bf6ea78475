# pages.py: makes pages of what was found, and puts them into the folder, each whole or not at all.
import hashlib
import os
import re
import tempfile
import urllib.parse

import jinja2

import plots
import sequence
import tree

OUTCOMES = ('transferred', 'fallback', 'message', 'abandoned', 'failed', 'other', 'open')
LEFT = ('invalid', 'nothing', 'hung_up', 'waiting')
ENDS = ('answered', 'failed', 'canceled', 'unknown', 'open')
KEYS = 6      # keys that stand alone in a picture
DRAWN = 15    # menus that have pictures of their own
ROWS = 200    # rows of a table, where callers decide how many there could be
PAGE = re.compile(r'\d{4}-\d\d-\d\d(--\d{4}-\d\d-\d\d)?\.html')


def file_of(call_id):
    """The name of a call's page: no call id, whatever is in it, names another file, or leaves the folder."""
    raw = call_id.encode('utf-8')
    safe = re.sub(rb'[^A-Za-z0-9_.-]', lambda found: b'=%02X' % found[0][0], raw).decode('ascii')
    if len(safe) > 120:
        safe = f'{safe[:80]}={hashlib.sha256(raw).hexdigest()[:32]}'
    return f'call-{safe}.html'


def columns_of(words, rows, label):
    series = [{'name': words.texts[name], 'class': f'c-{name}', 'values': [row[name] for row in rows]} for name in OUTCOMES]
    return [label(row) for row in rows], [one for one in series if any(one['values'])]


def hours_picture(words, found):
    by_hour = {row['hour']: row for row in found['hours']}
    rows = [by_hour.get(hour, {'hour': hour, **dict.fromkeys(OUTCOMES, 0)}) for hour in range(24)]
    labels, series = columns_of(words, rows, lambda row: str(row['hour']))
    return plots.columns(words, words.say('hours_title'), labels, series)


def days_picture(words, found):
    labels, series = columns_of(words, found['days'], lambda row: row['day'][5:])
    return plots.columns(words, words.say('days_title'), labels, series)


def funnel_of(words, menu, rows):
    """The funnel of a menu: a bar for each attempt, in it the keys, then who did something else."""
    sums = {}
    for row in rows:
        for choice in row['choices'] or []:
            sums[choice['digits']] = sums.get(choice['digits'], 0) + choice['times']
    keys = sorted(sorted(sums, key=lambda key: -sums[key])[:KEYS])
    series = []
    for place, key in enumerate(keys):
        values = [sum(c['times'] for c in row['choices'] or [] if c['digits'] == key) for row in rows]
        series.append({'name': words.say('key', key=key), 'key': key, 'class': f'c-pressed-{place % 2}', 'values': values})
    rest = [row['pressed'] - sum(one['values'][place] for one in series) for place, row in enumerate(rows)]
    if any(rest):
        series.append({'name': words.say('other_keys'), 'key': '…', 'class': 'c-pressed-0', 'values': rest})
    series += [{'name': words.texts[name], 'class': f'c-{name}', 'values': [row[name] for row in rows]} for name in LEFT]
    labels = [words.say('attempt', number=row['attempt']) for row in rows]
    title = words.say('funnel_title', menu=menu)
    return plots.bars(words, title, labels, [one for one in series if any(one['values'])])


def times_of(words, menu, found):
    rows = {row['second']: row['times'] for row in found['seconds'] if row['menu'] == menu}
    last = max([8, *(int(second) for second in rows)])
    labels = [str(second) if second < 20 else '20+' for second in range(last + 1)]
    series = [{'name': words.say('calls'), 'class': 'c-pressed-1', 'values': [rows.get(second, 0) for second in range(last + 1)]}]
    return plots.columns(words, words.say('times_title', menu=menu), labels, series, 190)


def menus_of(words, found):
    """The menus with their pictures, the one that was asked most first."""
    names = {row['menu'] for row in found['funnel']}
    asked = {name: sum(row['asked'] for row in found['funnel'] if row['menu'] == name) for name in names}
    for name in sorted(names, key=lambda name: (-asked[name], name))[:DRAWN]:
        rows = [row for row in found['funnel'] if row['menu'] == name]
        times = [row for row in found['times'] if row['menu'] == name]
        yield {'name': name, 'rows': rows, 'times': times, 'funnel': funnel_of(words, name, rows),
               'seconds': times_of(words, name, found) if times else ''}


def transfer_labels(rows):
    """The department; where it dials several numbers, or has no name, the number too."""
    names = [row['department'] for row in rows]
    return [name if name and names.count(name) == 1 else f'{name or ""} {row["destination"]}'.strip() for name, row in zip(names, rows)]


def transfers_pictures(words, found):
    rows = found['transfers'][:20]
    labels = transfer_labels(rows)
    ends = [{'name': words.texts[f'end_{name}'], 'class': f'c-end-{name}', 'values': [row[name] for row in rows]} for name in ENDS]
    talk = [{'name': words.say('talk'), 'class': 'c-talk', 'values': [row['talk_seconds'] or 0 for row in rows]}]
    return (plots.bars(words, words.say('transfers_title'), labels, [one for one in ends if any(one['values'])]),
            plots.bars(words, words.say('talk_title'), labels, talk, words.span) if any(talk[0]['values']) else '')


def totals_of(found):
    total = {name: sum(row[name] for row in found['days']) for name in ('calls', *OUTCOMES)}
    total['asked'] = sum(row['asked'] for row in found['funnel'])
    total['talk'] = sum(row['talk_seconds'] or 0 for row in found['transfers'])
    total['over'] = total['calls'] - total['open']
    return total


def environment(parts, words, found):
    made = jinja2.Environment(loader=jinja2.FileSystemLoader(parts), autoescape=True, trim_blocks=True, lstrip_blocks=True,
                              undefined=jinja2.StrictUndefined)
    with open(f'{parts}/style.css', encoding='utf-8') as file:
        style = re.sub(r'\s*\n\s*', '', re.sub(r'/\*.*?\*/', '', file.read(), flags=re.S))
    made.globals.update(words=words, say=words.say, tell=words.tell, number=words.number, span=words.span, found=found, ROWS=ROWS, WAYS=tree.DRAWN,
                        style=plots.Markup(style), names=lambda keys, front='': [words.texts[front + key] for key in keys],
                        link=lambda call_id: urllib.parse.quote(file_of(call_id)), OUTCOMES=OUTCOMES, ENDS=ENDS, LEFT=LEFT)
    return made


def put(folder, name, text):
    """A reader sees the old page or the new one; who may read it, the umask says."""
    mask = os.umask(0)
    os.umask(mask)
    with tempfile.NamedTemporaryFile('w', dir=folder, prefix='.new-', encoding='utf-8', delete=False, errors='replace') as file:
        file.write(text)
    os.chmod(file.name, 0o666 & ~mask)
    os.replace(file.name, os.path.join(folder, name))


def period_of(words, about):
    if about['first'] == about['last']:
        return about['first'], words.day(about['first'])
    return f'{about["first"]}--{about["last"]}', words.say('period', first=words.day(about['first']), last=words.day(about['last']))


def write(found, words, parts, folder):
    """Writes the page, those of its calls and the list of all pages; returns the name of the first."""
    os.makedirs(folder, exist_ok=True)
    name, period = period_of(words, found['about'])
    made = environment(parts, words, found)
    made.globals.update(period=period, page=f'{name}.html')
    for call in found['calls'].values():
        put(folder, file_of(call['call_id']), made.get_template('call.html').render(call=call, picture=sequence.draw(words, call)))
    answered, talk = transfers_pictures(words, found) if found['transfers'] else ('', '')
    text = made.get_template('page.html').render(
        total=totals_of(found), menus=list(menus_of(words, found)), answered=answered, talk=talk,
        hours=hours_picture(words, found) if found['hours'] else '',
        days=days_picture(words, found) if len(found['days']) > 1 else '',
        tree=tree.draw(words, words.say('tree_title'), found['places'], found['ways'], found['taken']))
    put(folder, f'{name}.html', text)
    put(folder, 'index.html', made.get_template('index.html').render(
        pages=sorted((entry for entry in os.listdir(folder) if PAGE.fullmatch(entry)), reverse=True)))
    return os.path.join(folder, f'{name}.html')
