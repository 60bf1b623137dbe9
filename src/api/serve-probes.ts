import type { Logger } from '../observe/logger.ts';
import { createServer } from './create-api.ts';
import { listenAt, parseListen } from './listen.ts';
import { addProbes, isLoopback, type ProbeParts } from './probes.ts';

export interface ServeProbesParts extends Omit<ProbeParts, 'isOwnMachine'> {
  /** `HOST:PORT`; port 0: any that is free. */
  readonly listen: string;
  readonly log: Logger;
}

export interface ServedProbes {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves figures and health alone, for processes without the API, or beside it. At an address of the machine itself the
 * figures are for anybody there. Throws a Fault TL_ARGUMENT_INVALID where it cannot listen.
 */
export async function serveProbes({ listen, log, ...parts }: ServeProbesParts): Promise<ServedProbes> {
  const address = parseListen(listen);
  const server = createServer({ maxBodyBytes: 1_000, log, trustedProxies: [] });
  addProbes(server, { ...parts, isOwnMachine: isLoopback(address.host) });
  const url = await listenAt(server, address, 'name another one with --metrics');
  return { url, close: () => server.close() };
}
