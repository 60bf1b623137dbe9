import { endpoints } from '../src/endpoints/endpoints.ts';
import { inputName, pathMembers, restOf } from '../src/endpoints/schemas.ts';
import type { GeneratedFile } from './generate-docs.ts';

/** What the client knows of endpoints: where each is, and the types of what it is given and answers. */
export function endpointTable(inputs: ReadonlySet<string>): GeneratedFile {
  const places = endpoints.map((endpoint) => {
    const { id, method, path } = endpoint;
    return `  ${id}: ${JSON.stringify({ method, path, inPath: pathMembers(endpoint), rest: restOf(endpoint) })},`;
  });
  const given = endpoints.map((endpoint) => {
    const name = inputName(endpoint);
    return `  readonly ${endpoint.id}: ${inputs.has(name) ? `types.${toType(name)}Input` : 'Record<string, never>'};`;
  });
  const answers = endpoints.map(
    ({ id, answer }) =>
      `  readonly ${id}: ${answer === undefined ? 'undefined' : `types.${toType(answer)}Answer`};`,
  );
  const text = [
    '// Generated from src/endpoints by npm run generate',
    "import type * as types from '../../contract/generated/endpoints.ts';\n",
    `export const endpointPlaces = {\n${places.join('\n')}\n} as const;\n`,
    'export type EndpointId = keyof typeof endpointPlaces;\n',
    `export interface EndpointInputs {\n${given.join('\n')}\n}\n`,
    `export interface EndpointAnswers {\n${answers.join('\n')}\n}\n`,
  ];
  return { path: 'src/client/generated/endpoints.ts', text: text.join('\n') };
}

function toType(name: string): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
