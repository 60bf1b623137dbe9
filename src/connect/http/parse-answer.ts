import { describeFlaws } from '../../contract/exact-json/json-flaws.ts';
import { readJson } from '../../contract/exact-json/read-json.ts';
import { startOf } from '../../contract/text/cut-text.ts';
import type { RawResponse } from '../transport/create-transport.ts';

/** A response body as it was understood: JSON, or text that is none. */
export type ParsedBody =
  | { readonly form: 'empty' }
  | { readonly form: 'json'; readonly value: unknown }
  /** `reason` says in words what it is instead; never a part of the body but an HTML page's title. */
  | { readonly form: 'other'; readonly html: boolean; readonly reason: string };

/** The body of an answer, as far as it can be understood. */
export function parseAnswer({ text, headers, broken, unreadable }: RawResponse): ParsedBody {
  if (unreadable !== undefined) return { form: 'other', html: false, reason: unreadable };
  const parsed = parseBody(text, headerOf(headers, 'content-type'));
  if (parsed.form !== 'other' || broken === undefined) return parsed;
  return { ...parsed, reason: `${parsed.reason}; ${broken}` };
}

/** All that a system has said under a name; in lower case. */
export function headerOf(headers: RawResponse['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/**
 * What is flawed in JSON (see `readJson`) is left out: `flawIn` reports it. JSON is parsed where the content type says
 * JSON, or where the body looks like it: some systems send JSON as `text/plain`, or with a byte order mark in front.
 */
function parseBody(text: string, contentType: string | undefined): ParsedBody {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (body === '') return { form: 'empty' };
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const saysJson = type === 'application/json' || type.endsWith('+json') || type.endsWith('/json');
  if (!saysJson && !/^\s*[[{]/.test(body))
    return body.trim() === '' ? { form: 'empty' } : toOther(body, type);
  try {
    const { value, flaws } = readJson(body);
    if (value !== undefined) return { form: 'json', value };
    return { form: 'other', html: false, reason: `JSON of which can be said: ${describeFlaws(flaws)}` };
  } catch {
    if (body.trim() === '') return { form: 'empty' };
    if (looksLikeHtml(body)) return toOther(body, type);
    return { form: 'other', html: false, reason: `${body.length} characters that are not valid JSON` };
  }
}

function toOther(body: string, type: string): ParsedBody {
  const html = type === 'text/html' || looksLikeHtml(body);
  const title = html ? /<title[^>]*>([^<]{1,200})/i.exec(body)?.[1]?.replace(/\s+/g, ' ').trim() : undefined;
  const named = title === undefined || title === '' ? '' : ` titled "${startOf(title, 80)}"`;
  const kind = html ? `an HTML page${named}` : 'text that is not JSON';
  return {
    form: 'other',
    html,
    reason: `${kind} (content type ${type === '' ? 'not given' : type.slice(0, 60)})`,
  };
}

function looksLikeHtml(body: string): boolean {
  return /^\s*<(!doctype html|html|head|body)\b/i.test(body);
}
