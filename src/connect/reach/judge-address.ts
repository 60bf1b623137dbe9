import { isIP } from 'node:net';
import { isBelow, isNamedSingly, isWithin, type NetworkAllowance, toHost } from './allowance.ts';
import { findSpecial, isMetadataName, readAddress } from './special-address.ts';

/** Where somebody would be led to. */
export interface Destination {
  /** As the URL has it. */
  readonly host: string;
  /** What the host's name stands for; the host itself where it is an address. */
  readonly address: string;
}

/**
 * Why an address is not to be reached, in words that follow its host: `stands at 10.1.2.3, a private address`.
 * `undefined`: it may be. Public ones may always be; what is special only if the operator has named the host in full, or
 * the address; and a metadata service only by itself.
 */
export function judgeAddress(
  { host, address }: Destination,
  allowance: NetworkAllowance,
): string | undefined {
  const special = findSpecial(address);
  if (special === undefined) return undefined;
  const name = toHost(host);
  const isLiteral = isIP(name) !== 0;
  const says = `${isLiteral ? 'is' : `stands at ${address},`} ${special.words}`;
  if (allowance.hosts.has(name) && (!special.isMetadata || isLiteral || isMetadataName(name)))
    return undefined;
  const read = readAddress(address);
  if (read === undefined) return says;
  const isNamed = special.isMetadata ? isNamedSingly(read, allowance) : isWithin(read, allowance);
  return isNamed ? undefined : says;
}

/** The same where nobody looks the name up: of a host that is an address, and of names that always mean the same. */
export function judgeHost(host: string, allowance: NetworkAllowance): string | undefined {
  const name = toHost(host);
  if (isIP(name) !== 0) return judgeAddress({ host: name, address: name }, allowance);
  if (allowance.hosts.has(name)) return undefined;
  if (isMetadataName(name)) return 'is the metadata service of a cloud';
  return name === 'localhost' || name.endsWith('.localhost')
    ? 'is this machine itself (loopback)'
    : undefined;
}

/** Does the operator's word speak of this host at all? What its name stands for is another question. */
export function isNamedHost(host: string, allowance: NetworkAllowance): boolean {
  const name = toHost(host);
  const address = isIP(name) === 0 ? undefined : readAddress(name);
  if (address !== undefined) return isWithin(address, allowance);
  return allowance.hosts.has(name) || isBelow(name, allowance);
}
