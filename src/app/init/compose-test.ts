import { present } from '../../contract/present.ts';
import { formatYaml } from '../../workspace/text/format-yaml.ts';
import { parseSource } from '../../workspace/text/source-document.ts';
import type { Choice } from './choice.ts';
import { templateOf } from './ends.ts';
import type { ComposeTools, NewFile } from './new-file.ts';
import { samplePayload } from './sample-payload.ts';
import { fillTemplate } from './templates.ts';

interface TestTools extends ComposeTools {
  /** The files that the flow is compiled from. */
  readonly documents: readonly NewFile[];
}

/**
 * The flow's first test. Where the source gives records of its own kind, the template has some; otherwise a sample of
 * the entity goes in, and what the target is given for it is expected from now on.
 */
export async function composeTest({ flow, source, target }: Choice, tools: TestTools): Promise<string> {
  const { templates, loaded, around, documents } = tools;
  const first = templateOf(templates, source, 'source/test.yaml');
  if (first !== undefined) return header(flow) + first;
  const path = `entities/${source.entity}.yaml`;
  const text = templates.get(path) ?? '{}';
  const { value: entity } = parseSource({ path, text });
  const workspace = loaded.parse([...documents]);
  const payload = await samplePayload(around, workspace, flow, entity);
  const values = { sample: text, payload: formatYaml(payload), entity: source.entity, target: target.name };
  return header(flow) + fillTemplate(present(templates.get('test.yaml'), 'a template'), values);
}

function header(flow: string): string {
  return `# yaml-language-server: $schema=../.tradelane/schemas/test.schema.json\nflow: ${flow}\n`;
}
