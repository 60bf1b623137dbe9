import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type Address, readAddress } from './special-address.ts';

/** What the operator has named: hosts, and ranges of addresses. */
export interface NetworkAllowance {
  /** Hosts named in full, an address among them written as in a URL without brackets. */
  readonly hosts: ReadonlySet<string>;
  /** `.example.com` of `*.example.com`. */
  readonly suffixes: readonly string[];
  readonly ranges: readonly Range[];
}

type Range = readonly [Address, number];

export const allowanceWords =
  'a host (files.example), all hosts below one (*.files.example), an address or a range of addresses (10.0.0.0/8), without scheme and port';

/** Nothing but public addresses. */
const nothing: NetworkAllowance = { hosts: new Set(), suffixes: [], ranges: [] };

/** Entries that {@link isAllowanceEntry} holds for. */
export function compileAllowance(entries: readonly string[] = []): NetworkAllowance {
  return entries.reduce((all, entry) => {
    const added = parseEntry(entry);
    return {
      hosts: new Set([...all.hosts, ...added.hosts]),
      suffixes: [...all.suffixes, ...added.suffixes],
      ranges: [...all.ranges, ...added.ranges],
    };
  }, nothing);
}

export function isAllowanceEntry(entry: string): boolean {
  const { hosts, suffixes, ranges } = parseEntry(entry);
  return hosts.size + suffixes.length + ranges.length > 0;
}

/** A host as it is compared: `[::1]` and `LOCALHOST.` are written in one way only. */
export function toHost(hostname: string): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

export function isBelow(host: string, { suffixes }: NetworkAllowance): boolean {
  return suffixes.some((suffix) => host.endsWith(suffix));
}

export function isWithin(address: Address, { ranges }: NetworkAllowance): boolean {
  return ranges.some(([start, bits]) => start.kind() === address.kind() && address.match(start, bits));
}

/** Is it named by itself, and not with others? */
export function isNamedSingly(address: Address, { ranges }: NetworkAllowance): boolean {
  const all = address.kind() === 'ipv4' ? 32 : 128;
  return ranges.some(([start, bits]) => bits === all && start.toString() === address.toString());
}

function parseEntry(entry: string): NetworkAllowance {
  const text = entry.trim();
  const range = parseRange(text);
  if (range !== undefined) return { ...nothing, ranges: [range] };
  const below = text.startsWith('*.') ? text.slice(2) : undefined;
  const host = toHost(below ?? text);
  // `0x7f.1` is an address to whoever dials it, and no name.
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host) || URL.parse(`http://${host}`)?.hostname !== host)
    return nothing;
  if (isIP(host) !== 0) return nothing;
  return below === undefined
    ? { ...nothing, hosts: new Set([host]) }
    : { ...nothing, suffixes: [`.${host}`] };
}

function parseRange(text: string): Range | undefined {
  const [, written = '', length] = /^\[?([^\]/]*)\]?(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (isIP(written) === 0) return undefined;
  const address = readAddress(written);
  if (address === undefined) return undefined;
  const isOther = address.kind() !== ipaddr.parse(written).kind();
  const most = address.kind() === 'ipv4' ? 32 : 128;
  // A range of mapped addresses is written as what they stand for.
  if (isOther && length !== undefined) return undefined;
  const bits = length === undefined ? most : Number(length);
  return bits <= most ? [address, bits] : undefined;
}
