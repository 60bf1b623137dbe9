#!/usr/bin/env node
// Plain JavaScript that any Node understands: it hands over to the pinned Node, which runs TypeScript directly.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src', 'main.ts');
// A published package holds JavaScript: Node strips no types below node_modules.
const main = existsSync(source) ? source : join(root, 'src', 'main.js');
// On a machine with much memory V8 lets garbage pile up: these keep a run below 300 MB at next to no cost in time.
const flags = ['--max-semi-space-size=16', '--heap-growing-percent=60'];

const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;
const node = isNewEnough ? process.execPath : pinnedNode();
const args = [...flags, main, ...process.argv.slice(2)];
// What was compiled is kept for the next start, where only this user can write. Where nobody can, Node does without.
const home = process.env.HOME ?? process.env.USERPROFILE;
const env = { ...(home && { NODE_COMPILE_CACHE: join(home, '.cache', 'tradelane') }), ...process.env };

if (isNewEnough && process.platform !== 'win32') process.execve(node, [node, ...args], env);
else runAsChild();

function runAsChild() {
  const child = spawn(node, args, { stdio: 'inherit', env });
  // The terminal sends Ctrl-C to both: this one only waits for the other's end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: could not start ${node}: ${error.message}`);
    process.exitCode = 3;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 3 : 130);
  });
}

function pinnedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    console.error(`error: tradelane needs Node 24 or newer; this is ${process.version}`);
    process.exit(3);
  }
}
