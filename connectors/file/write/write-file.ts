import { createHash, randomUUID } from 'node:crypto';
import { lstat, open, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import iconv from 'iconv-lite';
import type { Clock, WriteItem, WriteResult } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { makeFolder } from '../../../src/contract/make-folder.ts';
import type { FileResource, WriteDeclaration } from '../declaration.ts';
import { type Folder, isErrno, isInside, openFolder, toFileFault } from '../folder.ts';
import { flush, moveFile } from '../move-file.ts';
import { createFileFormat } from './format-file.ts';

export interface FileTarget {
  readonly folder: Folder;
  readonly resource: FileResource;
  readonly write: WriteDeclaration;
  readonly clock: Clock;
}

/**
 * Writes a batch as one new file: under a hidden name, flushed to disk, then renamed, so that nobody ever sees
 * half of it. A record the format cannot hold is refused and left out. A fault thrown means: no file was written.
 */
export async function writeFile(
  target: FileTarget,
  items: readonly WriteItem[],
  signal: AbortSignal,
): Promise<readonly WriteResult[]> {
  signal.throwIfAborted();
  const content = formatItems(target, items);
  if (content.lines.every((line) => line === undefined)) return toResults(content, items, '');
  const root = await openFolder(target.folder, 'write');
  const name = fillName(target, items);
  try {
    const path = join(root, name);
    await makeFolder(dirname(path));
    if (!isInside(root, await realpath(dirname(path)))) {
      throw new Fault('TL_CONNECTION_CONFIG', `${name} would lie outside the folder: a link leads there`);
    }
    const written = await writeOnce(path, content.text, target);
    return toResults(content, items, relative(root, written));
  } catch (thrown) {
    throw toFileFault(thrown, name, 'TL_CONNECTION_CONFIG');
  }
}

interface Content {
  readonly text: Buffer;
  /** Line each item begins in, or why it is not in the file. */
  readonly lines: readonly (number | undefined)[];
  readonly faults: readonly (Fault | undefined)[];
}

function formatItems({ write, resource }: FileTarget, items: readonly WriteItem[]): Content {
  const format = createFileFormat(write);
  const formatted = items.map(({ key, payload }) => {
    try {
      const text = format.format(payload, `${resource.name} ${key}`);
      return { text: checkEncodable(text, write.encoding, `${resource.name} ${key}`) };
    } catch (thrown) {
      if (thrown instanceof Fault) return { fault: thrown };
      throw thrown;
    }
  });
  const parts: string[] = [format.open()];
  let line = countNewlines(parts[0] ?? '') + 1;
  const lines = formatted.map(({ text }) => {
    if (text === undefined) return undefined;
    const part = parts.length > 1 ? format.separator + text : text;
    const first = line + countNewlines(part) - countNewlines(text);
    line += countNewlines(part);
    parts.push(part);
    return first;
  });
  parts.push(format.close());
  return {
    text: iconv.encode(parts.join(''), write.encoding),
    lines,
    faults: formatted.map(({ fault }) => fault),
  };
}

/** What an encoding lacks would be written as a question mark. */
function checkEncodable(text: string, encoding: string, where: string): string {
  if (/^utf/i.test(encoding) || iconv.decode(iconv.encode(text, encoding), encoding) === text) return text;
  throw new Fault('TL_TARGET_REJECTED', `${where}: holds characters that ${encoding} does not have`);
}

function countNewlines(text: string): number {
  return text.split('\n').length - 1;
}

/** A row in a later file is another state of the same record: it is known by where it stood first. */
function toResults(
  { lines, faults }: Content,
  items: readonly WriteItem[],
  name: string,
): readonly WriteResult[] {
  return lines.map((line, index) => {
    const fault = faults[index];
    return fault === undefined
      ? { ok: true, id: items[index]?.id ?? `${name}:${line}` }
      : { ok: false, fault };
  });
}

function fillName({ write, clock }: FileTarget, items: readonly WriteItem[]): string {
  const now = new Date(clock.now()).toISOString();
  const values: Readonly<Record<string, string>> = {
    timestamp: now.replace(/[-:.]/g, ''),
    date: now.slice(0, 10),
    batch: hashBatch(items),
  };
  return write.file.replace(/\{\{\s*(.*?)\s*\}\}/g, (_, placeholder: string) => values[placeholder] ?? '');
}

/** The same for every attempt at the same records, in the same order. */
function hashBatch(items: readonly WriteItem[]): string {
  const hash = createHash('sha256');
  for (const { idempotencyKey } of items) hash.update(`${idempotencyKey.length}:${idempotencyKey}`);
  return hash.digest('hex').slice(0, 16);
}

async function writeOnce(path: string, text: Buffer, { write }: FileTarget): Promise<string> {
  const named = write.file.replace(/\s/g, '');
  const repeatable =
    named.includes('{{batch}}') && !named.includes('{{timestamp}}') && !named.includes('{{date}}');
  const written = repeatable && (await exists(path)) ? path : await writeNew(path, text);
  if (!write.done) return written;
  try {
    await writeMarker(`${written}.done`);
  } catch (thrown) {
    await undo(written);
    throw thrown;
  }
  return written;
}

async function writeNew(path: string, text: Buffer): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const written = await moveFile(temporary, path);
    await flush(dirname(written));
    return written;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeMarker(path: string): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Without its marker the file is not there for its readers; it goes away, so that the batch can be tried again. */
async function undo(path: string): Promise<void> {
  try {
    await rm(path);
  } catch (cause) {
    throw new Fault('TL_TARGET_UNKNOWN', `${path} is written, but its .done marker is not`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return false;
    throw thrown;
  }
}
