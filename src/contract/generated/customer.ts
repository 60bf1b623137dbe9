// Generated from schemas/customer.schema.json by npm run generate

/**
 * Country code of ISO 3166-1 alpha-2, upper case, or XK for Kosovo.
 */
export type Country = string;
/**
 * Currency code of ISO 4217, upper case.
 */
export type Currency = string;
/**
 * A moment, RFC 3339 with a zone.
 */
export type Time = string;

/**
 * A person or company that buys.
 */
export interface Customer {
  /**
   * Customer number: the key of the customer.
   */
  readonly number: string;
  /**
   * A person or a company.
   */
  readonly type?: 'person' | 'company';
  /**
   * Name in one line, as it stands on an invoice.
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
   * E-mail address.
   */
  readonly email?: string;
  /**
   * Phone number.
   */
  readonly phone?: string;
  /**
   * Postal addresses.
   */
  readonly addresses?: readonly CustomerAddress[];
  /**
   * Currency the customer is billed in.
   */
  readonly currency?: Currency;
  /**
   * Language, as an IETF tag such as "de-CH".
   */
  readonly language?: string;
  /**
   * VAT or other tax number.
   */
  readonly taxNumber?: string;
  /**
   * Price list of the customer.
   */
  readonly priceList?: string;
  /**
   * Terms of payment, in the words of the source system.
   */
  readonly paymentTerms?: string;
  /**
   * The customer may order.
   */
  readonly active?: boolean;
  /**
   * What the customer is called in another system.
   */
  readonly externalReference?: string;
  /**
   * When the customer came to be.
   */
  readonly createdAt?: Time;
  /**
   * When the customer was last changed.
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
 * A postal address of a customer, and what it is for.
 */
export interface CustomerAddress {
  /**
   * What the address is for; left out: anything.
   */
  readonly use?: 'billing' | 'shipping';
  /**
   * The address to take where there are several for this use.
   */
  readonly primary?: boolean;
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
