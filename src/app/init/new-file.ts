import type { LoadedWorkspace } from '../../workspace/load/load-workspace.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Templates } from './templates.ts';

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

export interface ComposeTools {
  readonly around: Surroundings;
  /** The package without a workspace. */
  readonly loaded: LoadedWorkspace;
  readonly templates: Templates;
  /** The folder that the workspace is written to. */
  readonly dir: string;
  /** What package.json says of Tradelane: a version, or `file:` and the way to a checkout. */
  readonly dependency: string;
}
