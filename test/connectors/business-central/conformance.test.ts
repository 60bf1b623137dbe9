import businessCentral from '../../../connectors/business-central/simulator.ts';
import type { Subject } from '../../../src/conformance/conformance.ts';
import { describeConformance } from '../../../src/conformance/describe-conformance.ts';
import { neverAborted, resourceOf } from '../../../src/conformance/subject.ts';
import { requestToken, send } from './erp.ts';

const customer = {
  number: 'C20001',
  type: 'company',
  company: 'Elm Trading',
  email: 'office@example.com',
  addresses: [{ use: 'billing', line1: 'Ringstrasse 1', city: 'Berlin', country: 'DE' }],
};

// Sales orders are written in sales-orders.test.ts: the ERP does not guard their external number, so that a second
// create is no duplicate to it, as the suite expects of a system.
describeConformance('business-central', {
  connector: new URL('../../../connectors/business-central/connector.yaml', import.meta.url),
  simulator: businessCentral,
  size: { items: 700, customers: 40 },
  wrongConfig: { clientSecret: 'wrong' },
  resources: {
    salesOrders: { count: 0 },
    customers: {
      count: 40,
      change: (subject) => change(subject, 'customers', 'C10007', { phoneNumber: '+49 30 555 0000' }),
      writes: [
        {
          operation: 'create',
          key: 'C20001',
          value: customer,
          holds: { displayName: 'Elm Trading', city: 'Berlin' },
        },
        {
          operation: 'update',
          key: 'C20001',
          value: { ...customer, company: 'Elm Retail' },
          holds: { displayName: 'Elm Retail', email: 'office@example.com' },
        },
        {
          operation: 'create',
          key: 'C20002',
          value: { ...customer, number: 'C20002' },
          holds: { number: 'C20002' },
          replyLost: true,
        },
      ],
    },
    items: { count: 700 },
    prices: { count: 700, change: (subject) => change(subject, 'items', 'TL-10005', { unitPrice: 1.5 }) },
    stock: { count: 700 },
  },
});

/** Somebody in the ERP edits a record. */
async function change(
  { running, connection }: Subject,
  set: string,
  key: string,
  values: object,
): Promise<string> {
  const [found] = (await resourceOf(connection, set).find?.([key], neverAborted())) ?? [];
  const { body } = await requestToken(running, {});
  const url = `${running.config['baseUrl']}/companies(${running.config['company']})/${set}(${found?.id})`;
  const headers = {
    authorization: `Bearer ${body.access_token}`,
    'content-type': 'application/json',
    'if-match': '*',
  };
  await send('PATCH', url, headers, JSON.stringify(values));
  return key;
}
