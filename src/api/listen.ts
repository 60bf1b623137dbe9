import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Fault } from '../contract/fault.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Returns the URL. Throws a Fault TL_ARGUMENT_INVALID where it cannot listen there; `instead`: what to do then. */
export async function listenAt(
  server: FastifyInstance,
  { host, port }: ListenAddress,
  instead: string,
): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (thrown) {
    const name = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    throw cannotListen(name, thrown as NodeJS.ErrnoException, instead);
  }
  const { address, family, port: taken } = server.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

/** Throws a Fault TL_ARGUMENT_INVALID for what is no address to listen at. */
export function parseListen(text: string): ListenAddress {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `the address to listen at must be HOST:PORT such as 127.0.0.1:7400, got "${text}"`,
  );
}

function cannotListen(name: string, { code, message }: NodeJS.ErrnoException, instead: string): Fault {
  const why =
    code === 'EADDRINUSE'
      ? `is taken by another process: ${instead}`
      : code === 'EACCES'
        ? 'is not for this account: ports below 1024 need rights'
        : `cannot be listened at: ${message}`;
  return new Fault('TL_ARGUMENT_INVALID', `${name} ${why}`);
}
