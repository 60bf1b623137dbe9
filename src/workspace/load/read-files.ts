import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Connector, connectorApiVersion } from '../../contract/connector.ts';
import { isJsonObject } from '../../contract/json.ts';
import { present } from '../../contract/present.ts';
import { mapFilePath } from '../parts/map-file-path.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { CodeConnector } from '../workspace.ts';
import {
  connectionsPath,
  connectorOf,
  entityOf,
  isFlowPath,
  isTestPath,
  settingsPath,
  tableOf,
} from './paths.ts';

/** A folder's workspace files, and its code connectors imported. */
export interface SourceFolder {
  readonly dir: string;
  readonly files: readonly SourceFile[];
  readonly code: ReadonlyMap<string, CodeConnector>;
  /** Paths of the other files in the same folders. */
  readonly strays: readonly string[];
}

/** Reads the files of a workspace folder; those that are not there are left out. */
export async function readSources(dir: string): Promise<SourceFolder> {
  const listed = await Promise.all(
    ['flows', 'connectors', 'schemas', 'config'].map((part) => listFiles(join(dir, part))),
  );
  const paths = listed.flat().map((path) => relative(dir, path).split(sep).join('/'));
  const isSource = (path: string) =>
    isFlowPath(path) ||
    isTestPath(path) ||
    entityOf(path) !== undefined ||
    tableOf(path) !== undefined ||
    isConfig(path);
  const plain = await Promise.all(paths.filter(isSource).map((path) => readSource(dir, path)));
  const connectors = await readConnectors(dir, paths);
  const maps = await readMapFiles(dir, plain);
  const files = [...plain, ...connectors.files, ...maps].sort((a, b) => (a.path < b.path ? -1 : 1));
  const read = new Set(files.map(({ path }) => path));
  return { dir, files, code: connectors.code, strays: paths.filter((path) => !read.has(path)).sort() };
}

/** A file's text without its byte order mark; a byte that is not UTF-8 is named with its place. */
export function toSourceFile(path: string, bytes: Uint8Array): SourceFile {
  try {
    return { path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const before = new TextDecoder().decode(bytes.subarray(0, firstBadByte(bytes)));
    const lines = before.split('\n');
    const badByte = { line: lines.length, column: present(lines.at(-1), 'a last line').length + 1 };
    return { path, text: new TextDecoder().decode(bytes), badByte };
  }
}

function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    if (isUtf8Start(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

// With `stream` a character cut at the end is no mistake yet.
function isUtf8Start(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function isConfig(path: string): boolean {
  return path === connectionsPath || path === settingsPath;
}

async function readSource(dir: string, path: string): Promise<SourceFile> {
  return toSourceFile(path, await readFile(join(dir, path)));
}

async function listFiles(dir: string): Promise<readonly string[]> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(dir, { withFileTypes: true, recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** The .jsonata files that flows name; whether a flow may name them is judged when it is parsed. */
async function readMapFiles(dir: string, files: readonly SourceFile[]): Promise<readonly SourceFile[]> {
  const named = /\bmap["']?\s*:\s*(?:"([^"]+\.jsonata)"|'([^']+\.jsonata)'|([^\s"',}#]+\.jsonata))/g;
  const paths = files
    .filter(({ path }) => isFlowPath(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(named)].map((match) =>
        mapFilePath(path, present(match[1] ?? match[2] ?? match[3], 'the name of a mapping file')),
      ),
    );
  const read = [...new Set(paths)].map(async (path) => {
    try {
      return path === undefined ? [] : [await readSource(dir, path)];
    } catch {
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

async function readConnectors(
  dir: string,
  paths: readonly string[],
): Promise<Pick<SourceFolder, 'files' | 'code'>> {
  const files: SourceFile[] = [];
  const code = new Map<string, CodeConnector>();
  for (const path of paths) {
    const name = connectorOf(path);
    if (name === undefined) continue;
    if (path.endsWith('.yaml')) files.push(await readSource(dir, path));
    else {
      code.set(name, await importConnector(join(dir, path)));
      files.push({ path, text: await stampOf(dir, name, paths) });
    }
  }
  return { files, code };
}

async function importConnector(path: string): Promise<CodeConnector> {
  try {
    const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
    const connector = module.default ?? module.connector;
    if (!isConnector(connector)) return { problem: 'its default export is no Connector' };
    const { apiVersion = connectorApiVersion } = connector;
    if (apiVersion === connectorApiVersion) return { connector };
    const problem = `it is written for version ${apiVersion} of the connector API; this Tradelane has version ${connectorApiVersion}`;
    return { problem };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function isConnector(value: unknown): value is Connector {
  return (
    isJsonObject(value) &&
    typeof value.name === 'string' &&
    typeof value.open === 'function' &&
    isJsonObject(value.config) &&
    isJsonObject(value.resources)
  );
}

/** Code is not carried along in a plan's documents; this stands for it, and changes when the code does. */
async function stampOf(dir: string, name: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const own = paths.filter((path) => path.startsWith(`connectors/${name}/`) && isConnectorCode(path)).sort();
  for (const path of own) hash.update(`${path}\n`).update(await readFile(join(dir, path)));
  return `connector ${name}, code ${hash.digest('hex')}\n`;
}

// The simulator of a connector's system takes no part in a run.
function isConnectorCode(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path) && !path.includes('simulator');
}
