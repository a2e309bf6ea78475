# svg.py: pictures as they go into a page: without scripts, ids and colours of their own, and told to screen readers.
import re
from xml.etree import ElementTree

LONG_NUMBER = re.compile(r'(\d+\.\d)\d+')


def clean(text):
    """Without what XML does not allow."""
    return re.sub(r'[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]', ' ', str(text))


def parse(text):
    """The tree of a picture, its names without their namespace, as HTML has them."""
    root = ElementTree.fromstring(text)
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition('}')[2]
        for name in [name for name in element.attrib if name.startswith('{') or name == 'id']:
            del element.attrib[name]
        for name in ('d', 'points', 'x', 'y', 'cx', 'cy', 'width', 'height', 'transform'):
            if name in element.attrib:
                element.set(name, LONG_NUMBER.sub(r'\1', element.get(name)))
    return root


def drop(root, unwanted):
    """Takes away every element below root that is unwanted."""
    for parent in list(root.iter()):
        for child in list(parent):
            if unwanted(child):
                parent.remove(child)


def told(root, title, kind):
    """The picture as text, with its name for who cannot see it."""
    root.set('class', kind)
    root.set('role', 'img')
    root.set('aria-label', clean(title))
    return ElementTree.tostring(root, encoding='unicode', short_empty_elements=True)
