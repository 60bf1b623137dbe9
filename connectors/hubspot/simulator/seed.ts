import type { Random } from '../../../src/simulator/random.ts';
import type { World } from '../../../src/simulator/world.ts';
import type { Crm, NewProperties, Table } from './crm.ts';

export interface SeedSize {
  readonly contacts: number;
  readonly companies: number;
  readonly products: number;
}

/** Fills an account from the shared world; an account is empty unless a size says otherwise. */
export function seedCrm(crm: Crm, world: World, size: SeedSize): void {
  fill(crm.table('contacts'), size.contacts, (index) => {
    const { email, firstName, lastName, phone, company, street, city, postalCode, country } =
      world.customer(index);
    const address = { address: street, city, zip: postalCode, country };
    return { email, firstname: firstName, lastname: lastName, phone, company, ...address };
  });
  fill(crm.table('companies'), size.companies, (index) => {
    const { number, company, phone, city, country } = world.customer(index);
    return { name: company, domain: `${number.toLowerCase()}.example.com`, phone, city, country };
  });
  fill(crm.table('products'), size.products, (index) => {
    const { sku, name, price } = world.product(index);
    return { name, hs_sku: sku, price };
  });

  function fill(table: Table | undefined, count: number, properties: (index: number) => NewProperties): void {
    for (let index = 0; table !== undefined && index < count; index += 1)
      crm.create(table, properties(index));
  }
}

/** Sales people at work: up to three contacts get another phone number. An empty account stays empty. */
export function advanceCrm(crm: Crm, random: Random): void {
  const contacts = crm.table('contacts');
  const live = [...(contacts?.records.values() ?? [])].filter(({ archivedAt }) => archivedAt === undefined);
  if (contacts === undefined || live.length === 0) return;
  for (let change = 0; change < 3; change += 1) {
    const record = live[random.int(0, live.length - 1)];
    if (record !== undefined) crm.update(contacts, record, { phone: `+49 30 555 ${random.int(1000, 9999)}` });
  }
}
