import { explainError } from '../../src/app/errors/explain/explain-error.ts';
import type { Explained, FlowNames } from '../../src/app/errors/explain/facts.ts';

/**
 * The page of faults with what a clerk is told, below each example: tests carry the examples out, so each sentence is
 * made of what really was said, and they compare what the fault of a record is told as.
 */
export function withClerkSentences(page: string): string {
  return page
    .split(/^(?=#{2,3} )/m)
    .map((section) => {
      const code = /^### (TL_\w+)\n/.exec(section)?.[1];
      return code === undefined ? section : explainSection(section, code);
    })
    .join('');
}

const said = /(^```text\n([\s\S]*?)^```\n)(?:\n> \*\*For a clerk:\*\* .*\n)?/gm;

function explainSection(section: string, code: string): string {
  let from = 0;
  return section.replace(said, (whole, block: string, text: string, offset: number) => {
    const given = section.slice(from, offset);
    from = offset + whole.length;
    const { sentence, next } = explainError(exampleOf(code, text, given));
    return `${block}\n> **For a clerk:** ${sentence} *${next}*\n`;
  });
}

function exampleOf(code: string, text: string, given: string): Explained {
  const [, message = ''] = /^(?:TL_\w+ {2}|(?:[\s\S]*\n)?error: )(.*)$/m.exec(text) ?? [];
  const at = /\((flows\/[^()]+:\d+:\d+)\)/.exec(message)?.[1];
  const isRun = ofRuns.has(code) || /^GET \/orders\n/m.test(given);
  const about = subjectOf(message, given);
  return { code, message, at, about, standing: isRun ? 'run' : 'error', names: namesOf(given) };
}

/** What the fault itself knows, and its message does not say: which member was looked up. */
function subjectOf(message: string, given: string): Explained['about'] {
  const [, table, value] = /the table "(\w+)" has no row for "(\w+)"/.exec(message) ?? [];
  const path = /\$lookup\("\w+", (\w+)\)/.exec(given)?.[1];
  return table && value && path ? { table, value, path } : undefined;
}

/** What ends a run, or holds it, and is never the fault of one record. */
const ofRuns: ReadonlySet<string> = new Set([
  ...['TL_CONNECTION_CONFIG', 'TL_SOURCE_UNREADABLE', 'TL_GUARD_TRIPPED', 'TL_WORKSPACE_INVALID'],
  ...['TL_STORE_UNAVAILABLE', 'TL_LEASE_LOST', 'TL_RUN_STOPPED'],
]);

/** The page's workspace has a shop, an ERP, and tills that drop files. */
function namesOf(given: string): FlowNames {
  if (given.includes('receipts')) return { source: 'tills', record: 'receipt' };
  return { flow: 'orders-to-erp', source: 'shop', target: 'erp', record: 'order' };
}
