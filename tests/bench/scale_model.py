#!/usr/bin/python3 -B
# scale_model.py: plays a load through queues that cost what tests/bench/scale has measured, and says what comes out.
#
#   scale_model.py play FIGURES [NAME=VALUE...]   one scenario (the names are those of DEFAULTS), its outcome as NAME=VALUE lines
#   scale_model.py figures PAGE                   the figures in a page
#   scale_model.py syncs DIRECTORY                measures how long a flush to disk takes there
#
# All times are microseconds. Nothing is fitted: what is not measured is in DEFAULTS, or is a constant of src/db.c and src/conf.c.
#
# A host's cores serve one queue, in order. A program has threads and one connection; what its threads want while a set is
# stored is the next set, as in src/db.c. A set costs the server what a set of its size was measured to cost; a router divides
# it by the calls' shards, asks these at the same moment, and waits for all. Commits of a cluster share flushes: who comes while one
# is under way is in the next. Left out are locks, checkpoints, vacuum, and what the kernel takes to wake a process.
import bisect
import collections
import functools
import heapq
import os
import random
import sys
import time

MAX_SET, LINGER_FROM, LINGER_US = 256, 4, 300  # src/db.c
STEPS = ((0, 'event'), (5e3, 'answer'), (5e4, 'event'), (2e5, 'event'), (205e3, 'redirect'), (3e5, 'event'))  # bench-load's mixed calls
PROGRAMS = {'event': 'webhook', 'answer': 'answer', 'redirect': 'route-menu'}
ASKS = {'event': ('events',), 'answer': ('looks', 'stores'), 'redirect': ('looks', 'stores')}

DEFAULTS = {
    'rate': 300.0,        # events a second
    'shards': 0,          # 0: one database, no router
    'hosts': 1,           # with nginx and the programs
    'host_cores': 2, 'router_cores': 2, 'shard_cores': 2,  # a single database has shard_cores
    'together': 0,        # 1: all on one host of host_cores, the load generator too
    'hop': 100.0,         # one way between two hosts; 0 where all are together
    'seconds': 3.0, 'warm': 0.5, 'seed': 1,
    'steps': 'call',      # or event: each call is one event
    'law': 'measured',    # or exponential: each piece of CPU time is drawn with its measured mean
    'most': MAX_SET,      # requests in a set
    'threads': 32,        # of a program (IVR_THREADS)
    'sync': -1.0,         # a flush to disk; -1: as measured
}


class Figures:
    """What was measured, by its kind: lines of words. `apart`: sets of one cost what they do some time after the last, not right after."""

    def __init__(self, lines, apart=False):
        self.rows = collections.defaultdict(list)
        for line in lines:
            words = line.split()
            if words:
                self.rows[words[0]].append(words[1:])
        self.costs = {}  # (script, shards): [(size, a set at the single database or router, at all shards)]
        for script, shards, size, *cost in self.rows['cpu']:
            row = (int(size), *(float(c) * int(size) for c in cost))
            self.costs.setdefault((script, int(shards)), []).append(row)
        for rows in self.costs.values():
            rows.sort()
        if apart:
            for script, shards, _, *cost in (row for row in self.rows['paced'] if row[0] != 'program'):
                self.costs[script, int(shards)][0] = (1, *map(float, cost))
        # An answer is a look and a store; the look was measured alone too.
        for (script, shards), rows in list(self.costs.items()):
            if script == 'answers':
                looks = {row[0]: row for row in self.costs['looks', shards]}
                self.costs['stores', shards] = [(n, max(r - looks[n][1], 0), max(s - looks[n][2], 0)) for n, r, s in rows]
        self.syncs = [(float(q), float(us)) for q, us in self.rows['sync']]
        self.programs = collections.defaultdict(list)  # script: [(size, programs, nginx, generator)]
        for script, _, *row in self.rows['program']:
            self.programs[script].append(tuple(float(v) for v in row))
        for rows in self.programs.values():
            rows.sort()
            if apart:
                rows[0] = next((1.0, *map(float, row[1:])) for row in self.rows['paced'] if row[0] == 'program')


