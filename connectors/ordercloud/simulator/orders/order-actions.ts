import { isJsonObject } from '../../../../src/contract/json.ts';
import { formatDate, type Marketplace, toCents } from '../marketplace.ts';
import { idOf } from '../objects/collection.ts';
import type { Thing } from '../objects/object-types.ts';
import { refuse } from '../objects/refusal.ts';

export type OrderAction = 'submit' | 'cancel' | 'complete';

/** The order after an action, or the vendor's refusal where its status does not allow it. */
export function actOnOrder(marketplace: Marketplace, order: Thing, action: OrderAction): Thing {
  const now = formatDate(marketplace.clock.now());
  switch (action) {
    case 'submit':
      return { ...submit(marketplace, order), Status: 'Open', IsSubmitted: true, DateSubmitted: now };
    case 'cancel':
      if (!['Unsubmitted', 'AwaitingApproval', 'Open'].includes(String(order['Status']))) {
        throw refuse(
          400,
          'Order.CannotCancelInCurrentStatus',
          'Order cannot be canceled in its current status.',
        );
      }
      return { ...order, Status: 'Canceled', DateCanceled: now };
    case 'complete':
      if (order['Status'] !== 'Open') {
        throw refuse(
          400,
          'Order.CannotCompleteBadStatus',
          'Order cannot be completed in its current status.',
        );
      }
      return { ...order, Status: 'Completed', DateCompleted: now };
  }
}

/** Subtotal, count and total as the vendor calculates them, in whole cents. */
export function withTotals({ lineItems }: Marketplace, order: Thing): Thing {
  const lines = lineItems.get(idOf(order))?.list() ?? [];
  const subtotal = lines.reduce((sum, line) => sum + toCents(line['LineSubtotal']), 0);
  const extras =
    toCents(order['TaxCost']) + toCents(order['ShippingCost']) - toCents(order['PromotionDiscount']);
  return {
    ...order,
    LineItemCount: lines.length,
    Subtotal: subtotal / 100,
    Total: (subtotal + extras) / 100,
  };
}

/** Takes the ordered quantities out of the inventory: everything or, where one is short, nothing. */
function submit({ lineItems, products, clock }: Marketplace, order: Thing): Thing {
  if (order['Status'] !== 'Unsubmitted') {
    throw refuse(400, 'Order.CannotSubmitBadStatus', 'Order cannot be submitted in its current status.');
  }
  const lines = lineItems.get(idOf(order))?.list() ?? [];
  if (lines.length === 0) throw refuse(400, 'Order.CannotSubmitWithNoLineItems', 'Order has no line items.');
  const ordered = new Map<string, number>();
  for (const line of lines) {
    const productId = String(line['ProductID']);
    ordered.set(productId, (ordered.get(productId) ?? 0) + Number(line['Quantity']));
  }
  const taken = [...ordered].flatMap(([id, quantity]) => takeStock(products.get(id), quantity, clock.now()));
  for (const product of taken) products.put(product);
  return order;
}

function takeStock(product: Thing | undefined, quantity: number, now: number): readonly Thing[] {
  const inventory = product?.['Inventory'];
  if (product === undefined || !isJsonObject(inventory) || inventory['Enabled'] !== true) return [];
  const left = Number(inventory['QuantityAvailable'] ?? 0) - quantity;
  if (left < 0 && inventory['OrderCanExceed'] !== true) {
    throw refuse(400, 'Inventory.Insufficient', 'Insufficient inventory.', { ProductID: idOf(product) });
  }
  return [{ ...product, Inventory: { ...inventory, QuantityAvailable: left, LastUpdated: formatDate(now) } }];
}
