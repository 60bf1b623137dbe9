import type { Effect, Evidence, FlowEvidence, RunRow, State } from './checker.ts';
import { loadSteps } from './history-steps.ts';
import type { PostgresServer } from './processes/postgres-server.ts';
import type { Json, System, Systems } from './processes/systems.ts';

/**
 * Asks both sides, and the engine's own records of errors, runs and what became of records, for what the checker wants to
 * know. @param isTold - is all that was done in history?
 */
export async function gatherEvidence(
  systems: Systems,
  postgres: PostgresServer,
  { isTold }: { readonly isTold: boolean },
): Promise<Evidence> {
  const errors = await postgres.query<{ flow: string; key: string }>(
    `select flow, key from tradelane.errors
     where state in ('open', 'replaying') and key is not null and code = any($1)
     union all
     select held.flow, held.key from tradelane.held join tradelane.awaited_xrefs as awaited on held_id = held.id
     join tradelane.errors on errors.flow = 'customers-to-erp' and errors.key = awaited.key
     where errors.state in ('open', 'replaying') and errors.code = any($1)`,
    [refusals],
  );
  const inErrors = (flow: string) => new Set(errors.filter((e) => e.flow === flow).map(({ key }) => key));
  const flows = await Promise.all([
    orders(systems),
    archivedOrders(systems),
    customers(systems),
    contacts(systems),
    prices(systems),
    stock(systems),
  ]);
  const steps = isTold ? await loadSteps(postgres, versionsOf) : undefined;
  return {
    flows: flows.map((flow) => ({
      ...flow,
      inErrors: inErrors(flow.flow),
      ...(steps && { steps: steps.get(flow.flow) ?? [] }),
    })),
    runs: await loadRuns(postgres),
  };
}

/** What the record itself is to blame for, or the customer it waits for. Whatever else is among the errors is lost. */
const refusals = ['TL_VALIDATE_ENTITY', 'TL_VALIDATE_PAYLOAD', 'TL_TARGET_REJECTED'];

type Sides = Omit<FlowEvidence, 'inErrors' | 'steps'>;

/** What effects show as their version, of the records that they were made of. */
const versionsOf: Readonly<Record<string, (native: Json) => State>> = {
  'orders-to-erp': ({ LastUpdated }) => ({ version: Date.parse(LastUpdated) }),
  'customers-to-erp': ({ xp }) => counterOf(xp?.taxNumber),
  'customers-to-crm': ({ xp }) => counterOf(xp?.taxNumber),
  'prices-to-commerce': ({ unitPrice }) => ({ version: unitPrice }),
};

async function orders({ shop, erp }: Systems): Promise<Sides> {
  const open = (await listShop(shop, '/orders/Incoming', 'ID')).filter(({ Status }) => Status === 'Open');
  const there = await listErp(erp, '/salesOrders');
  return {
    flow: 'orders-to-erp',
    wanted: new Map(open.map(({ ID, LastUpdated }) => [ID, { version: Date.parse(LastUpdated) }])),
    effects: await effectsOf(erp, 'salesOrders', timeOf),
    held: there.map((order) => ({
      key: order.externalDocumentNumber,
      ...versionOf(timeOf(order.sellToAddressLine2)),
    })),
  };
}

/** Each order once, as it was when it came: what became of it later is of no interest there. */
async function archivedOrders({ shop, archive }: Systems): Promise<Sides> {
  const open = (await listShop(shop, '/orders/Incoming', 'ID')).filter(({ Status }) => Status === 'Open');
  const there = await listErp(archive, '/salesOrders');
  return {
    flow: 'orders-to-archive',
    wanted: new Map(open.map(({ ID }) => [ID, {}])),
    effects: await effectsOf(archive, 'salesOrders', () => undefined),
    held: there.map((order) => ({ key: order.externalDocumentNumber })),
  };
}

async function customers({ shop, erp }: Systems): Promise<Sides> {
  const users = await listShop(shop, '/buyerusers?CompanyID=!guests', 'Username');
  const there = await listErp(erp, '/customers');
  return {
    flow: 'customers-to-erp',
    wanted: new Map(
      users.map(({ Username, xp, Phone }) => [Username, { ...counterOf(xp?.taxNumber), content: Phone }]),
    ),
    effects: await effectsOf(erp, 'customers', (mark) => counterOf(mark).version),
    held: there.map(({ number, taxRegistrationNumber, phoneNumber }) => ({
      key: number,
      ...counterOf(taxRegistrationNumber),
      content: phoneNumber,
    })),
  };
}

