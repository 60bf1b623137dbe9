import type { Found } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { atOf, choiceOf, type Declared, member, numberOf, pathText, required } from '../declared.ts';
import type { OpenSession, Session } from '../session.ts';
import type { Identity } from './compile-identity.ts';
import { compileScalarValue, type RecordValue } from './compile-record-value.ts';
import { compileSearch, fetchAll, type Search } from './compile-search.ts';
import { toChunks } from './to-chunks.ts';

export type Find = (keys: readonly string[], signal: AbortSignal) => Promise<readonly (Found | undefined)[]>;

/** `find` of a resource: a request for each key, or with `bulk` one for `size` of them. */
export function compileFind(declared: Declared, identity: Identity): (open: OpenSession) => Find {
  const search = compileSearch(declared);
  const bulk = member(declared, 'bulk');
  const finding: Finding = { declared, search, identity };
  if (bulk !== undefined) return compileBulkFind(finding, bulk);
  return (open) => async (keys, signal) => {
    const session = await open();
    return Promise.all(keys.map((key) => findOne(finding, session, key, signal)));
  };
}

interface Finding {
  readonly declared: Declared;
  readonly search: Search;
  readonly identity: Identity;
}

async function findOne(
  finding: Finding,
  session: Session,
  key: string,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const scope = { config: session.config, key };
  const run = { operation: 'find', scope, overlays: [], signal } as const;
  const records = await fetchAll(session, finding.search, run);
  if (records.length === 0) return undefined;
  // The system may search more loosely than was asked for. A lone answer is believed all the same: the key may be
  // written in another way there, and not to find what is there would create it a second time.
  const fitting = records.length === 1 ? records : await withKey(finding.identity.foundKey, records, key);
  if (fitting.length === 1) return finding.identity.toFound(fitting[0]);
  throw ambiguous(finding.declared, key, fitting.length === 0 ? records.length : fitting.length);
}

async function withKey(
  value: RecordValue,
  records: readonly unknown[],
  key: string,
): Promise<readonly unknown[]> {
  const keys = await Promise.all(records.map((record) => value.evaluate(record)));
  return records.filter((_record, index) => keys[index] === key);
}

function compileBulkFind(finding: Finding, bulk: Declared): (open: OpenSession) => Find {
  const size = numberOf(required(bulk, 'size'));
  const keyDeclared = member(bulk, 'key');
  const value = keyDeclared === undefined ? finding.identity.foundKey : compileScalarValue(keyDeclared);
  const fold = compileFold(bulk);

  const findChunk = async (session: Session, keys: readonly string[], signal: AbortSignal) => {
    const run = { operation: 'find', scope: { config: session.config, keys }, overlays: [], signal } as const;
    const records = await fetchAll(session, finding.search, run);
    const found = await Promise.all(records.map((record) => value.evaluate(record)));
    const byKey = Map.groupBy(records.keys(), (index) => fold(found[index] ?? ''));
    return Promise.all(
      keys.map(async (key) => {
        const fitting = byKey.get(fold(key)) ?? [];
        if (fitting.length > 1) throw ambiguous(finding.declared, key, fitting.length);
        const index = fitting[0];
        return index === undefined ? undefined : finding.identity.toFound(records[index]);
      }),
    );
  };
  return (open) => async (keys, signal) => {
    const session = await open();
    const distinct = [...new Set(keys)];
    const chunks = await Promise.all(
      toChunks(distinct, size).map((chunk) => findChunk(session, chunk, signal)),
    );
    const found = chunks.flat();
    const byKey = new Map(distinct.map((key, index) => [key, found[index]]));
    return keys.map((key) => byKey.get(key));
  };
}

/** `matchCase: insensitive` for keys such as e-mail addresses. */
export function compileFold(bulk: Declared): (key: string) => string {
  const how = choiceOf(member(bulk, 'matchCase'), ['sensitive', 'insensitive']);
  return how === 'insensitive' ? (key) => key.toLowerCase() : (key) => key;
}

function ambiguous(declared: Declared, key: string, count: number): Fault {
  const at = atOf(declared);
  const message = `${pathText(declared)}: ${count} records answer to the key "${key.slice(0, 80)}", where one was expected`;
  return new Fault('TL_TARGET_AMBIGUOUS', message, at === undefined ? {} : { at });
}
