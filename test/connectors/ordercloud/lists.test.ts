import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OrderCloud, startOrderCloud } from './client.ts';

let cloud: OrderCloud;
beforeAll(async () => {
  cloud = await startOrderCloud();
});
afterAll(() => cloud.close());

async function ids(path: string): Promise<string[]> {
  const { status, body } = await cloud.call('GET', path);
  expect([path, status]).toEqual([path, 200]);
  return body.Items.map((item: { ID: string }) => item.ID);
}

describe('a list of the OrderCloud simulator', () => {
  it('holds 20 objects a page unless told otherwise, and says where it stands', async () => {
    const { body } = await cloud.call('GET', '/v1/orders/Incoming?sortBy=ID&page=3');
    expect(body.Meta).toEqual({
      Page: 3,
      PageSize: 20,
      TotalCount: 60,
      TotalPages: 3,
      ItemRange: [41, 60],
      NextPageKey: null,
    });
    expect(body.Items).toHaveLength(20);
    const empty = await cloud.call('GET', '/v1/products?ID=none');
    expect(empty.body.Meta).toMatchObject({ TotalCount: 0, TotalPages: 0, ItemRange: [1, 0] });
  });

  it.each([
    ['pageSize=101', 'List.InvalidPageSize'],
    ['pageSize=0', 'List.InvalidPageSize'],
    ['page=31', 'Search.InvalidQuery'],
    ['Colour=red', 'List.InvalidProperty'],
    ['sortBy=Comments', 'List.InvalidSortProperty'],
    ['LastUpdated=yesterday', 'List.InvalidType'],
    // A plus that nobody has encoded is a space.
    ['LastUpdated=>2026-01-01T00:00:00.000+00:00', 'List.InvalidType'],
    ['Status=Open|Unsubmitted', 'Order.CannotMixSubmittedAndUnsubmitted'],
  ])('refuses %s with %s', async (query, code) => {
    const { status, body } = await cloud.call('GET', `/v1/orders/Incoming?${query}`);
    expect([status, body.Errors[0].ErrorCode]).toEqual([400, code]);
  });

  it('is read to its end by the last ID', async () => {
    const seen: string[] = [];
    for (let page = await ids('/v1/products?sortBy=ID&pageSize=9'); page.length > 0; ) {
      seen.push(...page);
      page = await ids(`/v1/products?sortBy=ID&pageSize=9&ID=>${seen.at(-1)}`);
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => `TL-${10_001 + index}`));
  });

  it('filters by equality, wildcard, or, not, and strict bounds', async () => {
    expect(await ids('/v1/products?ID=TL-10003')).toEqual(['TL-10003']);
    expect(await ids('/v1/products?ID=TL-10003|TL-10001&sortBy=ID')).toEqual(['TL-10001', 'TL-10003']);
    expect(await ids('/v1/products?ID=*-1000*&sortBy=!ID')).toHaveLength(9);
    expect(await ids('/v1/products?ID=!TL-10001&pageSize=100')).toHaveLength(49);
    expect(await ids('/v1/products?sortBy=ID&ID=>TL-10048')).toEqual(['TL-10049', 'TL-10050']);
    expect(await ids('/v1/products?sortBy=ID&ID=!<TL-10049')).toEqual(['TL-10049', 'TL-10050']);
    expect(await ids('/v1/products?sortBy=ID&ID=>TL-10001&ID=<TL-10003')).toEqual(['TL-10002']);
    expect(await ids('/v1/products?Description=!*&pageSize=100')).toHaveLength(50);
    expect(await ids('/v1/orders/Incoming?xp.channel=web|app|sales&pageSize=100')).toHaveLength(60);
    expect(await ids('/v1/products?Inventory.QuantityAvailable=!<0&pageSize=100')).toHaveLength(50);
  });

  it('has a closed lower bound on LastUpdated as !<', async () => {
    const { body } = await cloud.call('GET', '/v1/orders/Incoming/SO-100058');
    const cursor = encodeURIComponent(body.LastUpdated);
    const closed = ['SO-100058', 'SO-100059', 'SO-100060'];
    expect(await ids(`/v1/orders/Incoming?sortBy=ID&LastUpdated=!<${cursor}`)).toEqual(closed);
    expect(await ids(`/v1/orders/Incoming?sortBy=ID&LastUpdated=>${cursor}`)).toEqual(closed.slice(1));
  });

  it('shows submitted orders unless asked for others', async () => {
    expect(await ids('/v1/orders/Incoming?ID=CART-*')).toEqual([]);
    expect(await ids('/v1/orders/Incoming?IsSubmitted=false&sortBy=ID')).toHaveLength(5);
    expect(await ids('/v1/orders/Incoming?Status=Unsubmitted')).toHaveLength(5);
    expect(await ids('/v1/orders/Outgoing')).toEqual([]);
  });

  it('lists users of one buyer and across buyers', async () => {
    const across = await ids('/v1/buyerusers?sortBy=Username&pageSize=100');
    expect(across).toHaveLength(40);
    expect(across).toEqual(across.toSorted());
    expect(await ids('/v1/buyers/trade-accounts/users')).toHaveLength(4);
    expect(await ids('/v1/buyerusers?CompanyID=!trade-accounts&pageSize=100')).toHaveLength(36);
    expect((await cloud.call('GET', '/v1/buyers/nobody/users')).status).toBe(404);
  });

  it('searches any of the words', async () => {
    expect(await ids('/v1/products?search=tl-10007')).toEqual(['TL-10007']);
    expect(await ids('/v1/products?search=TL-10007%20TL-10008&searchOn=ID')).toHaveLength(2);
  });
});
