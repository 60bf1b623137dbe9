import { compileAllowance, type NetworkAllowance, toHost } from './allowance.ts';
import { isNamedHost } from './judge-address.ts';

/** Where the requests of a connection may go. */
export interface NetworkReach {
  /** What may be dialled: where the operator's own URLs stand, what they allow besides, and public addresses. */
  readonly allowance: NetworkAllowance;
  /** May an answer lead there: to another origin than that of the base URL, which the operator has named? */
  mayLead(url: URL): boolean;
}

/**
 * The base URL and the URL for tokens are the operator's word, wherever they stand. Any other origin comes from an
 * answer, and is one that `network.allow` names.
 */
export function createReach({
  own,
  allow,
}: {
  /** The base URL first. */
  readonly own: readonly string[];
  readonly allow: readonly string[] | undefined;
}): NetworkReach {
  const named = compileAllowance(allow);
  const urls = own.flatMap((text) => URL.parse(text) ?? []);
  const hosts = new Set([...named.hosts, ...urls.map(({ hostname }) => toHost(hostname))]);
  const mayBeClear = urls[0]?.protocol === 'http:';
  return {
    allowance: { ...named, hosts },
    mayLead: ({ protocol, hostname }) =>
      (protocol === 'https:' || (protocol === 'http:' && mayBeClear)) && isNamedHost(hostname, named),
  };
}
