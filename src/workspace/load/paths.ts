import { shapeNames } from '../shape-names.ts';

export const connectionsPath = 'config/connections.yaml';
export const settingsPath = 'config/tradelane.yaml';

/** Is this a flow, and not the test of one? */
export function isFlowPath(path: string): boolean {
  return /^flows\/[^/]+\.yaml$/.test(path) && !path.endsWith('.test.yaml');
}

/** Is this the tests of a flow? */
export function isTestPath(path: string): boolean {
  return /^flows\/[^/]+\.test\.yaml$/.test(path);
}

/** Name of the connector that a file is the manifest or the code of; `undefined` for other files. */
export function connectorOf(path: string): string | undefined {
  return /^connectors\/([^/]+)\/(?:connector\.yaml|index\.(?:ts|js))$/.exec(path)?.[1];
}

/** Name of the entity that a file describes; `undefined` for other files, those of our own file kinds included. */
export function entityOf(path: string): string | undefined {
  const name = /^schemas\/([^/]+)\.schema\.json$/.exec(path)?.[1];
  return name !== undefined && (shapeNames as readonly string[]).includes(name) ? undefined : name;
}

/** Name of the lookup table that a file holds; `undefined` for other files. */
export function tableOf(path: string): string | undefined {
  return /^config\/tables\/([^/]+)\.(?:yaml|csv)$/.exec(path)?.[1];
}
