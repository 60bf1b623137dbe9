import { writeSync } from 'node:fs';
import { type Debugger, Session, url } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';

/** Shared with the main thread: its beat, then how many calls of each place are under way. */
export interface StretchWatch {
  readonly shared: SharedArrayBuffer;
  readonly tickMs: number;
}

/** A call that may be under way; more than one may share a place. */
export interface WatchedCall {
  readonly place: number;
  readonly label: string;
  readonly maxMs: number;
}

/**
 * A thread of its own, started by `under-way.ts`. It counts its own ticks and not the clock: a machine that slept has not
 * stood still. A main thread that has not come by for as long as the calls under way may take is in a loop that never
 * gives way: its leases have run out, nothing of it can be recorded any more, and nobody but the system can end it.
 * It is asked where it stands, as a debugger would ask, and ended: as if it had been killed, but with a word why.
 */
const { shared, tickMs } = workerData as StretchWatch;
const counts = new Int32Array(shared);
const calls = new Map<number, WatchedCall>();

/** Of sysexits.h: EX_SOFTWARE. Nothing else ends with it. */
const exitCode = 70;
/** So long it takes to ask; code that is not JavaScript does not answer at all. */
const askMs = 5_000;

let seenBeat = 0;
let stillMs = 0;

parentPort?.on('message', (call: WatchedCall) => calls.set(call.place, call));
const timer = setInterval(look, tickMs);

function look(): void {
  const beat = Atomics.load(counts, 0);
  const underWay = [...calls.values()].filter(({ place }) => Atomics.load(counts, place) > 0);
  stillMs = beat === seenBeat && underWay.length > 0 ? stillMs + tickMs : 0;
  seenBeat = beat;
  // Whoever has a debugger open stands still as often as they like.
  if (stillMs < Math.min(...underWay.map(({ maxMs }) => maxMs)) || url() !== undefined) return;
  clearInterval(timer);
  end(underWay.map(({ label }) => label));
}

function end(labels: readonly string[]): void {
  const tell = (where: string) =>
    writeSync(
      2,
      `error: ${labels.join(', ')} has not given way for ${stillMs / 1_000} s${where}; ` +
        `the process ends, and what it was at is tried again by the next\n`,
    );
  const kill = setTimeout(() => {
    tell('');
    process.kill(process.pid, 'SIGKILL');
  }, askMs);
  const session = new Session();
  session.connectToMainThread();
  const files = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url));
  session.on('Debugger.paused', ({ params: { callFrames } }) => {
    const [frame] = callFrames;
    // Who stands nowhere cannot be told anything.
    if (!frame) return;
    clearTimeout(kill);
    tell(`, in ${placeOf(frame, files)}`);
    const { callFrameId } = frame;
    const expression = `globalThis.process.exit(${exitCode})`;
    session.post('Debugger.evaluateOnCallFrame', { callFrameId, expression });
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
}

/** `deliver (file:///srv/shop/connectors/mine/index.ts:12)` */
function placeOf({ functionName, location }: Debugger.CallFrame, files: ReadonlyMap<string, string>): string {
  const file = files.get(location.scriptId) || 'code without a file';
  return `${functionName || 'a function without a name'} (${file}:${location.lineNumber + 1})`;
}
