import type { FastifyHelmetOptions } from '@fastify/helmet';

/**
 * What browsers are told to keep to. Scripts, styles and pictures come from here alone and none stands in a page; no
 * other site shows ours inside of its own.
 * @param site - how browsers reach this
 * @param issuer - the identity provider, where a form of ours may end: that of logging out
 */
export function securityHeaders(site: string, issuer: string | undefined): FastifyHelmetOptions {
  const isSecure = site.startsWith('https:');
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'", ...(issuer === undefined ? [] : [new URL(issuer).origin])],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // What has been read here stays here: the address of a page says which order somebody looks at. Not `no-referrer`: forms
    // of a page that says so are sent with `Origin: null`, as if they came from nowhere.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000 } : false,
    frameguard: { action: 'deny' },
  };
}
