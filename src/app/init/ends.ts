import { type Capability, capabilitiesOf, missingFor } from '../../workspace/capabilities.ts';
import type { ConnectionEntry, ConnectorEntry, Workspace } from '../../workspace/workspace.ts';
import type { Templates } from './templates.ts';

export type FlowSide = 'source' | 'target';

/** An entity of a connector that a first flow can read, or write. */
export interface FlowEnd {
  readonly connector: string;
  readonly entity: string;
  readonly resource: string;
  /** What the flow says under `write`; absent for a source. */
  readonly write?: string;
  /** The connection declares its resources itself, in a grammar that knows the entity (`http`) or does not (`file`). */
  readonly isDeclared: boolean;
  readonly isMapped: boolean;
}

/** What there is to choose from. */
export interface Offer {
  readonly sources: readonly FlowEnd[];
  readonly targets: readonly FlowEnd[];
  /** What the connectors are, in a line each. */
  readonly summaries: ReadonlyMap<string, string>;
}

export function listOffer(workspace: Workspace, templates: Templates): Offer {
  const summaries = [...workspace.connectors].map(
    ([name, { connector }]) => [name, connector?.summary ?? ''] as const,
  );
  return {
    sources: listEnds('source', workspace, templates),
    targets: listEnds('target', workspace, templates),
    summaries: new Map(summaries),
  };
}

/** Everything that can be read, or written, in terms of an entity: as the manifests say, and as templates declare it. */
function listEnds(side: FlowSide, workspace: Workspace, templates: Templates): readonly FlowEnd[] {
  const connectors = [...workspace.connectors.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return connectors.flatMap((entry) => {
    if (entry.connector === undefined) return [];
    return entry.connector.resource === undefined
      ? ofManifest(side, entry)
      : ofTemplates(side, entry, { templates, entities: sortEntities(workspace.entities.keys()) });
  });
}

/** Orders first: most integrations begin with them. */
export function sortEntities(entities: Iterable<string>): readonly string[] {
  const rank = (entity: string) => (entity === 'order' ? 0 : 1);
  return [...entities].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** `orders` for `order`; `stock` is many already. */
export function pluralOf(entity: string): string {
  return entity === 'stock' ? entity : `${entity}s`;
}

/** The template of one part of an end: that of the entity, otherwise that of the side. */
export function templateOf(
  templates: Templates,
  { connector, entity }: Pick<FlowEnd, 'connector' | 'entity'>,
  part: string,
): string | undefined {
  return (
    templates.get(`ends/${connector}/${part.replace('/', `/${entity}/`)}`) ??
    templates.get(`ends/${connector}/${part}`)
  );
}

/** Of an entity the first resource that can do it. */
function ofManifest(side: FlowSide, entry: ConnectorEntry): readonly FlowEnd[] {
  const connection: ConnectionEntry = {
    name: entry.name,
    connector: entry.name,
    config: {},
    resources: {},
    limits: {},
    answers: {},
    network: {},
    findings: [],
  };
  const ends = Object.keys(entry.connector?.resources ?? {}).flatMap((resource): readonly FlowEnd[] => {
    const { entity, can = new Set<Capability>() } = capabilitiesOf(connection, entry, resource) ?? {};
    const end = { connector: entry.name, resource, isDeclared: false, isMapped: true };
    if (side === 'source') return entity?.from && can.has('read') ? [{ ...end, entity: entity.name }] : [];
    const write = ['upsert', 'update', 'create'].find((each) => missingFor(each, can) === undefined);
    return entity?.to && write !== undefined ? [{ ...end, entity: entity.name, write }] : [];
  });
  return ends.filter((end, index) => ends.findIndex(({ entity }) => entity === end.entity) === index);
}

interface Declarable {
  readonly templates: Templates;
  readonly entities: readonly string[];
}

function ofTemplates(
  side: FlowSide,
  { name }: ConnectorEntry,
  { templates, entities }: Declarable,
): readonly FlowEnd[] {
  return entities.flatMap((entity) => {
    const template = templateOf(templates, { connector: name, entity }, `${side}/connection.yaml`);
    if (template === undefined) return [];
    return [
      {
        connector: name,
        entity,
        resource: pluralOf(entity),
        isDeclared: true,
        isMapped: /^ +entity:/m.test(template),
        ...(side === 'target' && { write: 'upsert' }),
      },
    ];
  });
}
