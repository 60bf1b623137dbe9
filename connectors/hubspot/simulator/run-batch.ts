import { isJsonObject, type JsonObject } from '../../../src/contract/json.ts';
import type { NewProperties } from './crm.ts';
import { type Attempt, invalid, type Problem, refuse, succeed } from './problem.ts';

export interface BatchInput {
  readonly id: string;
  readonly idProperty: string | undefined;
  readonly properties: NewProperties;
  readonly associations: readonly unknown[];
  readonly traceId: string | undefined;
}

export interface BatchWork {
  /** What speaks against this input, before anything is written. */
  check(input: BatchInput): Problem | undefined;
  apply(input: BatchInput): Attempt<Record<string, unknown>>;
}

export interface BatchOutcome {
  readonly results: readonly Record<string, unknown>[];
  readonly errors: readonly Record<string, unknown>[];
}

/** HubSpot takes 100 inputs; the 101st makes it refuse the call. */
const maxInputs = 100;

export function parseInputs(body: unknown): Attempt<readonly BatchInput[]> {
  const inputs = isJsonObject(body) ? body.inputs : undefined;
  if (!Array.isArray(inputs) || !inputs.every(isJsonObject))
    return refuse(invalid('Invalid input JSON: inputs has to be a list of objects'));
  if (inputs.length > maxInputs)
    return refuse(
      invalid(
        `The maximum number of inputs supported in a batch request is ${maxInputs}, got ${inputs.length}`,
      ),
    );
  return succeed(inputs.map(toInput));
}

/** Two inputs for the same record make HubSpot refuse the call, with or without trace ids. */
export function checkDuplicates(inputs: readonly BatchInput[]): Problem | undefined {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  for (const { id } of inputs) {
    const name = id.toLowerCase();
    if (seen.has(name)) doubled.add(name);
    seen.add(name);
  }
  if (doubled.size === 0) return undefined;
  const ids = [...doubled];
  return invalid(`Duplicate IDs found in batch input: [${ids.join(', ')}]. IDs must be unique`, { ids });
}

/**
 * One input that is not valid makes HubSpot refuse all of them, unless each has an `objectWriteTraceId` of its own:
 * then the good ones are written and the bad ones are listed in `errors`, with their trace ids (page "Handling
 * errors", multi-status errors). A record that is not there never stops the others.
 */
export function runBatch(inputs: readonly BatchInput[], work: BatchWork): Attempt<BatchOutcome> {
  if (!areTraced(inputs)) {
    const problem = inputs
      .map((input) => work.check(input))
      .find((found) => found !== undefined && !isMissing(found));
    if (problem !== undefined) return refuse(problem);
  }
  const results: Record<string, unknown>[] = [];
  const errors: Record<string, unknown>[] = [];
  for (const input of inputs) {
    const done = work.apply(input);
    const trace = input.traceId === undefined ? {} : { objectWriteTraceId: input.traceId };
    if (done.ok) results.push({ ...done.value, ...trace });
    else errors.push(toBatchError(done.problem, input));
  }
  // Not in the order of the inputs: HubSpot does not promise it, and does not keep it.
  return succeed({ results: results.reverse(), errors });
}

function areTraced(inputs: readonly BatchInput[]): boolean {
  const traces = new Set(inputs.map(({ traceId }) => traceId));
  return !traces.has(undefined) && traces.size === inputs.length;
}

function isMissing({ category }: Problem): boolean {
  return category === 'OBJECT_NOT_FOUND';
}

function toBatchError(problem: Problem, { id, traceId }: BatchInput): Record<string, unknown> {
  const context = {
    ...problem.context,
    ...(isMissing(problem) ? { ids: [id] } : {}),
    ...(traceId === undefined ? {} : { objectWriteTraceId: [traceId] }),
  };
  return { status: 'error', category: problem.category, message: problem.message, context };
}

function toInput(input: JsonObject): BatchInput {
  const { id, idProperty, properties, associations, objectWriteTraceId } = input;
  return {
    id: id === undefined ? '' : String(id),
    idProperty: typeof idProperty === 'string' ? idProperty : undefined,
    properties: isJsonObject(properties) ? properties : {},
    associations: Array.isArray(associations) ? associations : [],
    traceId: objectWriteTraceId === undefined ? undefined : String(objectWriteTraceId),
  };
}
