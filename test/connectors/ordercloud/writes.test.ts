import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OrderCloud, startOrderCloud } from './client.ts';

let cloud: OrderCloud;
beforeEach(async () => {
  cloud = await startOrderCloud();
});
afterEach(() => cloud.close());

const schedule = '/v1/priceschedules/TL-10001';

describe('a write to the OrderCloud simulator', () => {
  it('creates once: 201 with a location, then 409', async () => {
    const product = { ID: 'NEW-1', Name: 'Something new' };
    const created = await cloud.call('POST', '/v1/products', product);
    expect([created.status, created.headers.get('location'), created.body.Inventory]).toEqual([
      201,
      '/v1/products/NEW-1',
      null,
    ]);
    const again = await cloud.call('POST', '/v1/products', product);
    expect([again.status, again.body.Errors[0]]).toEqual([
      409,
      {
        ErrorCode: 'IdExists',
        Message: expect.any(String),
        Data: { ObjectType: 'Product', ObjectID: 'NEW-1' },
      },
    ]);
  });

  it('gives an ID to what comes without one', async () => {
    const { body } = await cloud.call('POST', '/v1/products', { Name: 'Something new' });
    expect(body.ID).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('overwrites with PUT, xp included, and keeps everything else with PATCH', async () => {
    await cloud.call('PATCH', schedule, { MinQuantity: 3, xp: { a: 1, nested: { b: 2 } } });
    const patched = await cloud.call('PATCH', schedule, { xp: { nested: { c: 3 } } });
    expect(patched.body).toMatchObject({ MinQuantity: 3, xp: { a: 1, nested: { b: 2, c: 3 } } });
    const put = await cloud.call('PUT', schedule, { Name: 'n', PriceBreaks: [{ Quantity: 1, Price: 2.5 }] });
    expect([put.status, put.body]).toMatchObject([
      200,
      { ID: 'TL-10001', MinQuantity: 1, Currency: null, xp: {} },
    ]);
  });

  it('creates with PUT as well', async () => {
    const put = await cloud.call('PUT', '/v1/priceschedules/NEW-1', { Name: 'n', PriceBreaks: [] });
    expect([put.status, put.body.ID]).toEqual([200, 'NEW-1']);
    expect(cloud.effects.entries()).toMatchObject([
      { resource: 'priceschedules', key: 'NEW-1', action: 'create' },
    ]);
  });

  it('renames where the ID in the body is another one', async () => {
    expect((await cloud.call('PATCH', schedule, { ID: 'TL-10002' })).status).toBe(409);
    expect((await cloud.call('PATCH', schedule, { ID: 'MOVED' })).status).toBe(200);
    expect((await cloud.call('GET', schedule)).status).toBe(404);
    expect((await cloud.call('GET', '/v1/priceschedules/MOVED')).status).toBe(200);
  });

  it('deletes with 204, and then no more', async () => {
    expect((await cloud.call('DELETE', schedule)).status).toBe(204);
    const again = await cloud.call('DELETE', schedule);
    expect([again.status, again.body.Errors[0].ErrorCode]).toEqual([404, 'NotFound']);
  });

  it.each([
    ['/v1/products', { ID: 'a b', Name: 'x' }, 'ValidationFailure'],
    ['/v1/products', { ID: 'a' }, 'ValidationFailure'],
    ['/v1/products', { ID: 'a', Name: 'x'.repeat(101) }, 'ValidationFailure'],
    [
      '/v1/products',
      { ID: 'a', Name: 'x', Inventory: { QuantityAvailable: '12' } },
      'Request.InvalidRequestBody',
    ],
    ['/v1/products', [], 'Request.InvalidRequestBody'],
    ['/v1/priceschedules', { Name: 'x', PriceBreaks: [{ Quantity: 1 }] }, 'ValidationFailure'],
    [
      '/v1/priceschedules',
      {
        Name: 'x',
        PriceBreaks: [
          { Quantity: 1, Price: 1 },
          { Quantity: 1, Price: 2 },
        ],
      },
      'PriceSchedule.DuplicatePriceBreaks',
    ],
    ['/v1/orders/Incoming', {}, 'Order.CreateIncomingRequiresFromUser'],
  ])('refuses %s %j with %s', async (path, body, code) => {
    const answer = await cloud.call('POST', path, body);
    expect([answer.status, answer.body.Errors[0].ErrorCode]).toEqual([400, code]);
    expect(cloud.effects.entries()).toEqual([]);
  });

  it('keeps user names unique in the marketplace', async () => {
    const user = { FirstName: 'A', LastName: 'B', Email: 'a@example.com', Active: true };
    const taken = await cloud.call('POST', '/v1/buyers/guests/users', {
      ...user,
      ID: 'G1',
      Username: 'c10001',
    });
    expect(taken.body.Errors[0].ErrorCode).toBe('User.UsernameMustBeUnique');
    const free = await cloud.call('POST', '/v1/buyers/guests/users', {
      ...user,
      ID: 'C10001',
      Username: 'guest',
    });
    expect([free.status, free.body.CompanyID]).toEqual([201, 'guests']);
  });

  it('moves LastUpdated of an order, and of the inventory only where that was written', async () => {
    const before = await cloud.call('GET', '/v1/orders/Incoming/SO-100001');
    cloud.tick(5000);
    const after = await cloud.call('PATCH', '/v1/orders/Incoming/SO-100001', {
      Status: 'Completed',
      xp: { erpNumber: 'E1' },
    });
    expect(after.body).toEqual({
      ...before.body,
      LastUpdated: '2026-03-01T12:00:05.000+00:00',
      xp: { ...before.body.xp, erpNumber: 'E1' },
    });
    const named = await cloud.call('PATCH', '/v1/products/TL-10001', { Name: 'Renamed' });
    expect(named.body.Inventory.LastUpdated).toBe('2025-03-01T12:00:00.000+00:00');
    const stocked = await cloud.call('PATCH', '/v1/products/TL-10001', {
      Inventory: { QuantityAvailable: 3 },
    });
    expect(stocked.body.Inventory).toMatchObject({
      Enabled: true,
      QuantityAvailable: 3,
      LastUpdated: after.body.LastUpdated,
    });
  });
});

describe('an order in the OrderCloud simulator', () => {
  const orders = '/v1/orders/Incoming';

  it('goes from cart to submitted, takes stock and adds up', async () => {
    await cloud.call('PATCH', '/v1/products/TL-10001', { Inventory: { QuantityAvailable: 5 } });
    await cloud.call('PATCH', schedule, {
      PriceBreaks: [
        { Quantity: 1, Price: 0.1 },
        { Quantity: 3, Price: 0.07 },
      ],
    });
    await cloud.call('POST', orders, {
      ID: 'O1',
      FromCompanyID: 'tradelane-shop',
      FromUserID: 'C10001',
      BillingAddressID: 'C10001',
    });
    expect((await cloud.call('POST', `${orders}/O1/submit`)).body.Errors[0].ErrorCode).toBe(
      'Order.CannotSubmitWithNoLineItems',
    );
    const line = await cloud.call('POST', `${orders}/O1/lineitems`, {
      ID: '1',
      ProductID: 'TL-10001',
      Quantity: 3,
    });
    expect(line.body).toMatchObject({ UnitPrice: 0.07, LineTotal: 0.21, Product: { ID: 'TL-10001' } });
    await cloud.call('POST', `${orders}/O1/lineitems`, { ID: '2', ProductID: 'TL-10001', Quantity: 1 });
    expect((await cloud.call('GET', `${orders}/O1`)).body).toMatchObject({ LineItemCount: 2, Total: 0.31 });
    await cloud.call('DELETE', `${orders}/O1/lineitems/2`);
    const submitted = await cloud.call('POST', `${orders}/O1/submit`);
    expect([submitted.status, submitted.body]).toMatchObject([
      201,
      {
        Status: 'Open',
        IsSubmitted: true,
        LineItemCount: 1,
        Subtotal: 0.21,
        Total: 0.21,
        BillingAddress: { ID: 'C10001' },
      },
    ]);
    const product = await cloud.call('GET', '/v1/products/TL-10001');
    expect(product.body.Inventory.QuantityAvailable).toBe(2);
    expect((await cloud.call('POST', `${orders}/O1/submit`)).body.Errors[0].ErrorCode).toBe(
      'Order.CannotSubmitBadStatus',
    );
    expect(
      (await cloud.call('DELETE', '/v1/buyers/tradelane-shop/users/C10001')).body.Errors[0].ErrorCode,
    ).toBe('User.CannotDeleteWithOpenOrder');
  });

  it('is refused where stock is short, and takes nothing then', async () => {
    await cloud.call('PATCH', '/v1/products/TL-10001', { Inventory: { QuantityAvailable: 1 } });
    await cloud.call('POST', `${orders}/CART-2/lineitems`, { ID: '2', ProductID: 'TL-10001', Quantity: 2 });
    const before = await cloud.call('GET', '/v1/products/TL-10002');
    expect((await cloud.call('POST', `${orders}/CART-2/submit`)).body.Errors[0].ErrorCode).toBe(
      'Inventory.Insufficient',
    );
    expect((await cloud.call('GET', '/v1/products/TL-10002')).body).toEqual(before.body);
  });

  it('is completed and canceled only where its status allows it', async () => {
    const open = (await cloud.call('GET', `${orders}?Status=Open&sortBy=ID`)).body.Items[0].ID;
    expect((await cloud.call('POST', `${orders}/${open}/complete`)).body.Status).toBe('Completed');
    expect((await cloud.call('POST', `${orders}/${open}/cancel`)).body.Errors[0].ErrorCode).toBe(
      'Order.CannotCancelInCurrentStatus',
    );
    expect((await cloud.call('POST', `${orders}/${open}/complete`)).body.Errors[0].ErrorCode).toBe(
      'Order.CannotCompleteBadStatus',
    );
  });

  it('adds up in every seeded case, and refers to users and products that exist', async () => {
    const { body } = await cloud.call('GET', `${orders}?pageSize=100`);
    for (const order of body.Items) {
      const lines = (await cloud.call('GET', `${orders}/${order.ID}/lineitems`)).body.Items;
      const cents = (amount: number): number => Math.round(amount * 100);
      expect(lines.reduce((sum: number, line: { LineTotal: number }) => sum + cents(line.LineTotal), 0)).toBe(
        cents(order.Subtotal),
      );
      expect(
        cents(order.Subtotal) +
          cents(order.TaxCost) +
          cents(order.ShippingCost) -
          cents(order.PromotionDiscount),
      ).toBe(cents(order.Total));
      expect(
        (await cloud.call('GET', `/v1/buyers/${order.FromCompanyID}/users/${order.FromUserID}`)).status,
      ).toBe(200);
      for (const line of lines)
        expect((await cloud.call('GET', `/v1/products/${line.ProductID}`)).status).toBe(200);
    }
  });

  it('comes in when business goes on', async () => {
    cloud.tick(60_000);
    cloud.system.advance?.();
    const { body } = await cloud.call(
      'GET',
      `${orders}?LastUpdated=!<2026-03-01T12:01:00Z&sortBy=ID&DateCreated=!<2026-03-01T12:01:00Z`,
    );
    expect(body.Items.length).toBeGreaterThanOrEqual(1);
    expect(body.Items[0].ID).toBe('SO-100061');
  });
});
