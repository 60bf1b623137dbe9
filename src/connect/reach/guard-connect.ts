import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { type NetworkAllowance, toHost } from './allowance.ts';
import { judgeAddress, judgeHost } from './judge-address.ts';
import { createRefusal } from './refusal.ts';

export interface Guard {
  readonly allowance: NetworkAllowance;
  /** For tests: who looks names up in place of this machine. */
  readonly lookup?: LookupFunction;
}

/**
 * Dials only addresses that may be reached. What is judged is what is dialled: the name is looked up once, for both, so
 * that another answer a moment later changes nothing. One address that may not be reached refuses them all.
 */
export function guardConnect(
  options: buildConnector.BuildOptions,
  { allowance, lookup = lookUp }: Guard,
): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup: guardLookup(lookup, allowance) });
  return (target, callback) => {
    const host = toHost(target.hostname);
    const refused = isIP(host) === 0 ? undefined : judgeHost(host, allowance);
    if (refused !== undefined) callback(createRefusal(host, refused), null);
    else connect(target, callback);
  };
}

export function guardLookup(lookup: LookupFunction, allowance: NetworkAllowance): LookupFunction {
  return (host, options, callback) =>
    lookup(host, options, (error, found, family) => {
      if (error) return callback(error, found, family);
      const all = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      for (const address of all) {
        const refused = judgeAddress({ host, address }, allowance);
        if (refused !== undefined) return callback(createRefusal(host, refused), found, family);
      }
      callback(null, found, family);
    });
}
