import type { Found } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { ManifestFind } from '../../contract/generated/connector.ts';
import { startOf } from '../../contract/text/cut-text.ts';
import { toLine } from '../answer/plain-words.ts';
import { atOf, type Declaration, member, numberOf, pathText, required } from '../declaration.ts';
import type { Identity } from '../resource/compile-identity.ts';
import { toChunks } from '../resource/to-chunks.ts';
import type { OpenSession, Session } from '../session.ts';
import { compileFoundKey, type FoundKey } from './compile-found-key.ts';
import { compileSearch, fetchAll, type Search } from './compile-search.ts';

export type Find = (keys: readonly string[], signal: AbortSignal) => Promise<readonly (Found | undefined)[]>;

/** `find` of a resource: a request for each key, or with `bulk` one for `size` of them. */
export function compileFind(
  declared: Declaration<ManifestFind>,
  identity: Identity,
  name: string,
): (open: OpenSession) => Find {
  const finding: Finding = {
    declared,
    identity,
    search: compileSearch(declared, name, identity.foundKey),
    keyOf: compileFoundKey(member(declared, 'key'), identity.foundKey),
    isLoose: member(declared, 'loose')?.value === true,
  };
  const bulk = member(declared, 'bulk');
  const size = bulk && numberOf(required(bulk, 'size'));
  return (open) => async (keys, signal) => {
    const session = await open();
    const distinct = [...new Set(keys)];
    const asked = size === undefined ? distinct.map((key) => [key]) : toChunks(distinct, size);
    // After the first that fails nothing is known of any: the others need not be asked.
    const failed = new AbortController();
    const each = asked.length === 1 ? signal : AbortSignal.any([signal, failed.signal]);
    const found = await Promise.all(
      asked.map(async (chunk) => {
        const scope = {
          config: session.config,
          ...(size === undefined ? { key: chunk[0] } : { keys: chunk }),
        };
        return prove(finding, chunk, await search(finding, session, { scope, signal: each }));
      }),
    ).catch((thrown: unknown) => {
      failed.abort();
      throw thrown;
    });
    const all = found.flat();
    const byKey = new Map(distinct.map((key, index) => [key, all[index]]));
    return keys.map((key) => byKey.get(key));
  };
}

interface Finding {
  readonly declared: Declaration;
  readonly identity: Identity;
  readonly search: Search;
  readonly keyOf: FoundKey;
  /** The system may give more than was asked for. */
  readonly isLoose: boolean;
}

async function search(
  { search }: Finding,
  session: Session,
  { scope, signal }: { readonly scope: Readonly<Record<string, unknown>>; readonly signal: AbortSignal },
): Promise<readonly unknown[]> {
  return await fetchAll(session, search, { operation: 'find', scope, overlays: [], signal });
}

/**
 * Which of the records found has which key. One with another key is nobody's: it is not written to. And a system that
 * answers with such ones has searched for something else, so that nothing can be concluded for keys that it did not
 * give, unless the manifest says that its search is a loose one.
 */
async function prove(
  { declared, identity, keyOf, isLoose }: Finding,
  keys: readonly string[],
  records: readonly unknown[],
): Promise<readonly (Found | undefined)[]> {
  const { fold } = identity;
  const wanted = new Set(keys.map(fold));
  const found = await Promise.all(records.map((record) => keyOf(record, keys)));
  const byKey = Map.groupBy(records.keys(), (index) => fold(found[index] ?? ''));
  const others = found.filter((key) => key === undefined || !wanted.has(fold(key)));
  return await Promise.all(
    keys.map(async (key) => {
      const [index, ...more] = byKey.get(fold(key)) ?? [];
      if (more.length > 0)
        throw ambiguous(
          declared,
          `${more.length + 1} records answer to ${named(key)}, where one was expected`,
        );
      if (index !== undefined) return await identity.toFound(records[index]);
      if (others.length === 0 || isLoose) return undefined;
      throw ambiguous(declared, `asked for ${named(key)}, the system answered with ${describe(others)}`);
    }),
  );
}

/** What came instead is reported without its keys: they may be those of people. */
function describe(others: readonly (string | undefined)[]): string {
  const count = others.length;
  if (others.every((key) => key === undefined)) {
    const came = count === 1 ? 'a record that has no key' : `${count} records that have no key`;
    return `${came}: say in \`find.key\` where it stands; \`$key\` means that it is the one asked for`;
  }
  const came = count === 1 ? 'a record that has another key' : `${count} records that have other keys`;
  return `${came}, and nothing is written to it; see \`find.loose\`, \`find.key\` and \`keyIgnores\``;
}

function named(key: string): string {
  return `the key "${startOf(toLine(key), 80)}"`;
}

function ambiguous(declared: Declaration, what: string): Fault {
  return new Fault('TL_TARGET_AMBIGUOUS', `${pathText(declared)}: ${what}`, placeOf(declared));
}

function placeOf(declared: Declaration): { readonly at?: string } {
  const at = atOf(declared);
  return at === undefined ? {} : { at };
}
