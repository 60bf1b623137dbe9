import { isJsonObject } from '../../contract/json.ts';
import type { ForecastChunk } from '../../engine/forecast/forecast.ts';
import {
  type Forecast,
  type ForecastDifference,
  type ForecastEffect,
  forecastEffects,
} from '../../engine/forecast/forecast-record.ts';
import type { Context } from '../context.ts';
import { type Column, paint, printLine, printTable } from './print.ts';

export type Totals = Pick<ForecastChunk, 'read' | 'counts'>;

/** Some of each effect, in the order in which they were read. */
export interface Samples {
  add(forecasts: readonly Forecast[]): void;
  of(effect: ForecastEffect): readonly Forecast[];
}

/** Keeps `size` of each effect, however many come. */
export function createSamples(size: number): Samples {
  const kept = new Map<ForecastEffect, Forecast[]>();
  return {
    add: (forecasts) => {
      for (const each of forecasts) {
        const some = kept.get(each.effect) ?? [];
        kept.set(each.effect, some);
        if (some.length < size) some.push(each);
      }
    },
    of: (effect) => kept.get(effect) ?? [],
  };
}

/** `orders  read 500  create 3  update 12`: what is not zero. */
export function forecastLine(flow: string, { read, counts }: Totals): string {
  const parts = forecastEffects.filter((effect) => counts[effect] > 0);
  return `${flow}  ${[`read ${read}`, ...parts.map((effect) => `${effect} ${counts[effect]}`)].join('  ')}`;
}

/** Totals, then samples of every effect. */
export function printForecast(context: Context, flow: string, totals: Totals, samples: Samples): void {
  const names = ['read', ...forecastEffects] as const;
  const columns: readonly Column[] = [
    { title: 'flow' },
    ...names.map((title) => ({ title, align: 'right' as const, mayBeLeftOut: true as const })),
  ];
  const row = [flow, ...names.map((name) => String(name === 'read' ? totals.read : totals.counts[name]))];
  printTable(context, columns, [row]);
  for (const effect of forecastEffects) {
    const some = samples.of(effect);
    if (some.length === 0) continue;
    printLine(context);
    printLine(context, paint(context.stdout, 'bold', titleOf(effect, some.length, totals.counts[effect])));
    for (const each of some) printOne(context, each);
  }
}

function titleOf(effect: ForecastEffect, shown: number, all: number): string {
  return shown === all ? `${effect}: ${all}` : `${effect}: ${shown} of ${all}`;
}

function printOne(context: Context, each: Forecast): void {
  const { key, error, fault, reason, drift = [], absent = [] } = each;
  const differences = each.payload === undefined ? each.differences : membersOf(each.payload, '');
  const what = fault ? `${fault.code}  ${oneLine(fault.message)}${placeOf(fault)}` : reason;
  const name = `${key ?? '(no key)'}${error === undefined ? '' : ` (error ${error})`}`;
  printLine(context, `  ${what === undefined ? name : `${name}  ${what}`}`);
  for (const { side, path, expected } of drift.slice(0, mostShown))
    printLine(context, `    does not fit at the ${side}: ${path} ${expected}`);
  for (const { path, would } of absent.slice(0, mostShown))
    printLine(context, `    ${path}: would be ${would}`);
  for (const difference of differences.slice(0, mostShown)) printDifference(context, difference);
  const more = differences.length - mostShown;
  if (more > 0) printLine(context, `    … and ${more} more; --json has all`);
}

/** The members of a payload, as if nothing had been there before. */
function membersOf(value: unknown, path: string): readonly ForecastDifference[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item, index) => membersOf(item, `${path}[${index}]`));
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([name, member]) =>
      membersOf(member, path === '' ? name : `${path}.${name}`),
    );
  }
  return [{ path: path === '' ? 'payload' : path, before: undefined, after: value }];
}

/** The message may name the place itself. */
function placeOf({ message, at }: NonNullable<Forecast['fault']>): string {
  return at === undefined || message.includes(at) ? '' : ` (${at})`;
}

const mostShown = 20;

function printDifference(context: Context, { path, before, after }: ForecastDifference): void {
  printLine(context, `    ${path}`);
  if (before !== undefined) printLine(context, paint(context.stdout, 'red', `      - ${show(before)}`));
  if (after !== undefined) printLine(context, paint(context.stdout, 'green', `      + ${show(after)}`));
}

function show(value: unknown): string {
  return cut(oneLine(typeof value === 'string' && value !== '' ? value : JSON.stringify(value)), 200);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
