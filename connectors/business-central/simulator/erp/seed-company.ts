import { customerFlaw, productFlaw } from '../../../../src/simulator/flaws.ts';
import type { Random } from '../../../../src/simulator/random.ts';
import { createWorld, type WorldCustomer } from '../../../../src/simulator/world.ts';
import { createCard } from './cards.ts';
import type { Company } from './company.ts';
import { dividedBy, rounded, times } from './decimal.ts';
import type { Row, Table } from './table.ts';

/** Items of the shared world, and as many of the shop's customers as asked for. Not an effect: nobody's request. */
export function seedCompany(company: Company, seed: number, size: Readonly<Record<string, number>>): void {
  const world = createWorld(seed);
  for (let index = 0; index < (size['items'] ?? 0); index += 1) {
    const product = world.product(index);
    createCard(company, company.items, {
      number: product.sku,
      displayName: product.name,
      unitPrice: product.price,
      unitCost: dividedBy(product.price, '2', 2),
      inventory: String(product.stock),
      blocked: productFlaw(index) === 'blockedInErp',
    });
  }
  for (let index = 0; index < (size['customers'] ?? 0); index += 1) {
    if (customerFlaw(index) !== 'unknownToErp') seedCustomer(company, world.customer(index));
  }
  for (const table of [company.items, company.customers]) spreadModification(company, table);
}

/** A real ERP's records were not all changed in the moment it was opened: one a second, the last one just now. */
function spreadModification(company: Company, table: Table): void {
  const now = Date.parse(company.now());
  for (const row of table.rows()) {
    const age = (table.size() - row.sequence) * 1000;
    row.values['lastModifiedDateTime'] = new Date(now - age).toISOString();
  }
}

/** Business goes on: a handful of prices move, and goods come in or go out. */
export function advanceCompany(company: Company, random: Random): void {
  const items = [...company.items.rows()];
  if (items.length === 0) return;
  const some = (): Row | undefined => items[random.int(0, items.length - 1)];
  for (let change = random.int(1, 5); change > 0; change -= 1) {
    const item = some();
    if (item === undefined) continue;
    const unitPrice = rounded(times(String(item.values['unitPrice']), `1.0${random.int(1, 9)}`), 2);
    company.change(company.items, item, { unitPrice });
  }
  for (let change = random.int(1, 5); change > 0; change -= 1) {
    const item = some();
    // `inventory` is summed up from the item ledger: neither modification time nor ETag of the item move.
    if (item !== undefined) item.values['inventory'] = String(random.int(0, 500));
  }
}

function seedCustomer(company: Company, customer: WorldCustomer): void {
  createCard(company, company.customers, {
    number: customer.number,
    type: 'Company',
    displayName: customer.company,
    addressLine1: customer.street,
    city: customer.city,
    postalCode: customer.postalCode,
    country: customer.country === 'XX' ? '' : customer.country,
    phoneNumber: customer.phone,
    email: customer.email ?? '',
  });
}
