import { createOAuth2Credentials, type TokenTools } from './create-oauth2-credentials.ts';
import {
  type Credentials,
  createStaticCredentials,
  noAuthorization,
  toBasic,
  toHeaderAuthorization,
} from './credentials.ts';
import type { AuthSettings } from './parse-auth-settings.ts';

export function createCredentials(settings: AuthSettings, tools: TokenTools): Credentials {
  switch (settings.type) {
    case 'none':
      return createStaticCredentials(noAuthorization);
    case 'basic':
      return createStaticCredentials(
        toHeaderAuthorization('authorization', toBasic(settings.username, settings.password)),
      );
    case 'bearer':
      return createStaticCredentials(toHeaderAuthorization('authorization', `Bearer ${settings.token}`));
    case 'apiKey':
      return createStaticCredentials(
        settings.in === 'header'
          ? toHeaderAuthorization(settings.name, settings.value)
          : {
              headers: {},
              query: `${encodeURIComponent(settings.name)}=${encodeURIComponent(settings.value)}`,
            },
      );
    case 'oauth2':
      return createOAuth2Credentials(settings, tools);
  }
}
