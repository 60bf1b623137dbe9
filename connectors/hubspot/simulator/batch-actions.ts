import { isJsonObject } from '../../../src/contract/json.ts';
import { type Account, type Action, type Answer, answerProblem } from './account.ts';
import type { CrmRecord, NewProperties, Table } from './crm.ts';
import { type Attempt, invalid, notFound, type Problem, refuse, succeed } from './problem.ts';
import { parseWanted, renderRecord } from './render-record.ts';
import {
  type BatchInput,
  type BatchOutcome,
  type BatchWork,
  checkDuplicates,
  parseInputs,
  runBatch,
} from './run-batch.ts';

/** `idProperty` and `properties` stand once, for all inputs; what is not there is one error with all its ids. */
export const batchRead: Action = (account, { table, body }) => {
  const inputs = parseInputs(body);
  if (!inputs.ok) return answerProblem(account, inputs.problem);
  const { idProperty, properties } = isJsonObject(body) ? body : {};
  const name = typeof idProperty === 'string' ? idProperty : undefined;
  const problem = checkIdProperty(table, name);
  if (problem !== undefined) return answerProblem(account, problem);
  const found = inputs.value.map(({ id }) => ({ id, record: account.crm.find(table, id, name) }));
  const wanted = parseWanted(table, properties);
  const results = found.flatMap(({ record }) =>
    record === undefined ? [] : [renderRecord(table, record, wanted)],
  );
  const missing = found.filter(({ record }) => record === undefined).map(({ id }) => id);
  return answerBatch(account, {
    results: results.reverse(),
    errors: missing.length === 0 ? [] : [missingError(table, missing)],
  });
};

export const batchCreate: Action = (account, { table, body }) => {
  const { crm } = account;
  const work: BatchWork = {
    check: ({ properties }) => crm.check(table, properties),
    apply: ({ properties }) => rendered(table, crm.create(table, properties)),
  };
  const done = withInputs(body, (inputs) => runBatch(inputs, work));
  return done.ok ? answerBatch(account, done.value, 201) : answerProblem(account, done.problem);
};

export const batchUpdate: Action = (account, { table, body }) => {
  const { crm } = account;
  const target = ({ id, idProperty }: BatchInput): CrmRecord | undefined => crm.find(table, id, idProperty);
  const work: BatchWork = {
    check: (input) => {
      const record = target(input);
      return record === undefined ? notFound() : crm.check(table, input.properties, record);
    },
    apply: (input) => {
      const record = target(input);
      return record === undefined
        ? refuse(notFound())
        : rendered(table, crm.update(table, record, input.properties));
    },
  };
  const done = withInputs(body, (inputs) => runKeyed(table, inputs, work));
  return done.ok ? answerBatch(account, done.value) : answerProblem(account, done.problem);
};

export const batchUpsert: Action = (account, { table, body }) => {
  const done = withInputs(body, (inputs) => runKeyed(table, inputs, upsertWork(account, table)));
  return done.ok ? answerBatch(account, done.value) : answerProblem(account, done.problem);
};

/** 204 without a body, also for ids that are not there. */
export const batchArchive: Action = (account, { table, body }) => {
  const inputs = parseInputs(body);
  if (!inputs.ok) return answerProblem(account, inputs.problem);
  for (const { id } of inputs.value) {
    const record = account.crm.find(table, id);
    if (record !== undefined) account.crm.archive(table, record);
  }
  return { status: 204 };
};

function upsertWork({ crm }: Account, table: Table): BatchWork {
  const plan = ({ id, idProperty, properties }: BatchInput) => ({
    record: crm.find(table, id, idProperty),
    // A new record gets the value that it was looked for by, also where the properties do not repeat it.
    properties:
      idProperty === undefined ? properties : ({ [idProperty]: id, ...properties } satisfies NewProperties),
  });
  return {
    check: (input) => {
      const { record, properties } = plan(input);
      return record === undefined && input.idProperty === undefined
        ? notFound()
        : crm.check(table, properties, record);
    },
    apply: (input) => {
      const { record, properties } = plan(input);
      if (record === undefined && input.idProperty === undefined) return refuse(notFound());
      const done =
        record === undefined ? crm.create(table, properties) : crm.update(table, record, properties);
      const answer = rendered(table, done);
      return answer.ok ? succeed({ ...answer.value, new: record === undefined }) : answer;
    },
  };
}

function withInputs(
  body: unknown,
  run: (inputs: readonly BatchInput[]) => Attempt<BatchOutcome>,
): Attempt<BatchOutcome> {
  const inputs = parseInputs(body);
  return inputs.ok ? run(inputs.value) : inputs;
}

function runKeyed(table: Table, inputs: readonly BatchInput[], work: BatchWork): Attempt<BatchOutcome> {
  const problem =
    checkDuplicates(inputs) ??
    inputs.map(({ idProperty }) => checkIdProperty(table, idProperty)).find((found) => found !== undefined);
  return problem === undefined ? runBatch(inputs, work) : refuse(problem);
}

function checkIdProperty(table: Table, name: string | undefined): Problem | undefined {
  if (name === undefined || name === 'hs_object_id' || table.unique.has(name)) return undefined;
  return invalid(`Property ${name} is not a unique property of ${table.type.label} objects`);
}

function rendered(table: Table, done: Attempt<CrmRecord>): Attempt<Record<string, unknown>> {
  return done.ok ? succeed(renderRecord(table, done.value, undefined)) : done;
}

function missingError(table: Table, ids: readonly string[]): Record<string, unknown> {
  const message = `Could not get some ${table.type.label.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`;
  return { status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids } };
}

/** `status` where all is well, 207 where there are errors. */
function answerBatch({ clock }: Account, { results, errors }: BatchOutcome, status = 200): Answer {
  const now = new Date(clock.now()).toISOString();
  const failures = errors.length === 0 ? {} : { numErrors: errors.length, errors };
  const body = { status: 'COMPLETE', results, ...failures, startedAt: now, completedAt: now };
  return { status: errors.length === 0 ? status : 207, body };
}
