import { Command } from 'commander';
import type { Report } from './common-options.ts';
import type { Context } from './context.ts';
export function initCommand(_context: Context, _report: Report): Command {
  return new Command('init');
}
