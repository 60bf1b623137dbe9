import { isJsonObject } from '../../../src/contract/json.ts';
import { type Action, answerNotFound, answerProblem } from './account.ts';
import type { NewProperties } from './crm.ts';
import { invalid } from './problem.ts';
import { parseWanted, renderRecord } from './render-record.ts';
import { parseSearch } from './search/parse-search.ts';
import { runSearch } from './search/run-search.ts';

/** Pages in the order of the ids; `after` is the id that the next page starts with. */
export const listObjects: Action = (account, { table, query }) => {
  const limit = Number(query.limit ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    return answerProblem(account, invalid(`limit has to be between 1 and 100, got ${query.limit}`));
  const from = Number(query.after ?? 0);
  const archived = query.archived === 'true';
  const wanted = parseWanted(table, query.properties);
  const page = [];
  for (const record of table.records.values()) {
    if (Number(record.id) < from || (record.archivedAt !== undefined) !== archived) continue;
    page.push(record);
    if (page.length > limit) break;
  }
  const next = page[limit];
  const link = `?after=${next?.id}`;
  return {
    status: 200,
    body: {
      results: page.slice(0, limit).map((record) => renderRecord(table, record, wanted)),
      ...(next === undefined ? {} : { paging: { next: { after: next.id, link } } }),
    },
  };
};

export const createObject: Action = (account, { table, body }) => {
  const done = account.crm.create(table, parseProperties(body));
  if (!done.ok) return answerProblem(account, done.problem);
  return { status: 201, body: renderRecord(table, done.value, undefined) };
};

export const getObject: Action = (account, { table, id, query }) => {
  const record = account.crm.find(table, id, query.idProperty);
  if (record === undefined) return answerNotFound(account);
  return { status: 200, body: renderRecord(table, record, parseWanted(table, query.properties)) };
};

export const patchObject: Action = (account, { table, id, query, body }) => {
  const record = account.crm.find(table, id, query.idProperty);
  if (record === undefined) return answerNotFound(account);
  const done = account.crm.update(table, record, parseProperties(body));
  if (!done.ok) return answerProblem(account, done.problem);
  return { status: 200, body: renderRecord(table, done.value, undefined) };
};

/** Archives; 204 also for what has been archived before. */
export const deleteObject: Action = (account, { table, id }) => {
  if (!table.records.has(id)) return answerNotFound(account);
  const record = account.crm.find(table, id);
  if (record !== undefined) account.crm.archive(table, record);
  return { status: 204 };
};

export const searchObjects: Action = (account, { table, body }) => {
  const search = parseSearch(table, body);
  if (!search.ok) return answerProblem(account, search.problem);
  const { total, page } = runSearch(table, account.index.visible(table), search.value);
  const wanted = parseWanted(table, isJsonObject(body) ? body.properties : undefined);
  const after = search.value.after + page.length;
  return {
    status: 200,
    body: {
      total,
      results: page.map((record) => renderRecord(table, record, wanted)),
      // Beyond the wall HubSpot still names a next page; asking for it is what fails.
      ...(after < total && page.length > 0 ? { paging: { next: { after: String(after) } } } : {}),
    },
  };
};

function parseProperties(body: unknown): NewProperties {
  return isJsonObject(body) && isJsonObject(body.properties) ? body.properties : {};
}
