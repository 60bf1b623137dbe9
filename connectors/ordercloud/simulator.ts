import { createRandom } from '../../src/simulator/random.ts';
import type { SimulatedSystem, Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world.ts';
import { createAdvance } from './simulator/advance.ts';
import { addBuyerRoutes } from './simulator/buyer-routes.ts';
import { addCatalogRoutes } from './simulator/catalog-routes.ts';
import { buyerIds, type Size } from './simulator/layout.ts';
import { createMarketplace } from './simulator/marketplace.ts';
import { answerRefusals, errorBody } from './simulator/objects/refusal.ts';
import { addOrderRoutes } from './simulator/orders/order-routes.ts';
import { seedMarketplace } from './simulator/seed.ts';
import { addTokenRoutes, apiClient } from './simulator/token-routes.ts';

const defaultSize = { orders: 500, customers: 300, products: 2000 };

const simulator: Simulator = {
  name: 'ordercloud',
  summary:
    'Sitecore OrderCloud: orders, customers, products with stock, and price schedules of one marketplace',
  notModelled: [
    'Numbers of more digits than a double holds: they are kept as texts, or refused.',
    'Roles: each token may do everything; the real system answers 403 Auth.InsufficientRoles.',
    'Search lag: lists show a write at once, the real ones are seconds to minutes behind.',
    'Webhooks, message senders, integration events and entity syncs.',
    'Suppliers, forwarded orders, shipments, payments, promotions, approvals and returns.',
    'Catalogs, categories, variants, specs, price schedule assignments and inventory records per location.',
    'Price breaks one by one (POST and DELETE on PriceBreaks); PUT and PATCH of a schedule are there.',
    'Renaming a buyer; the cross-order list of line items.',
    'A rate limit: the vendor publishes none. Use the fault injection for 429.',
    'The code IdExists of the 409, InvalidToken of the 401 and the refusal of pages beyond 30 are unverified wordings.',
  ],
  defaultSize,
  create: ({ seed, size, clock, effects }: SimulatorOptions): SimulatedSystem => {
    const random = createRandom(seed);
    const marketplace = createMarketplace(createWorld(seed), clock, effects);
    const fullSize: Size = { ...defaultSize, ...size };
    seedMarketplace(marketplace, fullSize, seed);
    let generated = 0;
    const newId = (): string => {
      generated += 1;
      return `generated-${String(generated).padStart(8, '0')}`;
    };
    return {
      routes: (app) => {
        answerRefusals(app);
        addTokenRoutes(app, clock, createRandom(seed));
        addOrderRoutes(app, marketplace, newId);
        addBuyerRoutes(app, marketplace, newId);
        addCatalogRoutes(app, marketplace, newId);
      },
      advance: createAdvance(marketplace, fullSize, random),
      config: (url) => ({
        baseUrl: url,
        clientId: apiClient.clientId,
        clientSecret: apiClient.clientSecret,
        buyerId: buyerIds.shop,
        customersOf: `!${buyerIds.guests}`,
      }),
      errorBody: (status) =>
        status === 429
          ? errorBody('TooManyRequests', 'Too many requests.')
          : errorBody('Api.Offline', 'The API is temporarily offline.'),
      counts: () => ({
        orders: marketplace.orders.size,
        customers: [...marketplace.users.values()].reduce((sum, users) => sum + users.size, 0),
        products: marketplace.products.size,
        priceSchedules: marketplace.priceSchedules.size,
      }),
    };
  },
};

export default simulator;
