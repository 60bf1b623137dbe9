// Generated from schemas/price.schema.json by npm run generate

/**
 * A decimal number as text, exact: an optional minus sign, digits, a dot. No exponent, no separators.
 */
export type Decimal = string;
/**
 * Currency code of ISO 4217, upper case.
 */
export type Currency = string;
/**
 * A moment, RFC 3339 with a zone.
 */
export type Time = string;

/**
 * What one article costs.
 */
export interface Price {
  /**
   * Article number.
   */
  readonly sku: string;
  /**
   * Price of one unit.
   */
  readonly price: Money;
  /**
   * Price before a reduction, where `price` is a reduced one.
   */
  readonly regularPrice?: Money;
  /**
   * Price list the price belongs to; left out for the general price.
   */
  readonly priceList?: string;
  /**
   * The price holds from this quantity on.
   */
  readonly minQuantity?: Decimal;
  /**
   * Unit that is priced, such as "PCS".
   */
  readonly unit?: string;
  /**
   * The price includes tax.
   */
  readonly taxIncluded?: boolean;
  /**
   * The price holds from this moment on.
   */
  readonly validFrom?: Time;
  /**
   * The price holds until before this moment.
   */
  readonly validTo?: Time;
  /**
   * When the price was last changed.
   */
  readonly updatedAt?: Time;
  /**
   * Free for values of one's own; nothing in it is checked.
   */
  readonly extensions?: {
    readonly [k: string]: unknown;
  };
}
/**
 * An amount and its currency.
 */
export interface Money {
  /**
   * Amount in whole units of the currency, such as "12.50".
   */
  readonly amount: Decimal;
  /**
   * Currency of the amount.
   */
  readonly currency: Currency;
}
