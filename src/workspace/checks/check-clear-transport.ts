import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { createFinding, type Finding } from '../finding.ts';
import { eachText } from '../text/references.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import { branchesOf, childNode, listAt, memberNode, type SchemaNode } from './schema-node.ts';

interface Connection {
  readonly config: JsonObject;
  /** The schema of its configuration. */
  readonly node: SchemaNode;
  /** As they are written: their requests may carry credentials of their own. */
  readonly resources: unknown;
}

/** An address without encryption, at another machine, in a configuration that holds credentials. */
export function checkClearTransport(
  document: SourceDocument,
  path: Path,
  { config, node, resources }: Connection,
): readonly Finding[] {
  const hasSecret = mentionsSecret(node, config) || sendsSecret(resources);
  const findings: Finding[] = [];
  eachText(config, (text, inner) => {
    const url = /^http:\/\//i.test(text.trim()) ? URL.parse(text.trim()) : null;
    if (url === null || isOwnMachine(url.hostname) || !(hasSecret || url.password !== '')) return;
    const message = `the credentials of this connection go to ${url.host} without encryption: whoever is on the way can read them`;
    const place = document.valuePlace([...path, ...inner]);
    findings.push(createFinding('TLW_SECRET_IN_CLEAR', place, message, 'use https'));
  });
  return findings;
}

function isOwnMachine(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
}

/** A member with a value that its schema marks as secret; one that a variable gives is one as well. */
function mentionsSecret(node: SchemaNode, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (node.schema.writeOnly === true) return true;
  const parts = [...branchesOf(node), ...listAt(node, 'allOf')];
  if (parts.some((part) => mentionsSecret(part, value))) return true;
  if (Array.isArray(value)) {
    const items = childNode(node, node.schema.items);
    return items !== undefined && value.some((item) => mentionsSecret(items, item));
  }
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, member]) => {
    if (typeof member === 'string' && member !== '' && secretHeaders.test(name)) return true;
    const inner = memberNode(node, name);
    return inner !== false && inner !== undefined && mentionsSecret(inner, member);
  });
}

/** Does a request of a resource have a header or a query parameter that credentials go in? */
function sendsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(sendsSecret);
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, member]) => {
    const isSent = (name === 'headers' || name === 'query') && isJsonObject(member);
    return isSent ? Object.entries(member).some(isCredential) : sendsSecret(member);
  });
}

/** What the record or the place in a list gives (`page_token: "{{cursor}}"`) is none. */
function isCredential([name, value]: readonly [string, unknown]): boolean {
  if (typeof value !== 'string' || value === '' || value.includes('{{')) return false;
  return secretHeaders.test(name) || secretParameters.test(name);
}

const secretParameters = /^(?:token|password|passwd|secret)$|[-_]?(?:access|auth)[-_]?token$|[-_]secret$/i;

/** Headers that credentials go in, whatever the schema says of them. */
const secretHeaders = /^(?:proxy-)?authorization$|^cookie$|api[-_]?key|[-_]token$/i;
