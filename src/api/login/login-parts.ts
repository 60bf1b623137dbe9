import type { FastifyRequest } from 'fastify';
import type { LoginPlace } from '../../app/access/sessions/sessions.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import type { Logger } from '../../observe/logger.ts';
import type { AccessSettings } from '../../workspace/parts/access-settings.ts';
import type { Env } from '../../workspace/workspace.ts';
import { browserOf, sessionSecretOf } from './cookies.ts';

/** What people come in by. */
export interface LoginParts {
  readonly open: OpenDatabase;
  /** As they are now: an edited file takes effect at once. */
  readonly access: () => AccessSettings;
  /** How browsers reach this: scheme, host and port. */
  readonly site: () => string;
  /** Where the provider's secret comes from. */
  readonly env: Env;
  readonly log: Logger;
  /** From one address: what is sent here may cost the hash of a password. */
  readonly loginsPerMinute: number;
}

export function loginPlaceOf(request: FastifyRequest, site: string): LoginPlace {
  return {
    address: request.ip,
    client: request.headers['user-agent'],
    session: sessionSecretOf(request, site),
    browser: browserOf(request, site),
  };
}
