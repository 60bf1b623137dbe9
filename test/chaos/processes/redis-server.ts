import { spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { until } from '../../support/until.ts';
import { freePort } from './free-port.ts';

export interface RedisServer {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Every job is gone. */
  flush(): Promise<void>;
}

/** A Redis that keeps nothing over a restart; `undefined` where the program is not installed. */
export async function createRedisServer(): Promise<RedisServer | undefined> {
  if (!(await isInstalled())) return undefined;
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ReturnType<typeof spawn> | undefined;
  const start = async () => {
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    server = spawn('redis-server', flags, { stdio: 'ignore', cwd: '/tmp' });
    await until(() => ask(url, (redis) => redis.ping()), { what: 'Redis' });
  };
  return {
    url,
    start,
    stop: async () => {
      const stopping = server;
      server = undefined;
      if (!stopping || stopping.exitCode !== null) return;
      const gone = new Promise((resolve) => stopping.on('exit', resolve));
      stopping.kill('SIGKILL');
      await gone;
    },
    flush: async () => {
      await ask(url, (redis) => redis.flushall());
    },
  };
}

async function isInstalled(): Promise<boolean> {
  const child = spawn('redis-server', ['--version'], { stdio: 'ignore' });
  return await new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
