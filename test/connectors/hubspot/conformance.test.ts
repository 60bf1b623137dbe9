import hubspot from '../../../connectors/hubspot/simulator.ts';
import type { Subject } from '../../../src/conformance/conformance.ts';
import { describeConformance } from '../../../src/conformance/describe-conformance.ts';

const ada = { number: 'C1', type: 'person', name: 'Ada Lovelace', firstName: 'Ada', lastName: 'Lovelace' };

describeConformance('hubspot', {
  connector: new URL('../../../connectors/hubspot/connector.yaml', import.meta.url),
  simulator: hubspot,
  size: { contacts: 20, companies: 5, products: 10 },
  wrongConfig: { accessToken: 'wrong' },
  resources: {
    contacts: {
      count: 20,
      change: (subject) => change(subject, '/crm/v3/objects/contacts/251', 'email'),
      writes: [
        {
          operation: 'create',
          key: 'ada@example.com',
          value: { ...ada, email: 'Ada@example.com' },
          holds: { properties: { email: 'ada@example.com', firstname: 'Ada', lastname: 'Lovelace' } },
        },
        {
          operation: 'update',
          key: 'ada@example.com',
          value: { ...ada, email: 'ada@example.com', phone: '+44 20 555 1000' },
          holds: { properties: { phone: '+44 20 555 1000', lastname: 'Lovelace' } },
        },
        {
          operation: 'upsert',
          key: 'bob@example.com',
          value: { number: 'C2', type: 'company', name: 'Bob Trading', email: 'bob@example.com' },
          holds: { properties: { email: 'bob@example.com', company: 'Bob Trading' } },
        },
      ],
    },
    companies: { count: 5 },
    products: {
      count: 10,
      change: (subject) => change(subject, '/crm/v3/objects/products/101', 'hs_sku'),
      writes: [
        {
          operation: 'upsert',
          key: 'TL-10003',
          value: { sku: 'TL-10003', price: { amount: '99.90', currency: 'EUR' } },
          holds: { properties: { hs_sku: 'TL-10003', price: '99.90' } },
        },
      ],
    },
  },
});

/** Somebody edits a record in HubSpot. */
async function change({ running }: Subject, path: string, key: string): Promise<string> {
  const response = await fetch(running.url + path, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${running.config.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ properties: key === 'email' ? { phone: '1' } : { description: 'changed' } }),
  });
  const { properties } = (await response.json()) as { properties: Record<string, string> };
  return String(properties[key]);
}
