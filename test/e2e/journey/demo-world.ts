import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import businessCentral from '../../../connectors/business-central/simulator.ts';
import hubspot from '../../../connectors/hubspot/simulator.ts';
import ordercloud from '../../../connectors/ordercloud/simulator.ts';
import { writeDemoWorkspace } from '../../../src/app/demo/demo-workspace.ts';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/start-simulator.ts';
import { callCli } from '../../support/call-cli.ts';
import type { CliResult } from '../../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const packageDir = fileURLToPath(new URL('../../..', import.meta.url));

/** The workspace of the demo over its shop, ERP and CRM, in this process. */
export interface DemoWorld extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly erp: RunningSimulator;
  run(...args: readonly string[]): Promise<CliResult>;
}

export async function createDemoWorld(): Promise<DemoWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-journey-'));
  const [database, shop, erp, crm] = await Promise.all([
    createTestDatabase(),
    startSimulator(ordercloud, { size: { orders: 40, customers: 130, products: 60 } }),
    startSimulator(businessCentral, { size: { items: 60 } }),
    startSimulator(hubspot),
  ]);
  const env = { DATABASE_URL: database.url, COMMERCE_URL: shop.url, ERP_URL: erp.url, CRM_URL: crm.url };
  await writeDemoWorkspace({ packageDir }, dir, {
    COMMERCE_URL: shop.url,
    ERP_URL: erp.url,
    CRM_URL: crm.url,
  });
  const path = join(dir, 'flows/orders-to-erp.yaml');
  await writeFile(path, `${await readFile(path, 'utf8')}retry: { delay: 50ms }\n`);
  return {
    ...{ database, erp },
    run: (...args) => callCli(args, { cwd: dir, env }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([shop, erp, crm].map((each) => each.close()));
      await database[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
