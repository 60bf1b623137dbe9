import type { ProxySettings } from '../../contract/connector.ts';

/** A failure of the adapter, with what is known of a proxy that did not let the request through. */
interface Met extends Error {
  proxy?: string;
  sent?: boolean;
  code?: string;
}

/** The proxy has answered instead of the system, or its own connection could not be made: nothing has reached the system. */
const refusals = /Proxy response \((\d+)\)|Proxy Authentication Required \((407)\)/;

/** Names the proxy in a failure that it is to blame for, and not the system behind it. */
export function nameProxy(thrown: unknown, proxy: ProxySettings): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const met: Met = thrown;
  const inner = innermost(thrown);
  const [said] = [proxy.https, proxy.http].flatMap((url) => (url === undefined ? [] : [new URL(url)]));
  const [, tunnel, plain] = refusals.exec(thrown.message) ?? [];
  const status = tunnel ?? plain;
  if (status !== undefined) {
    return Object.assign(met, { proxy: said && hostOf(said), sent: false, code: `TL_PROXY_${status}` });
  }
  for (const url of [proxy.https, proxy.http]) {
    if (url !== undefined && met.sent !== true && isAbout(inner, new URL(url))) {
      return Object.assign(met, { proxy: hostOf(new URL(url)) });
    }
  }
  return met;
}

function isAbout(error: Error, { hostname, host, port, protocol }: URL): boolean {
  const { hostname: lookedUp, port: tried } = error as {
    readonly hostname?: unknown;
    readonly port?: unknown;
  };
  if (lookedUp !== undefined) return lookedUp === hostname;
  if (tried !== undefined) return tried === Number(port || (protocol === 'https:' ? 443 : 80));
  return /^UND_ERR_PRX/.test(String((error as { code?: unknown }).code)) || error.message.includes(host);
}

function innermost(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return innermost(error.errors[0]);
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

function hostOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}
