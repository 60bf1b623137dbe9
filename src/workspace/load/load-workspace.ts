import { accessSync, constants } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SourceFile } from '../text/source-file.ts';
import type { Env, Workspace } from '../workspace.ts';
import { loadBuiltin } from './load-builtin.ts';
import { parseWorkspace } from './parse-workspace.ts';
import { readSources } from './read-files.ts';

export interface LoadOptions {
  readonly env: Env;
  /** The package's root: it holds the built-in `connectors/` and `schemas/`. */
  readonly builtinDir: string;
}

/** A workspace that was read from a folder, and what it takes to read other documents over the same package. */
export interface LoadedWorkspace {
  readonly workspace: Workspace;
  /** The workspace that `planDocuments` of another process, or of another day, were taken from. */
  parse(documents: readonly SourceFile[]): Workspace;
}

/** Reads a workspace folder, with the package's own connectors and schemas beneath it, and checks everything. */
export async function loadWorkspace(dir: string, options: LoadOptions): Promise<Workspace> {
  return (await openWorkspace(dir, options)).workspace;
}

export async function openWorkspace(dir: string, options: LoadOptions): Promise<LoadedWorkspace> {
  const [own, packaged] = await Promise.all([toRealPath(dir), toRealPath(options.builtinDir)]);
  const builtinFolder = await readSources(packaged);
  const builtin = await loadBuiltin(builtinFolder);
  const folder = own === packaged ? withoutEndpoints(builtinFolder) : await readSources(own);
  const parsing = { dir: own, env: options.env, builtin, code: folder.code, fileExists };
  return {
    workspace: parseWorkspace(folder.files, { ...parsing, strays: folder.strays }),
    parse: (documents) => parseWorkspace(documents, parsing),
  };
}

/** What is asked and answered has schemas beside those of the package: they are nothing that a workspace reads. */
function withoutEndpoints<Folder extends { readonly strays: readonly string[] }>(folder: Folder): Folder {
  return { ...folder, strays: folder.strays.filter((path) => !/^schemas\/(input|output)\//.test(path)) };
}

async function toRealPath(dir: string): Promise<string> {
  try {
    return await realpath(dir);
  } catch {
    return resolve(dir);
  }
}

function fileExists(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