def between(points, x):
    """The line through points (x, y), and on beyond them."""
    if len(points) == 1:
        return points[0][1]
    i = min(max(bisect.bisect(points, (x,)), 1), len(points) - 1)
    (x0, y0), (x1, y1) = points[i - 1], points[i]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def parts_of(size, shards):
    """Of so many shards, how many have a part of a set of this size, on average."""
    return shards * (1 - (1 - 1 / shards) ** size)


class Costs:
    """What a set costs. Sizes between measured ones lie on a line; numbers of parts too, and on beyond the largest."""

    def __init__(self, figures):
        self.figures = figures
        self.whole = functools.lru_cache(None)(lambda script, size: between([r[:2] for r in figures.costs[script, 0]], size))
        # A router with one shard asks it for whole sets.
        self.part = functools.lru_cache(None)(lambda script, size: between([(r[0], r[2]) for r in figures.costs[script, 1]], size))
        self.router = functools.lru_cache(None)(self._router)

    def _router(self, script, size, parts):
        kinds = sorted(shards for name, shards in self.figures.costs if name == script and shards > 0)
        points = []
        for i, (n, *_) in enumerate(self.figures.costs[script, kinds[0]]):
            by_parts = [(parts_of(n, k), self.figures.costs[script, k][i][1]) for k in (kinds if n > 1 else kinds[:1])]
            points.append((n, between(by_parts, min(parts, n))))
        return max(between(points, size), 0)

    @functools.lru_cache(None)
    def program(self, request, size, which):
        rows = self.figures.programs.get('events' if request == 'event' else 'answers')
        if not rows:
            return 0
        size = min(max(size, rows[0][0]), rows[-1][0])
        return between([(r[0], r[1 + which]) for r in rows], size)


class Cores:
    """So many cores, and one queue."""

    def __init__(self, model, count):
        self.model, self.count, self.busy, self.queue, self.used = model, count, 0, collections.deque(), 0.0

    def run(self, us, then):
        if self.model.law == 'exponential':
            us = self.model.dice.expovariate(1 / us) if us > 0 else 0
        if self.busy < self.count:
            self.begin(us, then)
        else:
            self.queue.append((us, then))

    def begin(self, us, then):
        self.busy += 1
        self.model.after(us, lambda: self.end(us, then))

    def end(self, us, then):
        self.busy -= 1
        self.used += us
        if self.queue:
            self.begin(*self.queue.popleft())
        then()


class Log:
    """A cluster's log: who commits while a flush is under way is in the next one."""

    def __init__(self, model):
        self.model, self.flushing, self.waiting, self.count = model, False, [], 0

    def sync(self, then):
        self.waiting.append(then)
        if not self.flushing:
            self.flush()

    def flush(self):
        self.flushing, told, self.waiting = True, self.waiting, []
        self.count += 1
        self.model.after(self.model.draw_sync(), lambda: self.flushed(told))

    def flushed(self, told):
        self.flushing = False
        if self.waiting:
            self.flush()
        for then in told:
            then()


