import { Agent } from 'node:http';
import axios from 'axios';
import { Pool } from 'undici';
import { concurrency } from '../workloads.ts';

/** How a script speaks HTTP: each library as its documentation has it, with sockets kept alive. Neither keeps anything. */
export interface Client {
  get(path: string): Promise<unknown>;
  send(method: 'POST' | 'PUT', path: string, body: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export type ClientName = 'undici' | 'axios';

export const openClient = { undici: openUndici, axios: openAxios } as const;

/** The strongest there is for Node: no interceptors, no redirects, nothing between the text and the socket. */
function openUndici(url: string): Client {
  const pool = new Pool(url, { connections: concurrency, pipelining: 1 });
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const read = async (
    path: string,
    { statusCode, body }: Awaited<ReturnType<Pool['request']>>,
  ): Promise<unknown> => {
    if (statusCode >= 300) throw new Error(`${path} answered ${statusCode}`);
    return await body.json();
  };
  return {
    get: async (path) => read(path, await pool.request({ method: 'GET', path, headers })),
    send: async (method, path, body) =>
      read(path, await pool.request({ method, path, headers, body: JSON.stringify(body) })),
    close: () => pool.close(),
  };
}

/** As most people have it: over node:http. */
function openAxios(url: string): Client {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const client = axios.create({ baseURL: url, httpAgent });
  return {
    get: async (path) => (await client.get<unknown>(path)).data,
    send: async (method, path, data) => (await client.request<unknown>({ method, url: path, data })).data,
    close: async () => httpAgent.destroy(),
  };
}
