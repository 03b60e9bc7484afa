"""Prints histories with what the model makes of them, one JSON object a line, for the Java fold to be compared with.

    python3 dump.py [--histories N = 500] [--from SEED = 0] [--scenarios]

Each line: the changes (refused ones too) with the verdict on each and on each of its ops, orders of arrival (indexes
of changes, some twice), the state half-way through the first order, and the state at the end.
"""
import argparse
import contextlib
import io
import json
import random

import check
import model as m
import scenarios


def op_of(op):
    return {'op': type(op).__name__, **op._asdict()}


def state_of(st, res):
    return {'roles': st['roles'], 'order': st['order'], 'arbiter': st['arbiter'],
            'proofs': [[d, e, low] for (d, e), low in sorted(res.proofs.items())],
            'rows': [[k, v] for k, v in sorted(st['rows'].items())]}


def line(name, world, rng):
    s, pool = world.store, world.pool
    st, res = world.state()
    changes = [{'id': c.id, **{f: v for f, v in zip(c._fields, c) if f != 'ops'}, 'ops': [op_of(o) for o in c.ops],
                'refused': world.memo[c.id],
                'verdicts': [res.verdict(r) for r, _ in c.refs()] if c.id in s.changes else None} for c in pool]
    n = list(range(len(pool)))
    late = lambda i: any(isinstance(o, (m.Cut, m.Settle, m.Granted, m.Expire, m.Adopt, m.Arbiter)) for o in pool[i].ops)
    orders = [rng.sample(n, len(n)) for _ in range(2)]
    orders.append(sorted(rng.sample(n, len(n)), key=lambda i: (late(i), pool[i].lamport)))
    orders.append(sorted(n, key=lambda i: (pool[i].device, -pool[i].lamport)))
    orders = [o + rng.sample(o, len(o) // 3) if k else o for k, o in enumerate(orders)]
    at, r = rng.randrange(len(n)), m.Replica(world.memo)
    for i in orders[0][:at + 1]:
        r.receive(pool[i])
    half = state_of(r.state(), r.res) if r.res and r.res.genesis else None
    return {'name': name, 'headsMax': m.MAX_HEADS, 'changes': changes, 'orders': orders,
            'half': {'after': at + 1, 'state': half}, 'state': state_of(st, res)}


def stories():
    """The worlds of the named scenarios, as each story leaves them; not those of readings that were rejected."""
    found = []

    class Kept(check.World):
        def __init__(self):
            super().__init__()
            if not m.LITERAL:
                found.append(self)
    plain, check.World = check.World, Kept
    try:
        for name, f in sorted(vars(scenarios).items()):
            if callable(f) and getattr(f, '__module__', '') == 'scenarios' and f.__code__.co_argcount == 0 \
                    and name not in ('run', 'world'):
                found.clear()
                with contextlib.redirect_stdout(io.StringIO()):
                    f()
                yield from ((name.replace('_', ' '), w) for w in list(found))
    finally:
        check.World = plain


def main():
    args = argparse.ArgumentParser()
    args.add_argument('--histories', type=int, default=500)
    args.add_argument('--from', type=int, default=0, dest='start')
    args.add_argument('--scenarios', action='store_true')
    args = args.parse_args()
    out = lambda d: print(json.dumps(d, separators=(',', ':')))
    if args.scenarios:
        for name, world in stories():
            out(line(name, world, random.Random(name)))
    for seed in range(args.start, args.start + args.histories):
        rng = random.Random(seed)
        out(line('seed %d' % seed, check.history(rng), rng))


if __name__ == '__main__':
    main()
