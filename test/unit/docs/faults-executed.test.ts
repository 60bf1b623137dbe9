import { describe, expect, it } from 'vitest';
import { explainError } from '../../../src/app/errors/explain/explain-error.ts';
import type { Fault } from '../../../src/contract/fault.ts';
import { faultCodes } from '../../../src/contract/fault-table.ts';
import { isJsonObject } from '../../../src/contract/json.ts';
import { createOfflinePlans } from '../../../src/flow-test/compile-offline.ts';
import { passCase } from '../../../src/flow-test/pass-case.ts';
import {
  faultBase,
  faultExamples,
  faultFrom,
  faultPage,
  faultSections,
  toldInWorkspace,
} from './fault-page.ts';
import { type Example, examplesIn } from './page-sections.ts';

describe('docs/faults.md', () => {
  it.each(faultCodes)('shows an example of %s that ends with it, and says who acts', (code) => {
    const section = faultSections.find((each) => each.code === code);
    const said =
      section === undefined ? [] : examplesIn(section).flatMap(({ said }) => said.match(/\bTL_\w+\b/g) ?? []);
    expect(said.length, `${code} has no example`).toBeGreaterThan(0);
    expect([...new Set(said)], `the examples of ${code}`).toContain(code);
    expect(section?.text).toMatch(/^\*\*Who acts:\*\* \S.{4,}/m);
  });

  it('lists each code at its top', () => {
    const listed = [...faultPage.matchAll(/^\| \[(TL_\w+)\]\(#\w+\) \| \w+ \| \S/gm)];
    expect(listed.map((match) => match[1])).toEqual(faultCodes);
  });

  it.each(faultExamples('steps').map((example) => [example.code, example] as const))(
    'tells what becomes of a record: %s',
    async (_code, example) => {
      expect(await outcomeOf(example)).toBe(example.said);
    },
  );
});

/** The record of the example through the flow of its workspace, as the engine would send it. */
async function outcomeOf(example: Example): Promise<string> {
  const record: unknown = JSON.parse(example.given.find(({ language }) => language === 'json')?.text ?? '');
  return await toldInWorkspace(example, faultBase, async (workspace) => {
    const plans = createOfflinePlans(workspace, { now: () => 0 });
    return await faultFrom(async () => {
      const plan = plans.compile('orders-to-erp', undefined);
      const flow = workspace.flows.get('orders-to-erp')?.value;
      const hasOwnKey = isJsonObject(flow) && flow['key'] !== undefined;
      const { fault } = await passCase(plan, { given: { record }, hasOwnKey }, {});
      if (fault !== undefined) expect(faultPage).toContain(clerkLineOf(fault));
      return fault;
    });
  });
}

/** What a clerk is told of the fault itself: it may know more than its message says. */
function clerkLineOf({ code, message, at, answer, about }: Fault): string {
  const names = { flow: 'orders-to-erp', record: 'order', source: 'shop', target: 'erp' };
  const told = explainError({ code, message, at, answer, about, names, standing: 'error' });
  return `> **For a clerk:** ${told.sentence} *${told.next}*`;
}
