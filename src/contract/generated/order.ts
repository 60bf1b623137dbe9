// Generated from schemas/order.schema.json by npm run generate

/**
 * A moment, RFC 3339 with a zone.
 */
export type Time = string;
/**
 * Currency code of ISO 4217, upper case.
 */
export type Currency = string;
/**
 * Country code of ISO 3166-1 alpha-2, upper case, or XK for Kosovo.
 */
export type Country = string;
/**
 * A decimal number as text, exact: an optional minus sign, digits, a dot. No exponent, no separators.
 */
export type Decimal = string;

/**
 * What a customer has ordered.
 */
export interface Order {
  /**
   * Order number: the key of the order.
   */
  readonly number: string;
  /**
   * How far the order has come.
   */
  readonly status?: 'draft' | 'open' | 'onHold' | 'processing' | 'shipped' | 'completed' | 'cancelled';
  /**
   * When the customer placed the order.
   */
  readonly placedAt?: Time;
  /**
   * Currency of the order.
   */
  readonly currency: Currency;
  /**
   * Prices and totals of the lines include tax.
   */
  readonly taxIncluded?: boolean;
  /**
   * Who ordered.
   */
  readonly customer: OrderCustomer;
  /**
   * Where the invoice goes.
   */
  readonly billTo?: Address;
  /**
   * Where the goods go.
   */
  readonly shipTo?: Address;
  /**
   * The lines, in the order of the source system.
   *
   * @minItems 1
   */
  readonly lines: readonly OrderLine[];
  /**
   * What is added to and taken off the lines.
   */
  readonly charges?: OrderCharges;
  /**
   * Taxes of the whole order, by code.
   */
  readonly taxes?: readonly Tax[];
  /**
   * Total of the lines after their discounts.
   */
  readonly subtotal?: Money;
  /**
   * What the customer pays.
   */
  readonly total: Money;
  /**
   * How the goods are sent, in the words of the source system.
   */
  readonly shippingMethod?: string;
  /**
   * How the customer pays, in the words of the source system.
   */
  readonly paymentMethod?: string;
  /**
   * The day on which the customer wants the goods.
   */
  readonly requestedDeliveryDate?: string;
  /**
   * The customer's own order number.
   */
  readonly customerReference?: string;
  /**
   * What the order is called in another system.
   */
  readonly externalReference?: string;
  /**
   * What the customer wants to be heeded.
   */
  readonly note?: string;
  /**
   * When the order was last changed.
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
 * Who ordered.
 */
export interface OrderCustomer {
  /**
   * Customer number: the key of the customer.
   */
  readonly number: string;
  /**
   * Name of the person or company.
   */
  readonly name?: string;
  /**
   * E-mail address.
   */
  readonly email?: string;
  /**
   * Phone number.
   */
  readonly phone?: string;
  /**
   * VAT or other tax number.
   */
  readonly taxNumber?: string;
}
/**
 * A postal address.
 */
export interface Address {
  /**
   * Who is addressed, in one line.
   */
  readonly name?: string;
  /**
   * First name.
   */
  readonly firstName?: string;
  /**
   * Last name.
   */
  readonly lastName?: string;
  /**
   * Company.
   */
  readonly company?: string;
  /**
   * Street and number.
   */
  readonly line1?: string;
  /**
   * Second address line.
   */
  readonly line2?: string;
  /**
   * Postal code.
   */
  readonly postalCode?: string;
  /**
   * City.
   */
  readonly city?: string;
  /**
   * State, province or county: its code where there is one.
   */
  readonly region?: string;
  /**
   * Country.
   */
  readonly country: Country;
  /**
   * Phone number.
   */
  readonly phone?: string;
  /**
   * E-mail address.
   */
  readonly email?: string;
}
/**
 * One line: so many of one article.
 */
export interface OrderLine {
  /**
   * Number of the line within its order, such as "1".
   */
  readonly number: string;
  /**
   * Article number.
   */
  readonly sku: string;
  /**
   * What was ordered, in words.
   */
  readonly description?: string;
  /**
   * Quantity; negative for goods that come back.
   */
  readonly quantity: Decimal;
  /**
   * Unit of the quantity, such as "PCS".
   */
  readonly unit?: string;
  /**
   * Price of one unit, before discount.
   */
  readonly unitPrice?: Money;
  /**
   * Discount on the whole line, a positive amount.
   */
  readonly discount?: Money;
  /**
   * Tax on the line.
   */
  readonly tax?: Tax;
  /**
   * Total of the line after discount.
   */
  readonly total?: Money;
  /**
   * What the line is called in another system.
   */
  readonly externalReference?: string;
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
/**
 * One tax that was charged.
 */
export interface Tax {
  /**
   * Tax code, in the words of the source system.
   */
  readonly code?: string;
  /**
   * Rate in percent, such as "19" or "7.7".
   */
  readonly rate?: Decimal;
  /**
   * Amount of the tax.
   */
  readonly amount: Money;
}
/**
 * What is added to and taken off the lines.
 */
export interface OrderCharges {
  /**
   * Shipping costs.
   */
  readonly shipping?: Money;
  /**
   * Fees: payment, handling, packaging.
   */
  readonly fees?: Money;
  /**
   * Discounts on the whole order, a positive amount.
   */
  readonly discounts?: Money;
}
