# views.py: asks the database, through minivoice-db, which knows how to get in and explains what it cannot do.
import decimal
import json
import os
import subprocess

LISTED = 12    # calls in a list
VERSIONS = 3   # changes whose effect is told


class Silent(Exception):
    """The database did not say what was asked; why, in words."""


def ask(minivoice_db, script, asked):
    """All sections of data.sql in one dictionary, the calls under 'calls' by id. Numbers keep their digits: 50.0 is 50.0."""
    variables = {'first': asked.first, 'last': asked.last, 'listed': LISTED, 'versions': VERSIONS}
    command = [minivoice_db] + (['--database', asked.database] if asked.database else [])
    command += ['psql', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-']
    for name, value in variables.items():
        command += ['-v', f'{name}={value}']
    with open(script, encoding='utf-8') as statements:
        done = subprocess.run(command, stdin=statements, capture_output=True, encoding='utf-8', check=False,
                              env={**os.environ, 'PGCLIENTENCODING': 'UTF8', 'LC_MESSAGES': 'C'})
    if done.returncode != 0:
        raise Silent(explained(done.stderr))
    return gather(done.stdout.splitlines())


def gather(lines):
    found = {'calls': {}}
    for line in lines:
        section = json.loads(line, parse_float=decimal.Decimal)
        if 'call' in section:
            found['calls'][section['call']['call_id']] = {**section['call'], 'journey': section['journey'] or []}
        else:
            found.update(section)
    return found


def explained(said):
    """What PostgreSQL said, and what to do where that is known."""
    advice = ''
    if 'permission denied to set role' in said:
        advice = '\nWho reads the history is a member of ivr_report: GRANT ivr_report TO the role that asks'
    elif 'does not exist' in said and 'relation' in said:
        advice = '\nThe schema is missing or older than this: minivoice-db upgrade'
    elif 'peer authentication failed' in said.lower():
        advice = '\nThe system user of the programs may be ivr_report once it is let in: minivoice-db create --write-hba'
    elif 'date/time field value out of range' in said:
        advice = '\nThere is no such day'
    return said.strip().replace('psql:<stdin>:', 'data.sql:') + advice
