import type { Clock } from '../../src/contract/connector.ts';
import { createRandom } from '../../src/simulator/random.ts';
import type { SimulatedSystem, Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world.ts';
import type { Account } from './simulator/account.ts';
import { type Crm, createCrm } from './simulator/crm.ts';
import { addGuards } from './simulator/guard.ts';
import { toErrorBody, toThrottleBody } from './simulator/problem.ts';
import { addRoutes } from './simulator/routes.ts';
import { createSearchIndex } from './simulator/search/search-index.ts';
import { advanceCrm, seedCrm } from './simulator/seed.ts';

/** `0` means none (records) or off (limits, lag); a real account has 100 requests per 10 s and 5 searches per s. */
const defaultSize = {
  contacts: 0,
  companies: 0,
  products: 0,
  requestsPerTenSeconds: 0,
  searchesPerSecond: 0,
  searchLagMs: 0,
};

const simulator: Simulator = {
  name: 'hubspot',
  summary: 'A HubSpot account: CRM objects with batch, search and their limits; empty unless a size is given',
  defaultSize,
  notModelled: [
    'Numbers of more digits than a double holds: they are kept as texts, or refused.',
    'OAuth: the one access token is fixed and never expires; scopes are not checked.',
    'Associations are taken when an object is created and then forgotten.',
    'Pipelines, owners, lists, engagements, files, quotes, deals and line items.',
    'Webhooks, the webhooks journal and merging of records (a merged contact changes its id).',
    'Secondary e-mail addresses of a contact.',
    'Values of enumerations: every text is taken. Country is free text, as in HubSpot.',
    'The daily limit, and 423 and 477.',
    'Property history and calculated properties.',
  ],
  create: createAccount,
};

export default simulator;

function createAccount({ seed, size, clock, effects }: SimulatorOptions): SimulatedSystem {
  const { contacts = 0, companies = 0, products = 0 } = size;
  const seeded = { contacts, companies, products };
  let toSeed = seeded.contacts + seeded.companies + seeded.products;
  // What an account starts with came into it one minute after the other, and has been there for a while.
  const calendar: Clock = { now: () => clock.now() - toSeed * 60_000 };
  const index = createSearchIndex(calendar, size.searchLagMs ?? 0);
  const random = createRandom(seed);
  let byClient = false;
  const crm = createCrm({
    clock: calendar,
    changed: (table, record, action) => {
      index.note(table, record);
      toSeed = Math.max(0, toSeed - 1);
      if (!byClient) return;
      const key = record.properties.get(table.type.key) ?? record.id;
      const version = String(record.updatedAt);
      effects.append({ system: 'hubspot', resource: table.type.name, key, action, version });
    },
  });
  seedCrm(crm, createWorld(seed), seeded);
  byClient = true;
  const correlationId = countCorrelations();
  const account: Account = { crm, index, clock, token: 'hubspot-simulator-token', correlationId };
  const { requestsPerTenSeconds = 0, searchesPerSecond = 0 } = size;
  return {
    routes: (app) => {
      addGuards(app, account, clock, { requestsPerTenSeconds, searchesPerSecond });
      addRoutes(app, account);
    },
    advance: () => {
      byClient = false;
      advanceCrm(crm, random);
      byClient = true;
    },
    config: (url) => ({ baseUrl: url, accessToken: account.token }),
    errorBody: (status) =>
      status === 429
        ? toThrottleBody('TEN_SECONDLY_ROLLING', account.correlationId())
        : toErrorBody(
            { status, category: 'SERVICE_UNAVAILABLE', message: 'Service unavailable' },
            account.correlationId(),
          ),
    counts: () => countLive(crm),
  };
}

function countLive(crm: Crm): Record<string, number> {
  return Object.fromEntries(
    crm.tables().map(({ type, records }) => {
      const live = [...records.values()].filter(({ archivedAt }) => archivedAt === undefined);
      return [type.name, live.length];
    }),
  );
}

/** Ids in the form of a UUID, but counted: the same run gives the same ids. */
function countCorrelations(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  };
}
