import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../../../src/observe/metrics/metrics.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/monitoring.md');
const rules = parse(read('docs/monitoring/alerts.yaml')) as {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
};
const alerts = rules.groups.flatMap((group) => group.rules);

/** Names of series as they are declared; a histogram has three. */
async function declared(): Promise<{
  readonly names: readonly string[];
  readonly series: ReadonlySet<string>;
}> {
  const metrics = createMetrics({ version: '0.0.0', poolUse: () => ({ busy: 0, idle: 0, waiting: 0 }) });
  const { text } = await metrics.render(undefined);
  const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type]) => ({ name, type }));
  const series = types.flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );
  return { names: types.map(({ name }) => name), series: new Set(series) };
}

/** What the first column of the tables of a section names. */
function firstColumn(title: string): readonly string[] {
  const section = page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );
}

describe('docs/monitoring.md', () => {
  it('tells of every series, and of none that is not there', async () => {
    const { names } = await declared();
    const own = names.filter((name) => name.startsWith('tradelane_'));
    expect(firstColumn('Figures').toSorted()).toEqual(own.toSorted());
  });

  it('tells of every alert, and of none that is not there', () => {
    expect(firstColumn('Alerts')).toEqual(expect.arrayContaining(alerts.map(({ alert }) => alert)));
    expect(firstColumn('Alerts')).toHaveLength(alerts.length);
  });
});

describe('docs/monitoring/alerts.yaml', () => {
  it('asks for series that there are', async () => {
    const { series } = await declared();
    const known = (name: string) => series.has(name) || name === 'up';
    const asked = alerts.flatMap(({ expr }) =>
      [...expr.matchAll(/\b(?:tradelane|nodejs|process)_\w+\b/g)].map(([name]) => name),
    );
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !known(name))).toEqual([]);
  });

  it('has each of its alerts shown in a test of promtool', () => {
    const shown = read('docs/monitoring/alerts.test.yaml');
    expect(alerts.map(({ alert }) => alert).filter((alert) => !shown.includes(alert))).toEqual([]);
  });
});
