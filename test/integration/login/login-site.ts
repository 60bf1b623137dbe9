import { createAuthentication, createRecheck } from '../../../src/api/authenticate.ts';
import { createApi } from '../../../src/api/create-api.ts';
import { createDraining } from '../../../src/api/draining.ts';
import { createLooks, servedLooks } from '../../../src/app/plan/looks.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import type { AccessSettings } from '../../../src/workspace/parts/access-settings.ts';
import { toSettings } from '../../../src/workspace/parts/settings.ts';
import type { SharedDatabase } from '../../support/database.ts';
import { packageDir } from '../../support/servers/api.ts';
import { openForAccess, type TestClock } from '../access/open-access.ts';

export interface LoginSite {
  readonly url: string;
  /** What has been logged, as text. */
  log(): string;
  close(): Promise<void>;
}

export interface SiteWish {
  readonly database: SharedDatabase;
  readonly clock: TestClock;
  readonly access: AccessSettings;
  readonly env?: Readonly<Record<string, string>>;
  readonly loginsPerMinute?: number;
}

/** The API with its pages for logging in, at a port of its own, without an engine. */
export async function startLoginSite({
  database,
  clock,
  access,
  env = {},
  loginsPerMinute = 10_000,
}: SiteWish): Promise<LoginSite> {
  const stop = new AbortController().signal;
  const lines: string[] = [];
  const logTo = { write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream;
  const log = createLogger('debug', logTo);
  const settings = { ...toSettings(undefined), access };
  const own = openForAccess(database, clock);
  const open = { ...own, db: database.db, findWorkspace: async () => ({ settings }) as never };
  const around = { env, clock, random: Math.random, packageDir, stop, logTo };
  let url = '';
  const login = {
    open,
    access: () => access,
    site: () => access.publicUrl ?? url,
    env,
    log,
    loginsPerMinute,
  };
  const looks = createLooks({ ...servedLooks, stop });
  const server = createApi({
    authenticate: createAuthentication(login),
    login,
    live: {
      views: {
        lookOn: async () => {
          throw new Error('nobody looks on in this test');
        },
        close: async () => {},
      },
      recheck: createRecheck(login),
      stop,
    },
    deskFor: (caller) => ({
      caller,
      open,
      around,
      dir: packageDir,
      looks,
      useEngine: async () => {
        throw new Error('there is no engine in this test');
      },
    }),
    idempotency: open,
    packageDir,
    version: '0.0.0',
    log,
    maxBodyBytes: 100_000,
    requestsPerMinute: 10_000,
    probes: {
      life: async () => ({ ok: true }) as never,
      readiness: async () => ({ ok: true }) as never,
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
    } as never,
    draining: createDraining(stop),
  });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url, log: () => lines.join(''), close: () => server.close() };
}
