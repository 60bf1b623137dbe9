import type { Clock } from '../../../src/contract/connector.ts';
import type { Account, App } from './account.ts';
import { answerProblem } from './account.ts';
import { notAuthenticated, toThrottleBody } from './problem.ts';
import { createRateWindow } from './rate-window.ts';

export interface Limits {
  /** Per app; 0: no limit. HubSpot's: 100 for a free account, 190 or 250 for larger ones. */
  readonly requestsPerTenSeconds: number;
  /** Per account, only search; 0: no limit. HubSpot's: 5. */
  readonly searchesPerSecond: number;
}

/**
 * Authentication, then limits. Search has a limit of its own, is not counted in the other one and says nothing of
 * it in its headers (`x-hubspot-rate-limit-exemptions: ten-secondly` in the OpenAPI document).
 */
export function addGuards(app: App, account: Account, clock: Clock, limits: Limits): void {
  const general = createRateWindow(clock, limits.requestsPerTenSeconds, 10_000);
  const search = createRateWindow(clock, limits.searchesPerSecond, 1_000);
  app.addHook('onRequest', async ({ url, headers }, reply) => {
    if (headers.authorization !== `Bearer ${account.token}`) {
      const { status, body } = answerProblem(account, notAuthenticated);
      return reply.code(status).send(body);
    }
    const isSearch = url.split('?')[0]?.endsWith('/search') ?? false;
    const left = (isSearch ? search : general).take();
    if (!isSearch && limits.requestsPerTenSeconds > 0)
      reply.headers({
        'x-hubspot-ratelimit-interval-milliseconds': '10000',
        'x-hubspot-ratelimit-max': String(limits.requestsPerTenSeconds),
        'x-hubspot-ratelimit-remaining': String(left ?? 0),
        'x-hubspot-ratelimit-daily': '250000',
      });
    if (left !== undefined) return;
    const policy = isSearch ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING';
    return reply.code(429).send(toThrottleBody(policy, account.correlationId()));
  });
}
