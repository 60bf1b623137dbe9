import { allowanceWords, isAllowanceEntry } from '../../connect/reach/allowance.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { parseProxy, proxyWords } from '../compile/open-network.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { PartOptions } from '../load/parse-options.ts';
import { isPem, pathIn } from '../text/pem.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import { type CheckedReferences, checkReferences } from './check-references.ts';

/** `network.allow`, `proxy` and `tls` of a connection. */
export function networkOf({ network, proxy, tls }: JsonObject): JsonObject {
  const allow = isJsonObject(network) ? network.allow : undefined;
  return {
    ...(Array.isArray(allow) && { allow }),
    ...(typeof proxy === 'string' && { proxy }),
    ...(isJsonObject(tls) && { tls }),
  };
}

/** Files that are not there, variables that are not set, and secrets in the file itself. */
export function checkNetwork(
  name: string,
  value: JsonObject,
  { document, options }: { readonly document: SourceDocument; readonly options: PartOptions },
): readonly Finding[] {
  const { allow, proxy, tls } = networkOf(value);
  const at: Path = ['connections', name];
  const findings: Finding[] = [];
  if (Array.isArray(allow))
    findings.push(...checkAllow([...at, 'network', 'allow'], allow, { document, options }));
  if (typeof proxy === 'string') {
    const references = checkReferences({ document, path: [...at, 'proxy'] }, proxy, options);
    findings.push(...references.findings, ...checkProxy(document, [...at, 'proxy'], references));
    if (URL.parse(proxy)?.password) findings.push(inText(document, [...at, 'proxy'], 'password'));
  }
  if (!isJsonObject(tls)) return findings;
  const references = checkReferences({ document, path: [...at, 'tls'] }, tls, options);
  findings.push(...references.findings);
  for (const [part, written] of Object.entries(tls)) {
    const path = [...at, 'tls', part];
    if (typeof written !== 'string' || written.includes('${')) continue;
    if (part === 'passphrase' || (part === 'key' && isPem(written)))
      findings.push(inText(document, path, part));
    else if (!isPem(written) && !options.fileExists(pathIn(options.dir, written))) {
      findings.push(
        createFinding('TLW_ENV_FILE', document.valuePlace(path), `the file ${written} cannot be read`),
      );
    }
  }
  return findings;
}

function checkAllow(
  path: Path,
  allow: readonly unknown[],
  { document, options }: { readonly document: SourceDocument; readonly options: PartOptions },
): readonly Finding[] {
  const { value, findings, isUnknown } = checkReferences({ document, path }, allow, options);
  const wrong = (Array.isArray(value) ? value : []).flatMap((entry: unknown, index): Finding[] => {
    const here = [...path, index];
    if (typeof entry !== 'string' || isUnknown(here) || isAllowanceEntry(entry)) return [];
    return [createFinding('TLW_VALUE_FORMAT', document.valuePlace(here), `expected ${allowanceWords}`)];
  });
  return [...findings, ...wrong];
}

/** It may hold a password: what came is not shown. */
function checkProxy(
  document: SourceDocument,
  path: Path,
  { value, isUnknown }: CheckedReferences,
): readonly Finding[] {
  if (typeof value !== 'string' || isUnknown(path) || value === 'none' || parseProxy(value)) return [];
  return [createFinding('TLW_VALUE_FORMAT', document.valuePlace(path), `expected ${proxyWords}`)];
}

function inText(document: SourceDocument, path: Path, what: string): Finding {
  return createFinding(
    'TLW_SECRET_IN_TEXT',
    document.valuePlace(path),
    `the credential "${what}" stands here in clear text`,
    'take it from the environment: "${NAME}"',
  );
}
