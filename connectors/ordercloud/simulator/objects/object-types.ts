/**
 * The objects of the OrderCloud API that are simulated: properties, which of them a client may write, and what
 * lists can be sorted by. Source: OpenAPI document 1.0.260; a test compares the two.
 */
export interface ObjectType {
  /** As in `Data.ObjectType` of an error. */
  readonly name: string;
  /** As in the vendor's paths and in the effect log. */
  readonly resource: string;
  readonly properties: Readonly<Record<string, Property>>;
  readonly required: readonly string[];
  /** The first one is the order of a list that does not say. */
  readonly sortable: readonly string[];
}

export interface Property {
  readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'object' | 'list';
  readonly readOnly?: true;
  /** Characters. */
  readonly maxLength?: number;
  /** Of an object whose members are known; `xp` has none. */
  readonly properties?: Readonly<Record<string, Property>>;
  /** Value of a new object that says nothing; null where absent. */
  readonly initial?: unknown;
}

/** One object as it is kept. Never changed in place: orders hold snapshots of users and addresses. */
export type Thing = Readonly<Record<string, unknown>>;

const text: Property = { kind: 'text' };
const text100: Property = { kind: 'text', maxLength: 100 };
const number: Property = { kind: 'number' };
const integer: Property = { kind: 'integer' };
const yesNo: Property = { kind: 'boolean', initial: false };
const date: Property = { kind: 'date' };
const xp: Property = { kind: 'object', initial: {} };
const readOnly = (property: Property): Property => ({ ...property, readOnly: true });

export const buyerType: ObjectType = {
  name: 'Buyer',
  resource: 'buyers',
  properties: {
    ID: text100,
    Name: text100,
    DefaultCatalogID: text,
    Active: yesNo,
    DateCreated: readOnly(date),
    xp,
  },
  required: ['Name'],
  sortable: ['ID', 'Name', 'DateCreated'],
};

export const userType: ObjectType = {
  name: 'User',
  resource: 'users',
  properties: {
    ID: text100,
    CompanyID: readOnly(text),
    Username: text100,
    FirstName: text100,
    LastName: text100,
    Email: { kind: 'text', maxLength: 200 },
    Phone: text100,
    TermsAccepted: date,
    Active: yesNo,
    xp,
    AvailableRoles: readOnly({ kind: 'list' }),
    DateCreated: readOnly(date),
    PasswordLastSetDate: readOnly(date),
  },
  required: ['Username', 'FirstName', 'LastName', 'Email', 'Active'],
  sortable: ['LastName', 'FirstName', 'Username', 'ID', 'Email', 'DateCreated', 'PasswordLastSetDate'],
};

export const addressType: ObjectType = {
  name: 'Address',
  resource: 'addresses',
  properties: {
    ID: text100,
    DateCreated: readOnly(date),
    CompanyName: text100,
    FirstName: text100,
    LastName: text100,
    Street1: text100,
    Street2: text100,
    City: text100,
    State: text100,
    Zip: text100,
    Country: { kind: 'text', maxLength: 2 },
    Phone: text100,
    AddressName: text100,
    xp,
  },
  required: ['Street1', 'City', 'State', 'Zip', 'Country'],
  sortable: [
    'AddressName',
    'ID',
    'DateCreated',
    'CompanyName',
    'FirstName',
    'LastName',
    'City',
    'Zip',
    'Country',
  ],
};

export const productType: ObjectType = {
  name: 'Product',
  resource: 'products',
  properties: {
    OwnerID: text,
    DefaultPriceScheduleID: text,
    AutoForward: yesNo,
    ID: text100,
    Name: text100,
    Description: { kind: 'text', maxLength: 2000 },
    QuantityMultiplier: { kind: 'integer', initial: 1 },
    ShipWeight: number,
    Active: yesNo,
    SpecCount: readOnly({ kind: 'integer', initial: 0 }),
    VariantCount: readOnly({ kind: 'integer', initial: 0 }),
    Inventory: {
      kind: 'object',
      properties: {
        Enabled: yesNo,
        NotificationPoint: integer,
        VariantLevelTracking: yesNo,
        OrderCanExceed: yesNo,
        QuantityAvailable: integer,
        LastUpdated: readOnly(date),
      },
    },
    DefaultSupplierID: text,
    AllSuppliersCanSell: yesNo,
    Returnable: yesNo,
    xp,
  },
  required: ['Name'],
  sortable: ['OwnerID', 'Name', 'ID'],
};

export const priceScheduleType: ObjectType = {
  name: 'PriceSchedule',
  resource: 'priceschedules',
  properties: {
    OwnerID: text,
    ID: text100,
    Name: text100,
    ApplyTax: yesNo,
    ApplyShipping: yesNo,
    MinQuantity: { kind: 'integer', initial: 1 },
    MaxQuantity: integer,
    UseCumulativeQuantity: yesNo,
    RestrictedQuantity: yesNo,
    PriceBreaks: {
      kind: 'list',
      initial: [],
      properties: { Quantity: integer, Price: number, SalePrice: number },
    },
    Currency: text100,
    SaleStart: date,
    SaleEnd: date,
    IsOnSale: readOnly(yesNo),
    xp,
  },
  required: ['Name'],
  sortable: ['Name', 'ID', 'OwnerID'],
};
