import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../contract/json.ts';
import type { Endpoint } from './endpoint.ts';

/** `listErrors` → `list-errors`, the name of its input's schema. */
export function inputName({ id }: Pick<Endpoint, 'id'>): string {
  return id.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Schemas by name: of what endpoints are given, and of what they answer. */
export interface EndpointSchemas {
  readonly inputs: ReadonlyMap<string, JsonObject>;
  readonly answers: ReadonlyMap<string, JsonObject>;
}

export function readEndpointSchemas(packageDir: string): EndpointSchemas {
  return {
    inputs: readFolder(join(packageDir, 'schemas', 'input')),
    answers: readFolder(join(packageDir, 'schemas', 'output')),
  };
}

const ending = '.schema.json';

function readFolder(folder: string): ReadonlyMap<string, JsonObject> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  return new Map(
    files.map((file) => [
      file.slice(0, -ending.length),
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject,
    ]),
  );
}

/** Names of the members that stand in the path: `/errors/{error}` has `error`. */
export function pathMembers({ path }: Pick<Endpoint, 'path'>): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

/** Where the members come from that are not in the path. */
export function restOf({ method }: Pick<Endpoint, 'method'>): 'query' | 'body' {
  return method === 'GET' || method === 'DELETE' ? 'query' : 'body';
}
