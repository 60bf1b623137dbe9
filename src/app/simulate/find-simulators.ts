import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../../contract/fault.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { Surroundings } from '../surroundings.ts';

type Package = Pick<Surroundings, 'packageDir'>;

/** All that the package has, by name. */
export async function loadSimulators(around: Package): Promise<readonly Simulator[]> {
  const names = await simulatorNames(around);
  return await Promise.all(names.map((name) => loadSimulator(around, name)));
}

/** Throws a Fault TL_ARGUMENT_INVALID that says which there are. */
export async function loadSimulator(around: Package, name: string): Promise<Simulator> {
  const found = await findSimulator(around, name);
  if (found !== undefined) return found;
  const known = await simulatorNames(around);
  throw new Fault('TL_ARGUMENT_INVALID', `no simulator "${name}"; there are: ${known.join(', ')}`);
}

/** `undefined` for a connector whose system has no simulator. */
export async function findSimulator(around: Package, connector: string): Promise<Simulator | undefined> {
  const file = await simulatorFile(around, connector);
  if (file === undefined) return undefined;
  const module = (await import(pathToFileURL(file).href)) as { default: Simulator };
  return module.default;
}

async function simulatorNames(around: Package): Promise<readonly string[]> {
  const folders = await readdir(join(around.packageDir, 'connectors'));
  const found = await Promise.all(
    folders.map(async (name) => ((await simulatorFile(around, name)) ? [name] : [])),
  );
  return found.flat().sort();
}

/** As source, or as it was built for the package. */
async function simulatorFile({ packageDir }: Package, connector: string): Promise<string | undefined> {
  const dir = join(packageDir, 'connectors', connector);
  const files = await readdir(dir).catch(() => []);
  const file = files.find((one) => one === 'simulator.ts' || one === 'simulator.js');
  return file === undefined ? undefined : join(dir, file);
}
