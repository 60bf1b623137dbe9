import type { ObjectType, Property } from '../objects/object-types.ts';

const text: Property = { kind: 'text' };
const amount: Property = { kind: 'number', initial: 0 };
const xp: Property = { kind: 'object', initial: {} };
const readOnly = (property: Property): Property => ({ ...property, readOnly: true });
const readOnlyDate = readOnly({ kind: 'date' });
const readOnlyObject = readOnly({ kind: 'object' });

export const orderType: ObjectType = {
  name: 'Order',
  resource: 'orders',
  properties: {
    ID: { kind: 'text', maxLength: 100 },
    FromUser: readOnlyObject,
    FromCompanyID: text,
    ToCompanyID: text,
    FromUserID: text,
    BillingAddressID: text,
    BillingAddress: readOnlyObject,
    ShippingAddressID: text,
    Comments: { kind: 'text', maxLength: 2000 },
    LineItemCount: readOnly({ kind: 'integer', initial: 0 }),
    Status: readOnly({ kind: 'text', initial: 'Unsubmitted' }),
    DateCreated: readOnlyDate,
    DateSubmitted: readOnlyDate,
    DateApproved: readOnlyDate,
    DateDeclined: readOnlyDate,
    DateCanceled: readOnlyDate,
    DateCompleted: readOnlyDate,
    LastUpdated: readOnlyDate,
    Subtotal: readOnly(amount),
    ShippingCost: amount,
    TaxCost: amount,
    PromotionDiscount: readOnly(amount),
    Currency: readOnly(text),
    Total: readOnly(amount),
    IsSubmitted: readOnly({ kind: 'boolean', initial: false }),
    xp,
  },
  required: [],
  sortable: [
    ...['DateSubmitted', 'DateCreated', 'ID', 'FromCompanyID', 'ToCompanyID', 'FromUserID', 'Status'],
    ...['DateApproved', 'DateDeclined', 'DateCanceled', 'DateCompleted', 'LastUpdated', 'Subtotal'],
    ...['ShippingCost', 'TaxCost', 'PromotionDiscount', 'Total', 'IsSubmitted'],
  ],
};

export const lineItemType: ObjectType = {
  name: 'LineItem',
  resource: 'lineitems',
  properties: {
    ID: { kind: 'text', maxLength: 100 },
    ProductID: text,
    Quantity: { kind: 'integer', initial: 1 },
    DateAdded: readOnlyDate,
    QuantityShipped: readOnly({ kind: 'integer', initial: 0 }),
    UnitPrice: { kind: 'number' },
    PromotionDiscount: readOnly(amount),
    LineTotal: readOnly(amount),
    LineSubtotal: readOnly(amount),
    CostCenter: text,
    DateNeeded: { kind: 'date' },
    ShippingAddressID: text,
    ShipFromAddressID: text,
    Product: readOnlyObject,
    ShippingAddress: readOnlyObject,
    SupplierID: readOnly(text),
    InventoryRecordID: text,
    PriceScheduleID: readOnly(text),
    PriceOverridden: readOnly({ kind: 'boolean', initial: false }),
    Specs: { kind: 'list', initial: [] },
    xp,
  },
  required: ['ProductID'],
  sortable: ['DateAdded', 'ID', 'ProductID'],
};
