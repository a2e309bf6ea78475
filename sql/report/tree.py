# tree.py: the tree of menus with the counts on its arrows, laid out by Graphviz.
import math
import subprocess

from markupsafe import Markup

import svg

DRAWN = 120   # ways; of a larger tree those that were gone most
KINDS = {'extensions': 'department', 'number': 'start', 'callers': 'start', 'back': 'start'}


def place_of(led_to, menu):
    """A step of a call in the words of ivr.ways, as far as it says where it led."""
    kind, _, name = led_to.partition(':')
    if kind == 'transfer':
        return f'department:{name}'
    return led_to if kind == 'menu' else f'{kind}:{menu}'


def counted(places, ways, taken):
    """Arrows as {'from', 'to', 'counts': {how: times}, 'known'}, and for each menu how often it was left and asked."""
    edges, menus = {}, {}
    for way in ways:
        edge = edges.setdefault((way['from_place'], way['to_place']), {'counts': {}, 'known': True})
        if way['how'] != 'otherwise' or not edge['counts']:
            edge['counts'][way['how']] = 0
    for one in taken:
        count(one, ways, edges, menus)
    known = {place['place'] for place in places}
    return [{'from': start, 'to': end, **edge} for (start, end), edge in edges.items() if start in known], menus


def count(one, ways, edges, menus):
    """Puts one way that was taken onto its arrow."""
    start, times = one['from_place'], one['times']
    if one['outcome'] != 'began':
        menu = menus.setdefault(start, {'asked': 0, 'hung up': 0})
        menu['asked'] += times
        if one['outcome'] == 'hung up':
            menu['hung up'] += times
    if one['led_to'] is None:
        return
    end, how = place_of(one['led_to'], start.partition(':')[2]), reason(one)
    if end != start or how not in ('no input', 'wrong digits'):
        way = next((way for way in ways if way['from_place'] == start and goes(way, one, end, how)), None)
        if way:
            end, how = way['to_place'], way['how']
    edge = edges.setdefault((start, end), {'counts': {}, 'known': end == start or one['outcome'] == 'began'})
    edge['counts'][how] = edge['counts'].get(how, 0) + times


def goes(way, one, end, how):
    """Whether this way of the configuration is the one that was taken."""
    if one['outcome'] == 'began':
        return way['to_place'] == end
    return way['how'] == how or way['kind'] == 'extension' and end.startswith('department:extension')


def reason(one):
    return {'nothing': 'no input', 'invalid': 'wrong digits', 'began': None}.get(one['outcome'], one['digits'])


def quoted(text):
    """A string of the DOT language, in which nothing means anything."""
    text = svg.clean(text).replace('\\', '\\\\').replace('"', '\\"').replace('&', '&amp;')
    return '"' + text.replace('\r', ' ').replace('\n', '\\n') + '"'


def wrapped(text, width):
    lines = ['']
    for word in str(text or '').split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append('')
        lines[-1] = f'{lines[-1]} {word}'.strip()[:60]
    return '\n'.join(lines[:3] + (['…'] if len(lines) > 3 else []))


def node(words, place, menus):
    kind = KINDS.get(place['kind'], place['kind'])
    name = place['words'] if kind == 'message' and place['words'] else place['name']
    label = [words.tell(name).replace('?', '?\n') if kind in ('start', 'emergency') else wrapped(name, 30)]
    if place['kind'] == 'menu':
        found = menus.get(place['place'], {'asked': 0, 'hung up': 0})
        label += [words.say('tree_asked', number=words.number(found['asked'])), words.say('tree_left', number=words.number(found['hung up']))]
    elif kind == 'department' and place['words']:
        label.append(wrapped(place['words'], 30))
    shape = {'menu': 'box', 'department': 'box', 'message': 'note', 'emergency': 'octagon'}.get(kind, 'box')
    return f'{quoted(place["place"])} [label={quoted(chr(10).join(label))}, shape={shape}, class="k-{kind}"];'


def arrow(words, edge, most):
    times = sum(edge['counts'].values())
    names = [how_and_count(words, edge, how, number) for how, number in edge['counts'].items()]
    kind = 'taken' if times else 'unused'
    looks = f'penwidth={1 + 4 * math.sqrt(times / most) if most else 1:.1f}, class="way {kind}"'
    if not edge['known'] or not times:
        looks += ', style=dashed'
    return f'{quoted(edge["from"])} -> {quoted(edge["to"])} [label={quoted(chr(10).join(names[:6]))}, {looks}];'


def how_and_count(words, edge, how, number):
    if edge['from'] == edge['to']:
        return ' ' + words.say('tree_again', how=words.tell(how or ''), number=words.number(number)) + ' '
    name = words.tell(how) + ': ' if how else ''
    # Who comes through a closed door, or is known, is not told apart.
    return f' {name}{words.number(number)} ' if number or edge['from'].startswith(('menu:', 'start', 'number:')) else f' {name.rstrip(": ")} '


def draw(words, title, places, ways, taken):
    """Both pictures, or nothing where there is no menu."""
    edges, menus = counted(places, ways, taken)
    used = [edge for edge in edges if any(edge['counts'].values()) or not edge['from'].startswith('emergency')]
    used = sorted(used, key=lambda edge: -sum(edge['counts'].values()))[:DRAWN]
    ends = {end for edge in used for end in (edge['from'], edge['to'])}
    shown = [place for place in places if place['place'] in ends or place['kind'] == 'menu' and len(places) < DRAWN]
    missing = ends - {place['place'] for place in shown}
    if not shown:
        return Markup('')
    most = max([sum(edge['counts'].values()) for edge in used] or [0])
    lines = [node(words, place, menus) for place in shown]
    lines += [node(words, {'place': end, 'kind': end.partition(':')[0], 'name': words.step(end), 'words': ''}, menus) for end in sorted(missing)]
    lines += [arrow(words, edge, most) for edge in used]
    return Markup('').join(laid_out(lines, title, *kind) for kind in
                           (('tree wide', 0.9, 12), ('tree narrow', 0.25, 13)))


def laid_out(lines, title, kind, ranks, size):
    dot = (f'digraph calls {{ rankdir=LR; ranksep={ranks}; nodesep=0.28; bgcolor=transparent;\n'
           f'node [fontname="Helvetica", fontsize={size}, margin="0.16,0.09", style="rounded"];\n'
           f'edge [fontname="Helvetica", fontsize={size}, arrowsize=0.7];\n' + '\n'.join(lines) + '\n}\n')
    done = subprocess.run(['dot', '-Tsvg'], input=dot, capture_output=True, encoding='utf-8', check=True)
    root = svg.parse(done.stdout)
    svg.drop(root, lambda e: not isinstance(e.tag, str) or e.tag == 'title')
    for element in root.iter():
        for name in ('fill', 'stroke', 'font-family'):
            element.attrib.pop(name, None)
    width = float(root.attrib.pop('width').rstrip('pt'))
    root.attrib.pop('height')
    # A telephone has it as wide as itself, as long as its words can be read; elsewhere it is as large as it is drawn.
    wide = '100%' if kind == 'tree narrow' else f'{width * 1.2:.0f}px'
    root.set('style', f'width:{wide};min-width:{min(width * 0.9, 1400):.0f}px')
    return Markup(svg.told(root, title, kind))
