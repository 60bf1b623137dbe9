import { accessOf } from '../../app/access/site.ts';
import { createToken, pageTokens, revokeToken } from '../../app/access/tokens/tokens.ts';
import type {
  CreateTokenInput,
  ListTokensInput,
  RevokeTokenInput,
} from '../../contract/generated/endpoints.ts';
import { durationMs } from '../../contract/quantity.ts';
import type { Endpoint } from '../endpoint.ts';

const admin = { subject: 'tokens', role: 'admin', reach: 'everything' } as const;

const listTokensEndpoint: Endpoint<ListTokensInput> = {
  id: 'listTokens',
  method: 'GET',
  path: '/tokens',
  ...admin,
  summary: 'Tokens that let in, the newest first',
  answer: 'token-list',
  async handle({ open }, { all, limit = 50, cursor }) {
    const which = all === true ? ('all' as const) : ('usable' as const);
    const { items: tokens, next } = await pageTokens(open, { which }, { limit, cursor });
    return { tokens, ...(next !== undefined && { next }) };
  },
};

const createTokenEndpoint: Endpoint<CreateTokenInput> = {
  id: 'createToken',
  method: 'POST',
  path: '/tokens',
  ...admin,
  summary: 'Make a token, and show it once',
  description: 'It may no more than whoever makes it.',
  isPrivate: true,
  answer: 'token-create',
  status: 201,
  async handle({ open, caller }, { expires, ...wish }) {
    const lastsMs = expires === undefined ? undefined : durationMs(expires);
    return await createToken(open, { ...wish, lastsMs }, caller, (await accessOf(open)).tokens);
  },
};

const revokeTokenEndpoint: Endpoint<RevokeTokenInput> = {
  id: 'revokeToken',
  method: 'POST',
  path: '/tokens/{token}/revoke',
  ...admin,
  summary: 'Let a token in no more, at once',
  isPrivate: true,
  answer: 'token-revoke',
  async handle({ open, caller }, { token, reason }) {
    return { revoked: await revokeToken(open, token, { by: caller.name, reason }) };
  },
};

export const tokenEndpoints: readonly Endpoint[] = [
  listTokensEndpoint,
  createTokenEndpoint,
  revokeTokenEndpoint,
];
