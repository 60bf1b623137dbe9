import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address that nobody on the internet stands at. */
export interface SpecialAddress {
  /** For messages: `10.1.2.3, a private address`. */
  readonly words: string;
  /** Whoever reaches it is given the credentials of the machine. */
  readonly isMetadata: boolean;
}

/** An address as it is meant: behind an IPv4-mapped one and one of NAT64 stands another; `undefined` for what is none. */
export function readAddress(text: string): Address | undefined {
  // The library takes `127.1` as well, and nobody who looks names up gives that.
  if (isIP(text) === 0) return undefined;
  const address = ipaddr.parse(text);
  const isBehind = address instanceof ipaddr.IPv6 && translated.some((range) => address.match(range));
  return isBehind ? embeddedAt(address, 12) : address;
}

/** What is special about an address; `undefined`: it is a public one. What is no address is special as well. */
export function findSpecial(text: string): SpecialAddress | undefined {
  const address = readAddress(text);
  if (address === undefined) return { words: 'no address', isMetadata: false };
  if (isMetadata(address)) return { words: 'the metadata service of a cloud', isMetadata: true };
  const range = rangeOf(address);
  return range === 'unicast' ? undefined : { words: words[range] ?? 'a reserved address', isMetadata: false };
}

/** RFC 4291 section 2.5.5.2 (::ffff:0:0/96), RFC 6052 section 2.1. */
const translated = ['::ffff:0:0/96', '64:ff9b::/96'].map((range) => ipaddr.IPv6.parseCIDR(range));

/** Allocated for the internet (IANA); of the rest, nobody knows what a network makes of it. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

function rangeOf(address: Address): string {
  const range = address.range();
  const isStray = range === 'unicast' && address instanceof ipaddr.IPv6 && !address.match(globalUnicast);
  return isStray ? 'reserved' : range;
}

/**
 * AWS (instances, containers, pods), Azure (instances, and the host that serves them), Google, Oracle, DigitalOcean;
 * Alibaba; Oracle of old. The same behind a tunnel's address is no other.
 */
const metadata = new Set(
  [
    ...['169.254.169.254', '169.254.170.2', '169.254.170.23', '168.63.129.16', '100.100.100.200'],
    ...['192.0.0.192', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'],
  ].map((each) => ipaddr.parse(each).toNormalizedString()),
);

/** Names that they go by, for where this machine does not look names up. */
const metadataNames = new Set([
  ...['metadata.google.internal', 'metadata.goog', 'metadata', 'instance-data', 'instance-data.ec2.internal'],
  ...['metadata.azure.internal', 'metadata.tencentyun.com'],
]);

export function isMetadataName(host: string): boolean {
  return metadataNames.has(host);
}

function isMetadata(address: Address): boolean {
  if (metadata.has(address.toNormalizedString())) return true;
  if (!(address instanceof ipaddr.IPv6)) return false;
  const at = address.match(sixToFour) ? 2 : embedding.some((range) => address.match(range)) ? 12 : undefined;
  return at !== undefined && metadata.has(embeddedAt(address, at).toNormalizedString());
}

const sixToFour = ipaddr.IPv6.parseCIDR('2002::/16');
/** IPv4-compatible, IPv4-translated, and NAT64 of one's own (RFC 8215): the last four bytes, as they are mostly used. */
const embedding = ['::/96', '::ffff:0:0:0/96', '64:ff9b:1::/48'].map((range) => ipaddr.IPv6.parseCIDR(range));

function embeddedAt(address: ipaddr.IPv6, at: number): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(at, at + 4));
}

const words: Readonly<Record<string, string>> = {
  unspecified: 'an address that stands for none',
  loopback: 'this machine itself (loopback)',
  linkLocal: 'an address of the local link',
  private: 'a private address',
  uniqueLocal: 'a private address',
  deprecatedSiteLocal: 'a private address',
  carrierGradeNat: 'an address within a carrier (CGNAT)',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
  '6to4': 'the address of a tunnel (6to4)',
  teredo: 'the address of a tunnel (Teredo)',
};
