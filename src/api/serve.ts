import type { AddressInfo } from 'node:net';
import type { Runtime } from '../app/engine/runtime.ts';
import { databaseOf } from '../app/open/open-database.ts';
import type { Surroundings } from '../app/surroundings.ts';
import { Fault } from '../contract/fault.ts';
import type { Logger } from '../observe/logger.ts';
import { createAuthentication } from './authenticate.ts';
import { createApi } from './create-api.ts';

export interface ServeParts {
  readonly runtime: Runtime;
  /** The workspace's folder. */
  readonly dir: string;
  /** `HOST:PORT`, or `[IPv6]:PORT`; port 0: any that is free. */
  readonly listen: string;
  readonly version: string;
  readonly log: Logger;
}

export interface Served {
  /** `http://127.0.0.1:7400` */
  readonly url: string;
  /** Takes no new requests, and lets those under way come to their end. */
  close(): Promise<void>;
}

/** Serves the API of an engine. Throws a Fault TL_ARGUMENT_INVALID where it cannot listen there. */
export async function serve(
  around: Surroundings,
  { runtime, dir, listen, version, log }: ServeParts,
): Promise<Served> {
  const { host, port } = parseListen(listen);
  const open = databaseOf(runtime);
  const server = createApi({
    authenticate: createAuthentication(open),
    deskFor: (caller) => ({ caller, open, around, dir, useEngine: (use) => use(runtime) }),
    idempotency: open,
    packageDir: around.packageDir,
    version,
    log,
    maxBodyBytes: 10_000_000,
    requestsPerMinute: runtime.plans.workspace().settings.requestsPerMinute,
  });
  try {
    await server.listen({ host, port });
  } catch (thrown) {
    throw cannotListen(listen, thrown as NodeJS.ErrnoException);
  }
  const { address, family, port: taken } = server.server.address() as AddressInfo;
  const name = family === 'IPv6' ? `[${address}]` : address;
  return { url: `http://${name}:${taken}`, close: () => server.close() };
}

/** Throws a Fault TL_ARGUMENT_INVALID for what is no address to listen at. */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `the address to listen at must be HOST:PORT such as 127.0.0.1:7400, got "${text}"`,
  );
}

function cannotListen(listen: string, { code, message }: NodeJS.ErrnoException): Fault {
  const why =
    code === 'EADDRINUSE'
      ? 'is taken by another process: name another one with --listen, or leave the role api out with --role'
      : code === 'EACCES'
        ? 'is not for this account: ports below 1024 need rights'
        : `cannot be listened at: ${message}`;
  return new Fault('TL_ARGUMENT_INVALID', `${listen} ${why}`);
}
