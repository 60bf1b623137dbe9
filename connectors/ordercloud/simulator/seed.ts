import { createRandom, deriveSeed } from '../../../src/simulator/random.ts';
import { buyerIds, buyerOf, marketplaceId, type Size } from './layout.ts';
import { addBuyer, addressesOf, addUser, formatDate, type Marketplace } from './marketplace.ts';
import { addressType, buyerType, priceScheduleType, productType, userType } from './objects/object-types.ts';
import { createObject } from './objects/write-object.ts';
import { addCart, addWorldOrder } from './orders/seed-orders.ts';

const day = 24 * 60 * 60_000;

/** Fills an empty marketplace. Orders are spread evenly over the thirty days before now, the newest one last. */
export function seedMarketplace(marketplace: Marketplace, size: Size, seed: number): void {
  const now = marketplace.clock.now();
  const founded = formatDate(now - 365 * day);
  for (const [id, name] of [
    [buyerIds.shop, 'Tradelane Shop'],
    [buyerIds.trade, 'Trade Accounts'],
    [buyerIds.guests, 'Guests'],
  ] as const) {
    addBuyer(marketplace, {
      ...createObject(buyerType, { ID: id, Name: name, Active: true }),
      DateCreated: founded,
    });
  }
  for (let index = 0; index < size.products; index += 1) addProduct(marketplace, index, founded);
  for (let index = 0; index < size.customers; index += 1) addCustomer(marketplace, index, founded);
  if (size.customers < 1 || size.products < 1) return;
  for (let index = 0; index < size.orders; index += 1) {
    const placedAt = now - Math.ceil(((size.orders - index) / size.orders) * 30 * day);
    const random = createRandom(deriveSeed(seed, 'order details', index));
    addWorldOrder(marketplace, { index, size, placedAt, random });
  }
  for (let index = 0; index < 5; index += 1) addCart(marketplace, index, size);
}

function addProduct({ world, products, priceSchedules }: Marketplace, index: number, founded: string): void {
  const { sku, name, price, stock } = world.product(index);
  const schedule = {
    ID: sku,
    Name: name,
    Currency: 'EUR',
    PriceBreaks: [{ Quantity: 1, Price: Number(price) }],
  };
  priceSchedules.put({ ...createObject(priceScheduleType, schedule), OwnerID: marketplaceId });
  const product = createObject(productType, {
    ID: sku,
    Name: name,
    Active: true,
    DefaultPriceScheduleID: sku,
    OwnerID: marketplaceId,
  });
  const Inventory = {
    Enabled: true,
    NotificationPoint: null,
    VariantLevelTracking: false,
    OrderCanExceed: false,
    QuantityAvailable: stock,
    LastUpdated: founded,
  };
  products.put({ ...product, Inventory });
}

/** The address of a customer has the customer's own ID and is assigned for billing and shipping. */
function addCustomer(marketplace: Marketplace, index: number, founded: string): void {
  const customer = marketplace.world.customer(index);
  const buyerId = buyerOf(index);
  const { number: ID, firstName: FirstName, lastName: LastName, phone: Phone, company } = customer;
  const user = {
    ID,
    Username: ID,
    FirstName,
    LastName,
    Email: customer.email ?? '-',
    Phone,
    Active: true,
    xp: { company },
  };
  addUser(marketplace, {
    ...createObject(userType, user),
    // The API insists on an address; one that came in by import years ago may still have none.
    Email: customer.email ?? null,
    CompanyID: buyerId,
    AvailableRoles: ['Shopper'],
    DateCreated: founded,
  });
  const { street: Street1, city: City, postalCode: Zip, country: Country } = customer;
  // The API insists on a state, which most countries of this world do not have.
  const place = { Street1, City, State: '-', Zip, Country };
  const address = { ID, CompanyName: company, FirstName, LastName, ...place, Phone };
  addressesOf(marketplace, buyerId).put({ ...createObject(addressType, address), DateCreated: founded });
  marketplace.addressAssignments
    .get(buyerId)
    ?.push({ AddressID: ID, UserID: ID, UserGroupID: null, IsShipping: true, IsBilling: true });
}
