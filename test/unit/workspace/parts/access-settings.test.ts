import { expect, it } from 'vitest';
import { findingsOf, makeWorkspace } from '../make-workspace.ts';

const path = 'config/tradelane.yaml';
const withOidc = (more: string, roles = '{ grants: { Boss: [{ role: admin }] } }') => `access:
  oidc: { issuer: "https://login.example/x", clientId: lane, roles: ${roles}${more} }
`;
const settingsOf = (text: string) => makeWorkspace({ [path]: text }).settings.access;

it('lets people in by themselves as little as is sensible', () => {
  expect(makeWorkspace().settings.access).toEqual({
    publicUrl: undefined,
    trustedProxies: [],
    local: true,
    oidc: undefined,
    sessions: { idleMs: 1_800_000, absoluteMs: 43_200_000 },
    tokens: { lifetimeMs: 90 * 86_400_000, maxLifetimeMs: 365 * 86_400_000 },
  });
});

it('keeps the secret of the client as it is written, and resolves the rest', () => {
  const text = withOidc(', clientSecret: "${SHOP_TOKEN}", label: "${SHOP_TOKEN}", scopes: [groups]');
  const workspace = makeWorkspace({ [path]: text });
  expect(findingsOf(workspace)).toEqual([]);
  expect(workspace.settings.access.oidc).toEqual({
    issuer: 'https://login.example/x',
    clientId: 'lane',
    clientSecret: '${SHOP_TOKEN}',
    label: 'secret-of-the-shop',
    scopes: ['openid', 'groups'],
    name: 'preferred_username',
    roles: { claim: 'roles', grants: { Boss: [{ role: 'admin', flows: '*' }] } },
  });
});

it.each([
  [
    withOidc(', clientSecret: plain'),
    'TLW_SECRET_IN_TEXT the credential "clientSecret" stands here in clear',
  ],
  [
    withOidc('', '{ grants: { Boss: [{ role: admin, flows: "a-*" }] } }'),
    'TLW_VALUE_CHOICE expected "*", got "a-*"',
  ],
  [withOidc('', '{ grants: { Boss: [{ role: owner }] } }'), 'TLW_VALUE_CHOICE'],
  [withOidc('', '{ grants: { Boss: [] } }'), 'TLW_VALUE'],
  [withOidc('', '{ grants: {} }'), 'TLW_'],
  [withOidc('').replace('https:', 'http:'), 'TLW_VALUE_FORMAT'],
  ['access: { publicUrl: "http://lane.example" }\n', 'TLW_VALUE_FORMAT'],
  ['access: { publicUrl: "https://lane.example/path" }\n', 'TLW_VALUE_FORMAT'],
  ['access: { publicUrl: "https://anna:secret@lane.example" }\n', 'TLW_VALUE_FORMAT'],
  ['access: { trustedProxies: ["proxy.example"] }\n', 'TLW_VALUE_FORMAT'],
  ['access: { sessions: { idle: 30 } }\n', 'TLW_VALUE'],
])('tells of %j where it stands', (text, finding) => {
  expect(findingsOf(makeWorkspace({ [path]: text })).join('\n')).toContain(finding);
});

it.each(['http://localhost:7400', 'http://127.0.0.1', 'http://[::1]:7400/', 'https://lane.example:8443/'])(
  'is reached at %s',
  (publicUrl) => {
    expect(settingsOf(`access: { publicUrl: "${publicUrl}" }\n`).publicUrl).toBe(
      publicUrl.replace(/\/$/, ''),
    );
  },
);
