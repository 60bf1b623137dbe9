/**
 * The object types of the simulated account and the properties it knows. A real account has hundreds of
 * properties per type; these are the ones that commerce data needs, under the names of HubSpot's pages
 * "contacts", "companies", "products" and "orders". Others are added through the properties API.
 */
export interface ObjectType {
  /** As it stands in a path: `contacts`. */
  readonly name: string;
  /** Other names a path may use: the singular and the numeric type id. */
  readonly aliases: readonly string[];
  /** As it stands in messages: `Contact`. */
  readonly label: string;
  /** The property that tells one record from another to a person; effects are logged under its value. */
  readonly key: string;
  readonly created: string;
  readonly modified: string;
  /** Properties that an answer has when the request names none, besides id and both dates. */
  readonly shown: readonly string[];
  readonly properties: readonly Property[];
}

export type PropertyKind = 'string' | 'number' | 'datetime' | 'bool' | 'enumeration';

export interface Property {
  readonly name: string;
  readonly kind: PropertyKind;
  /** No two records of the type may have the same value; the property can be an `idProperty`. */
  readonly unique: boolean;
  readonly readOnly: boolean;
}

export function defineProperty(name: string, kind: PropertyKind, unique: boolean): Property {
  return { name, kind, unique, readOnly: false };
}

const contacts = defineType({
  name: 'contacts',
  aliases: ['contact', '0-1'],
  label: 'Contact',
  key: 'email',
  created: 'createdate',
  modified: 'lastmodifieddate',
  shown: ['firstname', 'lastname', 'email'],
  unique: ['email'],
  text: 'firstname lastname phone mobilephone company jobtitle website address city state zip country hs_language lifecyclestage hs_lead_status',
  number: '',
  datetime: '',
});

const companies = defineType({
  name: 'companies',
  aliases: ['company', '0-2'],
  label: 'Company',
  key: 'domain',
  created: 'createdate',
  modified: 'hs_lastmodifieddate',
  shown: ['name', 'domain'],
  // HubSpot's forms merge companies by domain; its API lets two of them have the same one.
  unique: [],
  text: 'name domain phone website address address2 city state zip country industry description lifecyclestage',
  number: 'annualrevenue numberofemployees',
  datetime: '',
});

const products = defineType({
  name: 'products',
  aliases: ['product', '0-7'],
  label: 'Product',
  key: 'hs_sku',
  created: 'createdate',
  modified: 'hs_lastmodifieddate',
  shown: ['name', 'description', 'price'],
  unique: ['hs_sku'],
  text: 'name description hs_url hs_product_type hs_recurring_billing_period',
  number: 'price hs_cost_of_goods_sold tax',
  datetime: '',
});

const orders = defineType({
  name: 'orders',
  aliases: ['order', '0-123'],
  label: 'Order',
  key: 'hs_external_order_id',
  created: 'hs_createdate',
  modified: 'hs_lastmodifieddate',
  shown: [],
  unique: ['hs_external_order_id'],
  text: [
    'hs_order_name hs_external_order_status hs_external_order_url hs_currency_code hs_source_store',
    'hs_fulfillment_status hs_payment_status hs_discount_codes hs_order_note hs_tags hs_pipeline hs_pipeline_stage',
    'hs_shipping_tracking_number hs_shipping_status_url',
    addressProperties('hs_billing_address', 'email'),
    addressProperties('hs_shipping_address', ''),
  ].join(' '),
  number: 'hs_total_price hs_subtotal_price hs_tax hs_shipping_cost hs_order_discount',
  datetime: 'hs_external_created_date hs_processed_date',
});

export const objectTypes: readonly ObjectType[] = [contacts, companies, products, orders];

interface TypeNames extends Omit<ObjectType, 'properties'> {
  readonly unique: readonly string[];
  /** Names apart by blanks. */
  readonly text: string;
  readonly number: string;
  readonly datetime: string;
}

function defineType({ unique, text, number, datetime, ...type }: TypeNames): ObjectType {
  const own = (names: string, kind: PropertyKind): Property[] =>
    names
      .split(' ')
      .filter((name) => name !== '')
      .map((name) => defineProperty(name, kind, false));
  const kept = (name: string, kind: PropertyKind): Property => ({
    name,
    kind,
    unique: false,
    readOnly: true,
  });
  const properties = [
    kept('hs_object_id', 'number'),
    kept(type.created, 'datetime'),
    kept(type.modified, 'datetime'),
    ...unique.map((name) => defineProperty(name, 'string', true)),
    ...own(text, 'string'),
    ...own(number, 'number'),
    ...own(datetime, 'datetime'),
  ];
  return { ...type, properties };
}

function addressProperties(prefix: string, more: string): string {
  return `name street city state postal_code country phone ${more}`
    .trim()
    .split(' ')
    .map((part) => `${prefix}_${part}`)
    .join(' ');
}
