import { execFileSync } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds what is published: the same tree as the checkout, with JavaScript in place of TypeScript, because Node
 * strips no types below node_modules. `npm publish ./dist`.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const target = resolve(process.argv[2] ?? join(root, 'dist'));

await rm(target, { recursive: true, force: true });
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', target], {
  stdio: 'inherit',
});
for (const part of ['bin', 'connectors', 'schemas', 'flows', 'config', 'templates', 'docs']) {
  await cp(join(root, part), join(target, part), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  });
}
for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE']) await cp(join(root, file), join(target, file));
await writeFile(join(target, 'package.json'), `${JSON.stringify(await publishedManifest(), undefined, 2)}\n`);

async function publishedManifest(): Promise<unknown> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { scripts: _checkoutOnly, devDependencies: _alsoOnly, private: _notHere, ...published } = manifest;
  return { ...published, exports: builtExports(manifest['exports'] as Readonly<Record<string, string>>) };
}

/** Source in the checkout; JavaScript, and types for whoever writes TypeScript, in the package. */
function builtExports(exports: Readonly<Record<string, string>>): unknown {
  const built = Object.entries(exports).map(([name, path]) => {
    const bare = path.replace(/\.ts$/, '');
    return [name, bare === path ? path : { types: `${bare}.d.ts`, default: `${bare}.js` }];
  });
  return Object.fromEntries(built);
}
