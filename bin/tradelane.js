#!/usr/bin/env node
// Plain JavaScript that any Node understands: it hands over to the pinned Node, which runs TypeScript directly.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeSync } from 'node:fs';
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

if (answersAtOnce(process.argv.slice(2))) process.exit(0);
if (isNewEnough && process.platform !== 'win32') process.execve(node, [node, ...args], env);
else runAsChild();

/**
 * What needs nothing but a text is answered here: to load the program that would say it takes ten times as long. The
 * texts are those of the commands, kept by `npm run generate`.
 */
function answersAtOnce(args) {
  const isVersion = args.length === 1 && (args[0] === '--version' || args[0] === '-V');
  if (isVersion) return say(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
  if (args.length === 2 && args[0] === 'completion') {
    const scripts = JSON.parse(readFileSync(join(root, 'bin', 'completion.json'), 'utf8'));
    if (Object.hasOwn(scripts, args[1])) return say(scripts[args[1]]);
  }
  const isHelp = (arg) => arg === '--help' || arg === '-h';
  const command = isHelp(args.at(-1)) ? args.slice(0, -1) : args[0] === 'help' ? args.slice(1) : undefined;
  if (command === undefined || command.some((arg) => arg.startsWith('-'))) return false;
  const texts = JSON.parse(readFileSync(join(root, 'bin', 'help.json'), 'utf8'));
  const name = command.join(' ');
  return Object.hasOwn(texts, name) && say(asTyped(texts[name], Object.keys(texts)));
}

function say(text) {
  // To the end, also into a pipe: the process ends right after.
  for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(writeSome(rest));
  return true;
}

function writeSome(bytes) {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if (error.code === 'EAGAIN') return 0;
    // `tradelane --help | head`: whoever reads has seen enough.
    if (error.code === 'EPIPE') return bytes.length;
    throw error;
  }
}

/** Who called us by npx, or by a script of npm, can type it only that way: as `asTyped` in the program has it. */
function asTyped(text, names) {
  if (!process.env.npm_command) return text;
  const words = [...new Set(names.map((name) => name.split(' ')[0]))].filter((word) => word !== '');
  const mentioned = new RegExp(`(?<![\\w/@-]|npx )tradelane (?=(?:${words.join('|')})\\b|\\[)`, 'g');
  return text.replaceAll(mentioned, 'npx tradelane ');
}

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
