import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openFiles } from './open-files.ts';

const megabyte = 1024 ** 2;

function* blocks(head: string, block: string, bytes: number): Generator<string> {
  yield head;
  for (let written = 0; written < bytes; written += block.length) yield block;
}

const line = `{"id":"4711","note":"${'x'.repeat(200)}","lines":[{"sku":"A","quantity":1},{"sku":"B","quantity":2}]}\n`;

test.each([
  ['jsonl', '', line],
  ['csv', 'id,note,price\n', `4711,"${'x'.repeat(200)}",1.50\n`],
])(
  'reads 200 MB of %s in less than 400 MB of memory',
  async (format, head, record) => {
    await using files = await openFiles();
    const path = join(files.dir, `large.${format}`);
    const block = record.repeat(Math.ceil(megabyte / record.length));
    await pipeline(Readable.from(blocks(head, block, 200 * megabyte)), createWriteStream(path));
    await utimes(path, 0, 0);
    const script = join(import.meta.dirname, 'read-large-file.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, files.dir, format]);
    const { records, faults, maxRssMb } = JSON.parse(stdout) as Record<string, number>;
    expect(records).toBe(Math.ceil((200 * megabyte) / block.length) * Math.ceil(megabyte / record.length));
    expect(faults).toBe(0);
    // 150 MB on a machine with nothing else to do; a file taken in whole would be above 500.
    expect(maxRssMb).toBeLessThan(400);
  },
  120_000,
);
