import { readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Erp } from '../../connectors/business-central/erp.ts';
import { startCli } from '../../support/cli.ts';
import { invoiceFile } from './invoice-file.ts';

export interface Command {
  readonly code: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: the documents of many commands
  readonly json: any;
  readonly stderr: string;
  readonly ms: number;
  /** Peak of the resident memory in MB; 0 where the system does not say. */
  readonly peakMb: number;
}

/** A copy of the workspace with a folder that the shop drops its invoices into. */
export interface RetailWorkspace {
  /** `tradelane … --json`, as a process of its own. */
  tradelane(...args: readonly string[]): Promise<Command>;
  drop(name: string): Promise<void>;
  edit(file: string, from: string, to: string): Promise<void>;
  remove(): Promise<void>;
}

export async function createRetailWorkspace(erp: Erp, databaseUrl: string): Promise<RetailWorkspace> {
  const root = await mkdtemp(join(tmpdir(), 'tradelane-retail-'));
  const dir = join(root, 'workspace');
  const invoices = join(root, 'invoices');
  await cp(join(import.meta.dirname, 'workspace'), dir, { recursive: true });
  await mkdir(invoices);
  const { company, clientId, clientSecret } = erp.simulator.config;
  const env = {
    DATABASE_URL: databaseUrl,
    INVOICE_DIR: invoices,
    ERP_URL: erp.simulator.url,
    ERP_COMPANY: String(company),
    ERP_CLIENT_ID: String(clientId),
    ERP_CLIENT_SECRET: String(clientSecret),
  };
  return {
    tradelane: (...args) => runTradelane([...args, '--workspace', dir, '--json'], env),
    drop: async (name) => {
      await copyFile(invoiceFile, join(invoices, name));
      await writeFile(join(invoices, `${name}.done`), '');
    },
    edit: async (file, from, to) => {
      const before = await readFile(join(dir, file), 'utf8');
      if (before.split(from).length !== 2) throw new Error(`${file} does not have "${from}" exactly once`);
      await writeFile(
        join(dir, file),
        before.replace(from, () => to),
      );
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function runTradelane(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Command> {
  await using command = startCli(args, { env });
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(command.pid));
  }, 100);
  const { code, ms } = await command.ended().finally(() => clearInterval(watch));
  const stdout = command.stdout();
  return { code, json: stdout === '' ? undefined : JSON.parse(stdout), stderr: command.stderr(), ms, peakMb };
}

function peakOf(pid: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}
