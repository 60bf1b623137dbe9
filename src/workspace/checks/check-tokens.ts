import { createFinding, type Finding } from '../finding.ts';
import { placesInText } from '../text/places-in-text.ts';
import type { SourceFile } from '../text/source-file.ts';

/** A form that only credentials have. The group `secret`, or the whole, is what is secret about it. */
interface Form {
  readonly name: string;
  readonly pattern: RegExp;
}

// Forms that their makers publish, so that leaked ones are recognised: docs.github.com "token formats", Slack "token
// types", Stripe "API keys", HubSpot "private apps", AWS IAM "unique identifiers", Google Cloud "API keys".
const forms: readonly Form[] = [
  { name: 'a GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})/g },
  { name: 'a GitLab token', pattern: /\bglpat-[A-Za-z0-9_-]{20,}/g },
  { name: 'a Slack token', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g },
  { name: 'a Stripe key', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g },
  { name: 'a HubSpot token', pattern: /\bpat-(?:na|eu)\d-[0-9a-f]{8}-[0-9a-f-]{27}/g },
  { name: 'a Shopify token', pattern: /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g },
  { name: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}/g },
  { name: 'a SendGrid key', pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}/g },
  { name: 'an AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { name: 'a Google API key', pattern: /\bAIza[0-9A-Za-z_-]{35}/g },
  { name: 'an Azure storage key', pattern: /\bAccountKey=[A-Za-z0-9+/]{40,}={0,2}/g },
  { name: 'a JSON Web Token', pattern: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g },
  { name: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g },
  {
    name: 'a password in an address',
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'`{}$]+:(?<secret>[^\s/@"'`{}$]+)@/gi,
  },
  {
    name: 'an Authorization header',
    pattern:
      /\bauthorization["']?\s*:\s*["']?(?:Bearer|Basic|Token|ApiKey)\s+(?<secret>[A-Za-z0-9+/=._~-]{8,})/gi,
  },
  {
    name: 'a key in a header',
    pattern: /\b(?:x-)?api-?key["']?\s*:\s*["'](?<secret>[A-Za-z0-9+/=._~-]{16,})["']/gi,
  },
];

/** Credentials that give themselves away by their form, wherever in a file they stand: in comments as well. */
export function checkTokens(file: SourceFile): readonly Finding[] {
  const placeAt = placesInText(file);
  const found = forms.flatMap(({ name, pattern }) =>
    [...file.text.matchAll(pattern)].map((match) => {
      const secret = match.groups?.secret;
      return { name, at: match.index + (secret === undefined ? 0 : match[0].lastIndexOf(secret)) };
    }),
  );
  const first = found.filter(({ at }, index) => found.findIndex((other) => other.at === at) === index);
  return first.map(({ name, at }) =>
    createFinding(
      'TLW_SECRET_IN_TEXT',
      placeAt(at),
      `this looks like ${name}, in clear text`,
      'take it from the environment, "${NAME}", and change it: git keeps what was committed once',
    ),
  );
}
