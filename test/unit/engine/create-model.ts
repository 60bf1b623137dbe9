import { type Doubt, decideCreate, type Look } from '../../../src/engine/line/decide/decide-create.ts';

/**
 * One record, two workers that share a lane, a target that may be late: everything that can happen, one step at a time,
 * in any order. What the workers do is what the engine does, and what they decide is decided by its own function. Time
 * passes in ticks; a circuit's probe, a second run or a replay is a worker that takes the lane early, which any may.
 */
export interface State {
  readonly owner: number | undefined;
  readonly workers: readonly Worker[];
  /** The reservation as the database has it: ticks left of its doubt, `open` where nobody has written down any. */
  readonly reservation: 'none' | 'open' | 'confirmed' | number;
  /** What the target is at work on. */
  readonly requests: readonly Request[];
  /** Records that the target has. */
  readonly committed: number;
}

interface Worker {
  readonly at: 'idle' | 'read' | 'look' | 'reserve' | 'send' | 'checked' | 'waiting' | 'record';
  readonly seen?: State['reservation'];
  readonly isNew?: boolean;
  readonly ended?: Ended;
}

type Ended = 'found' | 'answered' | 'given up' | 'over' | 'turned away' | 'refused' | 'not there';

interface Request {
  readonly by: number;
  /** Ticks within which the target has to be done with it; `undefined` while its sender waits for the answer. */
  readonly left: number | undefined;
}

export interface Model {
  /** Ticks within which the target is done with a create that was given up. */
  readonly lateness: number;
  /** Ticks for which the engine waits. */
  readonly settle: number;
  readonly looksFirst: boolean;
  /** A worker may stand still between the look at its lease and the request. */
  readonly mayStandStill?: boolean;
}

export type Step = readonly [what: string, to: State];

export const start: State = {
  owner: undefined,
  workers: [{ at: 'idle' }, { at: 'idle' }],
  reservation: 'none',
  requests: [],
  committed: 0,
};

export function stepsFrom(model: Model, state: State): readonly Step[] {
  return [
    ...state.workers.flatMap((_, id) => workerSteps(model, state, id)),
    ...state.requests.flatMap((_, nth) => targetSteps(state, nth)),
    ...timeSteps(model, state),
  ];
}

const names = ['A', 'B'];

function workerSteps(model: Model, state: State, id: number): readonly Step[] {
  const worker = state.workers[id] as Worker;
  const goes = (to: Worker, more: Partial<State> = {}): State => ({
    ...state,
    ...more,
    workers: state.workers.map((one, nth) => (nth === id ? to : one)),
  });
  const name = names[id];
  const steps = ownSteps(model, state, { id, worker, goes }).map(
    ([what, to]): Step => [`${name} ${what}`, to],
  );
  if (worker.at === 'idle') return steps;
  const requests = givenUp(model, state.requests, id);
  return [...steps, [`${name} dies`, goes({ at: 'idle' }, { requests })]];
}

interface Acting {
  readonly id: number;
  readonly worker: Worker;
  readonly goes: (to: Worker, more?: Partial<State>) => State;
}

function ownSteps(model: Model, state: State, { id, worker, goes }: Acting): readonly Step[] {
  const isOwner = state.owner === id;
  switch (worker.at) {
    case 'idle':
      if (state.owner !== undefined || state.reservation === 'confirmed') return [];
      return [['takes the lane', goes({ at: 'read' }, { owner: id })]];
    case 'read':
      return [
        [`reads the reservation: ${state.reservation}`, goes(next(model, state.reservation, 'not yet'))],
      ];
    case 'look': {
      const look = state.committed > 0 ? 'there' : 'absent';
      return [[`looks: ${look}`, goes(next(model, worker.seen ?? 'none', look))]];
    }
    case 'reserve': {
      // As in the database, where no lease is asked for: one that has lost it may reserve, but not send.
      const isNew = state.reservation === 'none';
      const reservation = state.reservation === 'confirmed' ? 'confirmed' : 'open';
      return [['reserves', goes({ at: 'send', isNew }, { reservation })]];
    }
    case 'send': {
      if (!isOwner) return [['sees that it has lost the lane', goes({ at: 'idle' })]];
      const checked = { ...worker, at: 'checked' } as const;
      return model.mayStandStill
        ? [['looks at its lease', goes(checked)]]
        : [sent(state, { id, worker, goes })];
    }
    case 'checked':
      return [sent(state, { id, worker, goes })];
    case 'waiting':
      return [
        [
          'gives up',
          goes(
            { ...worker, at: 'record', ended: 'given up' },
            { requests: givenUp(model, state.requests, id) },
          ),
        ],
      ];
    case 'record': {
      const after = isOwner ? recorded(model, state, worker) : {};
      return [[isOwner ? `records: ${worker.ended}` : 'cannot record', goes({ at: 'idle' }, after)]];
    }
  }
}

