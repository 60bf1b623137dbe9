import { createRandom, deriveSeed } from '../../src/simulator/random.ts';
import type { SimulatedSystem, Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { addRoutes, errorBody } from './simulator/add-routes.ts';
import { createCompany } from './simulator/erp/company.ts';
import { advanceCompany, seedCompany } from './simulator/erp/seed-company.ts';
import { createLimits } from './simulator/limits.ts';
import { createSignIn } from './simulator/sign-in.ts';

const credentials = { clientId: 'tradelane', clientSecret: 'simulated-secret' };
const tenant = 'contoso.example';

/** Business Central's API v2.0: one company, its customers, items and sales orders. */
const businessCentral: Simulator = {
  name: 'business-central',
  summary: 'Microsoft Dynamics 365 Business Central, API v2.0: customers, items, sales orders with lines.',
  notModelled: [
    'Every resource but companies, customers, items, salesOrders and salesOrderLines; $metadata; webhook subscriptions.',
    'Price lists, stock by location and delta links: the real API v2.0 has none either.',
    'Permissions: whoever signs in may do everything.',
    'Posting to ledgers: shipAndInvoice removes the order and lowers the stock, nothing else.',
    'Tax groups, currencies other than as codes, payment terms, shipment methods, dimensions: one tax rate of 19 %, added to prices.',
    "Units other than an item's base unit; lines other than items, comments and the accounts 8400, 8450, 8460.",
    'A bill-to customer other than the sell-to customer; price and discount agreements.',
    '$expand other than salesOrderLines on salesOrders; filter functions other than contains, startswith and endswith.',
    'Isolation: snapshot on $batch: every operation is a transaction of its own.',
    'Status and words of the refusal of a deep PATCH, which the vendor does not document: 400 here.',
    'Operational limits, unless the sizes concurrent, queue and requestsPer5Minutes are set; timeouts after 8 minutes.',
  ],
  defaultSize: { customers: 0, items: 2000, concurrent: 0, queue: 95, requestsPer5Minutes: 0 },
  create: createSystem,
};

export default businessCentral;

function createSystem({ seed, size, clock, effects }: SimulatorOptions): SimulatedSystem {
  const randomOf = (purpose: string) => createRandom(deriveSeed(seed, purpose, 0));
  const company = createCompany({ clock, effects, random: randomOf('business-central ids') });
  const business = randomOf('business-central business');
  const signIn = createSignIn(credentials, clock, company.newGuid);
  const limits = createLimits(
    {
      concurrent: size['concurrent'] ?? 0,
      queue: size['queue'] ?? 0,
      requestsPer5Minutes: size['requestsPer5Minutes'] ?? 0,
    },
    clock,
  );
  seedCompany(company, seed, size);
  return {
    routes: (app) => addRoutes(app, { company, signIn, limits }),
    advance: () => advanceCompany(company, business),
    config: (url) => ({
      baseUrl: `${url}/v2.0/${tenant}/production/api/v2.0`,
      company: company.id,
      tokenUrl: `${url}/${tenant}/oauth2/v2.0/token`,
      ...credentials,
      shippingAccount: '8450',
      feesAccount: '8460',
    }),
    errorBody: (status) => errorBody(injected(status), company.newGuid()),
    counts: () => ({
      customers: company.customers.size(),
      items: company.items.size(),
      salesOrders: company.salesOrders.size(),
      salesOrderLines: company.salesOrderLines.size(),
    }),
  };
}

function injected(status: number): { readonly code: string; readonly message: string } {
  return status === 429
    ? {
        code: 'Application_TooManyRequests',
        message: 'Too many requests reached. Actual (101). Maximum (100).',
      }
    : { code: 'Unknown', message: 'The service is temporarily unavailable.' };
}
