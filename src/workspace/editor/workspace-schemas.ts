import type { JsonObject } from '../../contract/json.ts';
import type { ShapeName } from '../shape-names.ts';
import type { Workspace } from '../workspace.ts';
import { allowReferences } from './allow-references.ts';
import { enumerateConnectionsSchema } from './connections-schema.ts';
import { enumerateFlowSchema } from './flow-schema.ts';
import { enumerateTestSchema } from './test-schema.ts';

/**
 * The schema of one kind of file as an editor should know it in this workspace: with the names there are, and taking
 * `${NAME}` wherever the workspace does. It refuses nothing that `validate` takes.
 */
export function workspaceSchema(name: ShapeName, shape: JsonObject, workspace: Workspace): JsonObject {
  switch (name) {
    case 'flow':
      return enumerateFlowSchema(shape, workspace);
    case 'connections':
      return enumerateConnectionsSchema(shape, workspace);
    case 'test':
      return enumerateTestSchema(shape, workspace);
    case 'settings':
      return allowReferences(shape);
    case 'table':
    case 'connector':
      return shape;
  }
}