/** What the engine's own function makes of what was read, and of what was seen after that. */
function next({ settle, looksFirst }: Model, seen: State['reservation'], look: Look): Worker {
  const doubt = typeof seen === 'number' ? { doubt: { forMs: 0, leftMs: seen } satisfies Doubt } : {};
  const reservation = seen === 'none' ? undefined : doubt;
  switch (decideCreate(reservation, look, { looksFirst, settleMs: settle })) {
    case 'look':
      return { at: 'look', seen };
    case 'send':
      return { at: 'reserve' };
    case 'confirm':
      return { at: 'record', ended: 'found' };
    case 'wait':
      return { at: 'record', seen, ended: 'not there' };
  }
}

function sent(state: State, { id, worker, goes }: Acting): Step {
  const requests = [...state.requests, { by: id, left: undefined }];
  return ['sends', goes({ ...worker, at: 'waiting' }, { requests })];
}

function recorded(model: Model, state: State, { ended, seen, isNew }: Worker): Partial<State> {
  const done = { owner: undefined };
  if (ended === 'found' || ended === 'answered') return { ...done, reservation: 'confirmed' };
  if (state.reservation === 'confirmed' || state.reservation === 'none') return done;
  switch (ended) {
    case 'refused':
      return { ...done, reservation: 'none' };
    case 'turned away':
      return { ...done, reservation: isNew ? 'none' : 0 };
    case 'over':
      return { ...done, reservation: 0 };
    case 'given up':
      return { ...done, reservation: model.settle };
    default:
      return typeof seen === 'number' ? done : { ...done, reservation: model.settle };
  }
}

/** Nobody waits for these any more: from now on the target has to be done in time. */
function givenUp({ lateness }: Model, requests: readonly Request[], by: number): readonly Request[] {
  return requests.map((one) => (one.by === by && one.left === undefined ? { ...one, left: lateness } : one));
}

function targetSteps(state: State, nth: number): readonly Step[] {
  const { by, left } = state.requests[nth] as Request;
  const without = state.requests.filter((_, other) => other !== nth);
  const isAwaited = left === undefined;
  const ends = (what: string, ended: Ended, isCommitted: boolean): Step => {
    const workers = state.workers.map((one, id) =>
      isAwaited && id === by && one.at === 'waiting' ? { ...one, at: 'record' as const, ended } : one,
    );
    const committed = Math.min(2, state.committed + (isCommitted ? 1 : 0));
    return [what, { ...state, workers, requests: without, committed }];
  };
  const name = names[by];
  if (!isAwaited) {
    return [
      ends(`the target commits the late create of ${name}`, 'answered', true),
      ends(`the target drops the create of ${name}`, 'answered', false),
    ];
  }
  return [
    ends(`the target commits the create of ${name}, and answers`, 'answered', true),
    ends(`the target commits the create of ${name}, and answers 500`, 'over', true),
    ends(`the target answers ${name} with 500`, 'over', false),
    ends(`the target turns ${name} away`, 'turned away', false),
    ends(`the target refuses the create of ${name}`, 'refused', false),
  ];
}

function timeSteps(model: Model, state: State): readonly Step[] {
  const steps: Step[] = [];
  const { owner } = state;
  if (owner !== undefined) {
    const requests = givenUp(model, state.requests, owner);
    steps.push([`the lease of ${names[owner]} ends`, { ...state, owner: undefined, requests }]);
  }
  // A request whose time is over is done before time goes on.
  const isUrgent = state.requests.some(({ left }) => left === 1);
  if (!isUrgent) steps.push(['time passes', afterTick(state)]);
  return steps;
}

function afterTick(state: State): State {
  const { reservation, requests } = state;
  return {
    ...state,
    reservation: typeof reservation === 'number' ? Math.max(0, reservation - 1) : reservation,
    requests: requests.map((one) => (one.left === undefined ? one : { ...one, left: one.left - 1 })),
  };
}

/** Explores everything that can happen, the shortest ways first. Answers with the way to the first state that is bad. */
export function explore(
  model: Model,
  isBad: (state: State) => boolean,
): { readonly states: number; readonly way: readonly string[] | undefined } {
  const cameBy = new Map<string, readonly [from: string, what: string] | undefined>([
    [keyOf(start), undefined],
  ]);
  let layer: State[] = [start];
  while (layer.length > 0) {
    const nextLayer: State[] = [];
    for (const state of layer) {
      const from = keyOf(state);
      for (const [what, to] of stepsFrom(model, state)) {
        const key = keyOf(to);
        if (cameBy.has(key)) continue;
        cameBy.set(key, [from, what]);
        if (isBad(to)) return { states: cameBy.size, way: wayTo(cameBy, key) };
        nextLayer.push(to);
      }
    }
    layer = nextLayer;
  }
  return { states: cameBy.size, way: undefined };
}

function wayTo(
  cameBy: ReadonlyMap<string, readonly [from: string, what: string] | undefined>,
  key: string,
): readonly string[] {
  const step = cameBy.get(key);
  return step ? [...wayTo(cameBy, step[0]), step[1]] : [];
}

/** The order of what the target is at work on says nothing. */
function keyOf({ owner, workers, reservation, requests, committed }: State): string {
  const all = requests.map(({ by, left = '-' }) => `${by}${left}`).sort();
  const each = workers.map(({ at, seen = '', isNew = '', ended = '' }) => `${at} ${seen} ${isNew} ${ended}`);
  return [owner ?? '-', reservation, committed, ...each, ...all].join('|');
}
