/** How long evaluations may go on before the rest of the process has its turn. */
const turnMs = 15;

let markedAt = performance.now();
let turnSince = markedAt;
let waiting: Promise<void> | undefined;

/** Milliseconds since the last mark, or since the process has come back to evaluating. */
export function mark(): number {
  const now = performance.now();
  const passed = now - markedAt;
  markedAt = now;
  return passed;
}

export function turnIsOver(): boolean {
  return markedAt - turnSince > turnMs;
}

/** Whoever begins to evaluate many after waiting for something has a whole turn. */
export function startTurn(): void {
  comeBack();
  turnSince = markedAt;
}

/** Everybody who evaluates waits for the same turn of the event loop. */
export function nextTurn(): Promise<void> {
  waiting ??= new Promise((resolve) => {
    setImmediate(() => {
      waiting = undefined;
      startTurn();
      resolve();
    });
  });
  return waiting;
}

/** After waiting for something: the time until now was nobody's. */
export function comeBack(): void {
  markedAt = performance.now();
}
