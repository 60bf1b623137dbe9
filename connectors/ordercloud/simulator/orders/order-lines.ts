import { isJsonObject } from '../../../../src/contract/json.ts';
import { addressesOf, formatDate, type Marketplace, toCents } from '../marketplace.ts';
import { getObject } from '../objects/object-routes.ts';
import type { Thing } from '../objects/object-types.ts';
import { refuse } from '../objects/refusal.ts';

/** A line item with what the vendor works out itself: the product's data, the price of the quantity, the totals. */
export function completeLineItem(
  marketplace: Marketplace,
  order: Thing,
  line: Thing,
  before: Thing | undefined,
): Thing {
  const quantity = Number(line['Quantity']);
  if (quantity < 1) throw refuse(400, 'LineItem.QuantityMustBePositive', 'Quantity must be at least 1.');
  if (before !== undefined && before['ProductID'] !== line['ProductID']) {
    throw refuse(400, 'LineItem.CannotChangeProductID', 'ProductID cannot be changed.');
  }
  const product = getObject(marketplace.products, String(line['ProductID']));
  const priced = priceLine(marketplace, product, line, before);
  const addressId = line['ShippingAddressID'];
  const buyerId = String(order['FromCompanyID']);
  const shipsTo =
    typeof addressId === 'string' ? getObject(addressesOf(marketplace, buyerId), addressId) : null;
  const subtotal = toCents(priced.UnitPrice) * quantity;
  return {
    ...line,
    ...priced,
    Product: summarize(product),
    ShippingAddress: shipsTo ?? before?.['ShippingAddress'] ?? null,
    DateAdded: before?.['DateAdded'] ?? formatDate(marketplace.clock.now()),
    LineSubtotal: subtotal / 100,
    LineTotal: (subtotal - toCents(line['PromotionDiscount'])) / 100,
  };
}

/** What an order keeps of a product (`LineItemProduct`). */
export function summarize({
  ID,
  Name,
  Description,
  QuantityMultiplier,
  ShipWeight,
  Returnable,
  xp,
}: Thing): Thing {
  return { ID, Name, Description, QuantityMultiplier, ShipWeight, Returnable, xp };
}

interface LinePrice {
  readonly UnitPrice: unknown;
  readonly PriceScheduleID: unknown;
  readonly PriceOverridden: boolean;
}

/** A price in the body overrides the schedule (the real system wants the role OverrideUnitPrice for that). */
function priceLine(
  marketplace: Marketplace,
  product: Thing,
  line: Thing,
  before: Thing | undefined,
): LinePrice {
  const PriceScheduleID = product['DefaultPriceScheduleID'];
  const isOverridden = line['UnitPrice'] !== null && line['UnitPrice'] !== before?.['UnitPrice'];
  if (isOverridden || before?.['PriceOverridden'] === true) {
    return { UnitPrice: line['UnitPrice'], PriceScheduleID, PriceOverridden: true };
  }
  const schedule = getObject(marketplace.priceSchedules, String(PriceScheduleID));
  const breaks = Array.isArray(schedule['PriceBreaks']) ? schedule['PriceBreaks'].filter(isJsonObject) : [];
  const fitting = breaks.filter((entry) => Number(entry['Quantity']) <= Number(line['Quantity']));
  const best = fitting.toSorted((a, b) => Number(a['Quantity']) - Number(b['Quantity'])).at(-1) ?? breaks[0];
  if (best === undefined)
    throw refuse(400, 'PriceSchedule.NoPriceBreaks', 'The price schedule has no price breaks.');
  return { UnitPrice: best['Price'], PriceScheduleID, PriceOverridden: false };
}