class Program:
    """Threads, and a connection that stores one set after the other."""

    def __init__(self, model, cores):
        self.model, self.cores = model, cores
        self.threads, self.backlog, self.queue = 0, collections.deque(), []
        self.under_way, self.lingering, self.last, self.sizes = False, False, 0, [0, 0]

    def arrive(self, request):
        if self.threads < self.model.threads:
            self.threads += 1
            self.work(request, lambda: self.ask(request, 0))
        else:
            self.backlog.append(request)

    # Half of what a request costs nginx, program and generator comes before it is stored, half after.
    def work(self, request, then):
        size = max(self.last, 1)
        own = self.model.costs.program(request.kind, size, 0) + self.model.costs.program(request.kind, size, 1)
        if self.model.together:
            own += self.model.costs.program(request.kind, size, 2)
        self.cores.run(own / 2, then)

    def ask(self, request, nth):
        asks = ASKS[request.kind]
        if nth == len(asks):
            self.work(request, lambda: self.reply(request))
            return
        self.queue.append((asks[nth], request, lambda: self.ask(request, nth + 1)))
        if not self.under_way and (not self.lingering or len(self.queue) >= self.last // 2):
            self.serve()

    def reply(self, request):
        self.threads -= 1
        if self.backlog:
            self.arrive(self.backlog.popleft())
        self.model.replied(request)

    def serve(self):
        self.lingering = False
        if self.under_way or not self.queue:
            return
        most = self.model.most
        taken, self.queue = self.queue[:most], self.queue[most:]
        self.under_way, self.last = True, len(taken)
        if self.model.counting:
            self.sizes[0] += 1
            self.sizes[1] += len(taken)
        # What reads first, then what writes.
        groups = [[j for j in taken if j[0] == script] for script in ('looks', 'events', 'stores')]
        self.store([group for group in groups if group])

    def store(self, groups):
        if not groups:
            self.served()
            return
        self.model.store(groups[0], lambda: self.stored(groups))

    def stored(self, groups):
        for _, _, then in groups[0]:
            then()
        self.store(groups[1:])

    def served(self):
        self.under_way = False
        if self.last >= LINGER_FROM and len(self.queue) < self.last // 2:
            self.lingering = True
            self.model.after(LINGER_US, lambda: self.lingering and self.serve())
        else:
            self.serve()


class Request:
    __slots__ = ('kind', 'shard', 'due')

    def __init__(self, kind, shard, due):
        self.kind, self.shard, self.due = kind, shard, due


class Model:
    def __init__(self, figures, **options):
        self.__dict__.update(DEFAULTS)
        self.__dict__.update(options)
        self.figures, self.costs = figures, Costs(figures)
        self.dice = random.Random(self.seed)
        self.now, self.heap, self.number = 0.0, [], 0
        self.times = collections.defaultdict(list)
        self.counting, self.inside, self.inside_time, self.inside_since = False, 0, 0.0, 0.0
        if self.together:
            self.hop = 0.0
        everything = Cores(self, self.host_cores)
        place = (lambda count: everything) if self.together else (lambda count: Cores(self, count))
        self.host_list = [place(self.host_cores) for _ in range(self.hosts)]
        self.program_list = [{name: Program(self, cores) for name in PROGRAMS.values()} for cores in self.host_list]
        self.router = place(self.router_cores)
        self.shard_list = [(place(self.shard_cores), Log(self)) for _ in range(max(self.shards, 1))]

    def after(self, us, then):
        self.number += 1
        heapq.heappush(self.heap, (self.now + us, self.number, then))

    def draw_sync(self):
        if self.sync >= 0:
            return self.sync
        return max(between(self.figures.syncs, self.dice.random()), 0) if self.figures.syncs else 0

    # --- the servers

    def store(self, group, then):
        self.after(self.hop, lambda: self.reached(group[0][0], group, lambda: self.after(self.hop, then)))

    def reached(self, script, group, then):
        if self.shards == 0:
            self.part(0, self.costs.whole(script, len(group)), script, then)
            return
        parts = collections.Counter(request.shard for _, request, _ in group)
        half = self.costs.router(script, len(group), len(parts)) / 2
        left = [len(parts)]

        def joined():
            left[0] -= 1
            if left[0] == 0:
                self.router.run(half, then)

        def divided():
            for shard, size in parts.items():
                self.after(self.hop, lambda shard=shard, size=size: self.part(
                    shard, self.costs.part(script, size), script, lambda: self.after(self.hop, joined)))
        self.router.run(half, divided)

    def part(self, shard, us, script, then):
        cores, log = self.shard_list[shard]
        cores.run(us, then if script == 'looks' else lambda: log.sync(then))

    # --- calls

    def call(self):
        shard = self.dice.randrange(max(self.shards, 1))
        programs = self.dice.choice(self.program_list)
        steps = STEPS if self.steps == 'call' else STEPS[:1]
        for due, kind in steps:
            self.after(due, lambda due=due, kind=kind: self.arrive(programs[PROGRAMS[kind]], Request(kind, shard, self.now)))
        events = sum(kind == 'event' for _, kind in steps)
        self.after(self.dice.expovariate(self.rate / events / 1e6), self.call)

    def count_inside(self, change):
        self.inside_time += self.inside * (self.now - self.inside_since) if self.counting else 0
        self.inside, self.inside_since = self.inside + change, self.now

    def arrive(self, program, request):
        self.count_inside(1)
        program.arrive(request)

    def replied(self, request):
        self.count_inside(-1)
        if self.counting:
            self.times[request.kind].append(self.now - request.due)

    def all_cores(self):
        return {'host': list(dict.fromkeys(self.host_list)), 'router': [self.router], 'shard': [cores for cores, _ in self.shard_list]}

    def run(self):
        self.after(0, self.call)
        begin, end = self.warm * 1e6, (self.warm + self.seconds) * 1e6
        while self.heap[0][0] <= end:
            at, _, then = heapq.heappop(self.heap)
            if not self.counting and at >= begin:
                self.now = begin
                self.count_inside(0)
                self.counting = True
                before = {cores: cores.used for every in self.all_cores().values() for cores in every}
                flushes = sum(log.count for _, log in self.shard_list)
            self.now = at
            then()
        self.now = end
        self.count_inside(0)
        return self.outcome(before, flushes)

    def outcome(self, before, flushes):
        out = {}
        for kind, times in self.times.items():
            times.sort()
            out.update({kind + '_count': len(times), kind + '_mean': sum(times) / len(times),
                        kind + '_p50': times[len(times) // 2], kind + '_p99': times[int(len(times) * 0.99)]})
        for name in PROGRAMS.values():
            sets = [sum(programs[name].sizes[i] for programs in self.program_list) for i in (0, 1)]
            out[name + '_set'] = sets[1] / sets[0] if sets[0] else 0
        for name, every in self.all_cores().items():
            out[name + '_use'] = sum(c.used - before[c] for c in every) / sum(c.count for c in every) / self.seconds / 1e6
        out['inside'] = self.inside_time / self.seconds / 1e6
        out['syncs'] = (sum(log.count for _, log in self.shard_list) - flushes) / self.seconds
        return out


def measure_syncs(directory, count=3000):
    """8 kB at a time into a file that has its size already, as the server writes its log."""
    path, size, times = os.path.join(directory, 'syncs'), 16 * 1024 * 1024, []
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        os.write(file, bytes(size))
        os.fsync(file)
        for i in range(count):
            os.pwrite(file, os.urandom(8192), i * 8192 % size)
            start = time.perf_counter()
            os.fdatasync(file)
            times.append((time.perf_counter() - start) * 1e6)
            time.sleep(0.001)
    finally:
        os.close(file)
        os.remove(path)
    times.sort()
    for quantile in (0, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .98, .99, .995, .999, 1):
        print('sync', quantile, round(times[min(int(quantile * count), count - 1)], 1))


def figures_of(path):
    """A page has them at its end, between ``` lines."""
    text = open(path, encoding='utf-8').read()
    if '```figures\n' in text:
        text = text.split('```figures\n')[1].split('```')[0]
    return text.splitlines()


def main(arguments):
    match arguments:
        case ['play', path, *options]:
            given = dict(option.split('=', 1) for option in options)
            options = {name: type(DEFAULTS[name])(value) for name, value in given.items()}
            for name, value in Model(Figures(figures_of(path)), **options).run().items():
                print(f'{name}={value:.3f}')
        case ['figures', path]:
            print('\n'.join(figures_of(path)))
        case ['syncs', directory]:
            measure_syncs(directory)
        case _:
            sys.exit('usage: scale_model.py play FIGURES [NAME=VALUE...] | figures PAGE | syncs DIRECTORY')


if __name__ == '__main__':
    main(sys.argv[1:])
