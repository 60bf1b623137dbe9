/**
 * Members that hold something about a person, or a secret, by what they are called: for records that no schema
 * annotates. Names in English and German, however they are written (`first_name`, `FirstName`, `Billing Address 1`).
 */
export function isPrivateName(name: string): boolean {
  const plain = toPlain(name);
  return surely.some((pattern) => pattern.test(plain));
}

/** Also those that mean a person in one system and a product in the next: `name`, `comment`. */
export function mayBePrivateName(name: string): boolean {
  const plain = toPlain(name);
  return isPrivateName(name) || perhaps.some((pattern) => pattern.test(plain));
}

function toPlain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

const surely: readonly RegExp[] = [
  /(first|last|middle|full|sur|given|family|maiden|birth|vor|nach)name$/,
  /mail(address)?\d*$/,
  /(phone|mobile|fax|telefon|handy|^tel)(number|no|nummer)?\d*$/,
  /(street|strasse|straße)(name|number)?\d*$/,
  /address(line)?\d*$|^line[12]$/,
  /(postal|post|zip)code$|^zip$|^plz$/,
  /(^|billing|shipping|shipto|sellto|billto)city$|^town$/,
  /birth(day|date|place)?$|dateofbirth|^dob$|geburt/,
  /iban|^bic$|bankaccount|cardnumber|^cv[cv]2?$/,
  /tax(registration)?(number|id)$|vat(registration)?(number|id|no)$|^ssn$|passport|nationalid/,
  /password|passwd|secret|apikey|(access|refresh|auth)token/,
];

const perhaps: readonly RegExp[] = [
  /(^|customer|contact|display|person|owner|recipient|buyer|shipto|billto|sellto|shippingto|billingto)name\d*$/,
  /^(note|comment|remark|bemerkung)s?$/,
  /^(city|ort|contact|recipient|buyer)$/,
];