async function contacts({ shop, crm }: Systems): Promise<Sides> {
  const users = await listShop(shop, '/buyerusers?CompanyID=!guests', 'Username');
  const there: Json[] = [];
  for (let after = '0'; after; ) {
    const page = await crm.call(
      'GET',
      `/crm/v3/objects/contacts?limit=100&properties=email,company&after=${after}`,
    );
    there.push(...page.results);
    after = page.paging?.next?.after;
  }
  return {
    flow: 'customers-to-crm',
    wanted: new Map(
      users.flatMap(({ Email, xp }) => (Email ? [[Email.toLowerCase(), counterOf(xp?.taxNumber)]] : [])),
    ),
    effects: await effectsOf(crm, 'contacts', (mark) => counterOf(mark).version),
    held: there.map(({ properties }) => ({ key: properties.email, ...counterOf(properties.company) })),
  };
}

/** Prices only ever rise here, so the price is its own version. */
async function prices({ shop, erp }: Systems): Promise<Sides> {
  const items = (await listErp(erp, '/items')).filter(({ unitPrice }) => unitPrice !== 0);
  const there = await listShop(shop, '/priceschedules', 'ID');
  return {
    flow: 'prices-to-commerce',
    wanted: new Map(items.map(({ number, unitPrice }) => [number, { version: unitPrice }])),
    effects: await effectsOf(shop, 'priceschedules', Number),
    held: there.map(({ ID, PriceBreaks }) => ({ key: ID, version: PriceBreaks[0]?.Price })),
  };
}

async function stock({ shop, erp }: Systems): Promise<Sides> {
  const items = await listErp(erp, '/items');
  const there = await listShop(shop, '/products', 'ID');
  return {
    flow: 'stock-to-commerce',
    wanted: new Map(items.map(({ number, inventory }) => [number, { content: String(inventory) }])),
    effects: await effectsOf(shop, 'products', () => undefined),
    held: there.map(({ ID, Inventory }) => ({ key: ID, content: String(Inventory?.QuantityAvailable) })),
  };
}

async function loadRuns(postgres: PostgresServer): Promise<readonly RunRow[]> {
  const rows = await postgres.query<Record<string, number> & { id: number; flow: string }>(`
    select id::int, flow, read::int, delivered::int, unchanged::int, filtered::int, superseded::int, blocked::int,
           failed::int, ((select coalesce(sum(records), 0) from tradelane.batches where run_id = runs.id)
             + (select count(*) from tradelane.held where run_id = runs.id and blocked_at is null))::int as pending
    from tradelane.runs order by id`);
  return rows.map(({ id, flow, read = 0, ...outcomes }) => ({ id, flow, read, outcomes }));
}

async function effectsOf(
  system: System,
  resource: string,
  toVersion: (mark: string) => number | undefined,
): Promise<readonly Effect[]> {
  const { effects }: Json = await system.control('effects');
  return effects
    .filter((effect: Json) => effect.resource === resource)
    .map(({ key, action, mark }: Json) => ({
      key,
      action,
      ...versionOf(mark === undefined ? undefined : toVersion(mark)),
    }));
}

async function listShop(shop: System, path: string, key: string): Promise<readonly Json[]> {
  const all: Json[] = [];
  for (let last = ''; ; ) {
    const from = last === '' ? '' : `&${key}=${encodeURIComponent(`>${last}`)}`;
    const separator = path.includes('?') ? '&' : '?';
    const { Items } = await shop.call('GET', `${path}${separator}pageSize=100&sortBy=${key}${from}`);
    all.push(...Items);
    if (Items.length < 100) return all;
    last = Items.at(-1)[key];
  }
}

async function listErp(erp: System, path: string): Promise<readonly Json[]> {
  const all: Json[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Json = await erp.call('GET', next);
    all.push(...page.value);
    next = page['@odata.nextLink'];
  }
  return all;
}

function timeOf(text: string): number | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** DE17 → 17; nothing yet counts as 0. */
function counterOf(text: string | undefined): State & { readonly version: number } {
  return { version: Number(/^DE(\d+)$/.exec(text ?? '')?.[1] ?? 0) };
}

function versionOf(version: number | undefined): State {
  return version === undefined ? {} : { version };
}
