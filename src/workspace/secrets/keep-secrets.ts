import type { Secrets } from '../../connect/answer/secrets.ts';
import type {
  OpenConnection,
  Page,
  Resource,
  SourceRecord,
  Write,
  WriteResult,
} from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';

/**
 * A connection whose faults never quote what its references stand for, whoever says it: the system, a library, a
 * connector in code, or we ourselves.
 */
export function keepSecrets(secrets: Secrets, open: () => OpenConnection): OpenConnection {
  const keep = async <T>(call: () => T | Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (thrown) {
      throw redact(secrets, thrown);
    }
  };
  const opened = openWithout(secrets, open);
  const { check, settleMs } = opened;
  const resources = Object.entries(opened.resources).map(
    ([name, resource]) => [name, keepOfResource(resource, secrets, keep)] as const,
  );
  return {
    ...opened,
    resources: Object.fromEntries(resources),
    ...(check && { check: (signal) => keep(() => check.call(opened, signal)) }),
    ...(settleMs && { settleMs: () => keep(() => settleMs.call(opened)) }),
  };
}

type Keep = <T>(call: () => T | Promise<T>) => Promise<T>;

function openWithout(secrets: Secrets, open: () => OpenConnection): OpenConnection {
  try {
    return open();
  } catch (thrown) {
    throw redact(secrets, thrown);
  }
}

const writes = ['create', 'update', 'upsert', 'delete'] as const;

/** Keys, versions and mappings speak of records, and are asked for with each: they stay as they are. */
function keepOfResource(resource: Resource, secrets: Secrets, keep: Keep): Resource {
  const { read, find } = resource;
  const kept = writes.flatMap((kind) => {
    const write = resource[kind];
    if (write === undefined) return [];
    const keeping: Write = async (items, signal) =>
      (await keep(() => write.call(resource, items, signal))).map((result) => keepOfResult(result, secrets));
    return [[kind, keeping] as const];
  });
  return {
    ...resource,
    ...(read && { read: (request) => keepOfPages(read.call(resource, request), secrets) }),
    ...(find && { find: (keys, signal) => keep(() => find.call(resource, keys, signal)) }),
    ...Object.fromEntries(kept),
  };
}

async function* keepOfPages(pages: AsyncIterable<Page>, secrets: Secrets): AsyncGenerator<Page> {
  try {
    for await (const page of pages) {
      const hasFaults = page.records.some((record) => 'fault' in record);
      yield hasFaults
        ? { ...page, records: page.records.map((record) => keepOfRecord(record, secrets)) }
        : page;
    }
  } catch (thrown) {
    throw redact(secrets, thrown);
  }
}

function keepOfRecord(record: SourceRecord, secrets: Secrets): SourceRecord {
  return 'fault' in record ? { ...record, fault: redact(secrets, record.fault) } : record;
}

function keepOfResult(result: WriteResult, secrets: Secrets): WriteResult {
  return result.ok ? result : { ...result, fault: redact(secrets, result.fault) };
}

/** The same fault where it says nothing of them, which it hardly ever does. */
function redact<Thrown>(secrets: Secrets, thrown: Thrown): Thrown {
  if (!(thrown instanceof Fault)) return thrown;
  const { code, message, retryAfterMs, answer, about, at, findings, problems, cause } = thrown;
  const words = JSON.stringify([message, answer, about, findings, problems]);
  if (secrets.cutKnown(words) === words) return thrown;
  const cut = (text: string) => secrets.cutKnown(text);
  const { status, ...said } = answer ?? {};
  return new Fault(code, cut(message), {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(answer && { answer: { ...(status !== undefined && { status }), ...cutAll(said, cut) } }),
    ...(about && { about: cutAll(about, cut) }),
    ...(at !== undefined && { at }),
    ...{ findings, problems: problems.map((each) => ({ ...each, message: cut(each.message) })) },
    // What has no words of others is handed on; a fault within would say it all the same.
    ...(cause !== undefined && { cause: redact(secrets, cause) }),
  }) as Thrown & Fault;
}

function cutAll<Words extends object>(words: Words, cut: (text: string) => string): Words {
  return Object.fromEntries(
    Object.entries(words).map(([name, value]) => [name, typeof value === 'string' ? cut(value) : value]),
  ) as Words;
}
