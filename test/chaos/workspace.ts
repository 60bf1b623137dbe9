import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Systems } from './processes/systems.ts';

/** How long a lease lasts here: what a killed process was at goes on after this. */
export const leaseMs = 2_000;
/** How long a create's answer is waited for. */
const timeoutMs = 3_000;
/** From its arrival to its commit, a create takes no longer than this: 10 s after it was given up. */
export const lateMs = timeoutMs + 10_000;
/** A process that is frozen stands still for three leases at most, and another takes over after one: it sends that late. */
const settle = `${(lateMs + 3 * leaseMs) / 1_000}s`;

/** The flows under test: every way of writing that the engine knows, each with a trace of the version it carries. */
export async function writeWorkspace(root: string, dir: string, systems: Systems): Promise<void> {
  await Promise.all(
    ['ordercloud', 'business-central', 'hubspot'].map((name) => copyConnector(root, dir, name)),
  );
  const files = { ...settings(), 'config/connections.yaml': JSON.stringify(connections(systems)), ...flows };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

/** The connectors as they ship, but for their patience: a system that hangs must not take half a minute to be missed. */
async function copyConnector(root: string, dir: string, name: string): Promise<void> {
  const target = join(dir, 'connectors', name);
  await mkdir(target, { recursive: true });
  const manifest = await readFile(join(root, 'connectors', name, 'connector.yaml'), 'utf8');
  await writeFile(join(target, 'connector.yaml'), manifest.replace(/^timeout: .*$/m, timeouts));
  await cp(join(root, 'connectors', name, 'README.md'), join(target, 'README.md'));
}

const timeout = `${timeoutMs / 1_000}s`;
const timeouts = `timeout: ${JSON.stringify({ read: timeout, find: timeout, create: timeout, update: timeout, upsert: timeout, delete: timeout })}`;

const settings = () => ({
  'config/tradelane.yaml': JSON.stringify({
    lease: `${leaseMs / 1_000}s`,
    shutdownTimeout: '5s',
    logLevel: 'info',
  }),
});

const connections = ({ shop, erp, archive, crm }: Systems) => ({
  connections: {
    commerce: { connector: 'ordercloud', config: { ...shop.config, customersOf: '!guests' } },
    erp: { connector: 'business-central', config: erp.config, limits: fast, settle },
    archive: { connector: 'business-central', config: archive.config, limits: fast, settle },
    crm: { connector: 'hubspot', config: crm.config, limits: fast, settle },
  },
});

/** A simulator has no limits of its own here. */
const fast = { requestsPerSecond: 1_000, concurrency: 6 };

/** Enough attempts that no fault of a system alone brings a record into the errors. */
const retry = 'retry: { attempts: 100, delay: 300ms, maxDelay: 3s }';
const every = (seconds: number) => `trigger: { schedule: { cron: "*/${seconds} * * * * *", catchup: 1m } }`;

const flows = {
  'flows/orders-to-erp.yaml': `flow: orders-to-erp
${every(2)}
source: { connection: commerce, resource: orders, as: order, lookback: 0s }
filter: status = "open"
set: { billTo.line2: updatedAt, extensions.customerId: '$xref("customer", customer.number)' }
requires: { xref: [customer] }
target: { connection: erp, resource: salesOrders, as: order, write: upsert }
delivery: { mode: every, batch: 10, lanes: 4 }
${retry}
`,
  'flows/orders-to-archive.yaml': `flow: orders-to-archive
${every(3)}
source: { connection: commerce, resource: orders, as: order, lookback: 0s }
filter: status = "open"
target: { connection: archive, resource: salesOrders, as: order, write: create }
delivery: { mode: every, batch: 10, lanes: 4 }
${retry}
`,
  'flows/customers-to-erp.yaml': `flow: customers-to-erp
${every(4)}
source: { connection: commerce, resource: customers, as: customer }
target: { connection: erp, resource: customers, as: customer, write: upsert }
delivery: { mode: every, batch: 20, lanes: 4 }
${retry}
`,
  'flows/customers-to-crm.yaml': `flow: customers-to-crm
${every(5)}
source: { connection: commerce, resource: customers, as: customer }
filter: $exists(email)
key: "$exists(email) ? $lowercase(email) : number"
set: { company: "$exists(taxNumber) ? taxNumber : 'DE0'" }
target: { connection: crm, resource: contacts, as: customer, write: upsert }
delivery: { mode: every, batch: 20, lanes: 2 }
${retry}
`,
  'flows/prices-to-commerce.yaml': `flow: prices-to-commerce
${every(2)}
source: { connection: erp, resource: prices, as: price, lookback: 0s }
filter: price.amount != "0.00"
target: { connection: commerce, resource: prices, as: price, write: upsert }
delivery: { mode: latest, batch: 20, lanes: 4 }
${retry}
`,
  'flows/stock-to-commerce.yaml': `flow: stock-to-commerce
${every(4)}
source: { connection: erp, resource: stock, as: stock }
target: { connection: commerce, resource: stock, as: stock, write: update }
delivery: { mode: latest, batch: 40, lanes: 2 }
${retry}
`,
};
