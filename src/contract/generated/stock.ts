// Generated from schemas/stock.schema.json by npm run generate

/**
 * A decimal number as text, exact: an optional minus sign, digits, a dot. No exponent, no separators.
 */
export type Decimal = string;
/**
 * A moment, RFC 3339 with a zone.
 */
export type Time = string;

/**
 * How much there is of one article, at one place.
 */
export interface Stock {
  /**
   * Article number.
   */
  readonly sku: string;
  /**
   * Warehouse or store; left out where there is only one.
   */
  readonly location?: string;
  /**
   * What can be sold; negative where more is promised than there is.
   */
  readonly quantityAvailable: Decimal;
  /**
   * What lies in the warehouse.
   */
  readonly quantityOnHand?: Decimal;
  /**
   * What is promised to orders.
   */
  readonly quantityReserved?: Decimal;
  /**
   * Unit of the quantities, such as "PCS".
   */
  readonly unit?: string;
  /**
   * When the quantities were true: an older level never replaces a newer one.
   */
  readonly countedAt?: Time;
  /**
   * When the level was last changed.
   */
  readonly updatedAt?: Time;
  /**
   * Free for values of one's own; nothing in it is checked.
   */
  readonly extensions?: {
    readonly [k: string]: unknown;
  };
}
