import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connector, OpenConnection, Resource } from '../contract/connector.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type RunningSimulator, startSimulator } from '../simulator/start-simulator.ts';
import { describeFaults } from './describe-faults.ts';
import { describeWrites } from './describe-writes.ts';
import {
  loadManifest,
  loadSchema,
  neverAborted,
  openSubject,
  readAll,
  resourceOf,
  toConnector,
} from './subject.ts';

/** What the suite has to be told of a connector; everything else it finds in the connector itself. */
export interface Conformance {
  /** The connector: its `connector.yaml`, or the value that its code exports. */
  readonly connector: Connector | URL;
  /** The stand-in for its system, made with `tradelane/simulator`. */
  readonly simulator: Simulator;
  readonly size?: Readonly<Record<string, number>>;
  /** Config that the system must refuse: `{ clientSecret: 'wrong' }`. */
  readonly wrongConfig: JsonObject;
  readonly resources: Readonly<Record<string, ResourceCase>>;
  /** What the connection declares, where the connector has no resources of its own. */
  readonly declared?: Readonly<Record<string, JsonObject>>;
}

export interface ResourceCase {
  /** How many records a full read gives. */
  readonly count?: number;
  /** Keys of records that are wrong on purpose: their entity must not be valid. */
  readonly invalid?: readonly string[];
  /** Changes one record in the system and gives its key. With it: reading on from the cursor sees that record. */
  readonly change?: (subject: Subject) => Promise<string>;
  readonly writes?: readonly WriteCase[];
}

export interface WriteCase {
  readonly operation: 'create' | 'update' | 'upsert';
  readonly key: string;
  /** Canonical where the resource maps one (`entity.to`), otherwise the native payload. */
  readonly value: unknown;
  /** What the system must hold afterwards: part of the native record that `find` gives. */
  readonly holds: JsonObject;
  /** The system commits, but its answer is lost: the outcome is unknown, until somebody looks. */
  readonly replyLost?: true;
  /** The system itself would create it twice: only whoever looks first is safe. */
  readonly createsTwice?: true;
}

/** Everything that a test works on. */
export interface Subject {
  readonly running: RunningSimulator;
  readonly connection: OpenConnection;
  readonly connector: Connector;
}

/**
 * The suite that every connector passes against its simulator: tests of vitest, called at the top of a test file.
 * Reading over all pages and from a cursor, entities, finding, writing, a lost reply, wrong credentials, throttling, a
 * system that is not well.
 */
export function describeConformance(name: string, conformance: Conformance): void {
  describe(`conformance of ${name}`, () => {
    let subject: Subject;
    beforeAll(async () => {
      const { size } = conformance;
      const running = await startSimulator(conformance.simulator, size === undefined ? {} : { size });
      const connector = withResources(toConnector(conformance.connector), conformance.declared ?? {});
      subject = { running, connector, connection: openSubject(connector, running) };
    });
    afterAll(async () => {
      await subject.connection.close();
      await subject.running.close();
    });
    describeManifest(conformance.connector, () => subject);
    for (const [resource, each] of Object.entries(conformance.resources)) {
      describe(resource, () => {
        describeReads(resource, each, () => subject);
        describeWrites(resource, each.writes ?? [], () => subject);
      });
    }
    describeFaults(conformance, () => subject);
  });
}

function withResources(connector: Connector, declared: Readonly<Record<string, JsonObject>>): Connector {
  const open: Connector['open'] = (settings, tools) =>
    connector.open({ ...settings, resources: { ...settings.resources, ...declared } }, tools);
  return { ...connector, open };
}

function describeManifest(given: Connector | URL, subject: () => Subject): void {
  it.runIf(given instanceof URL)('has a manifest that fits the schema of manifests', () => {
    expect(loadSchema('connector')(loadManifest(given as URL))).toEqual([]);
  });

  it('describes each property of its configuration, and takes what the simulator offers', () => {
    const { connector, running } = subject();
    const properties = connector.config['properties'];
    for (const [property, schema] of Object.entries(isJsonObject(properties) ? properties : {})) {
      expect([property, schema]).toEqual([
        property,
        expect.objectContaining({ description: expect.any(String) }),
      ]);
      if (/secret|password|token$/i.test(property))
        expect([property, schema]).toMatchObject([property, { writeOnly: true }]);
    }
    expect(compileSchema(connector.config)(running.config)).toEqual([]);
  });

  it('proves that the connection works', async () => {
    await subject().connection.check?.(neverAborted());
  });
}

function describeReads(
  name: string,
  { count, invalid = [], change }: ResourceCase,
  subject: () => Subject,
): void {
  const resource = (): Resource => resourceOf(subject().connection, name);

  it('reads each record once, over all pages', async ({ skip }) => {
    skip(resource().read === undefined, 'cannot be read');
    const { records } = await readAll(resource());
    const keys = await Promise.all(records.map((record) => resource().keyOf(record)));
    expect(keys).not.toContain(undefined);
    expect(new Set(keys).size).toBe(keys.length);
    if (count !== undefined) expect(keys).toHaveLength(count);
  });

  it('maps every record to a valid entity, except those that are wrong on purpose', async ({ skip }) => {
    const { entity } = resource();
    if (entity?.from === undefined || resource().read === undefined) return skip('reads no entity');
    const check = loadSchema(entity.name);
    const wrong = new Map<string | undefined, unknown>();
    for (const record of (await readAll(resource())).records) {
      const problems = check(await entity.from(record));
      if (problems.length > 0) wrong.set(await resource().keyOf(record), problems);
    }
    expect([...wrong.keys()].sort()).toEqual(invalid.toSorted());
  });

  it.runIf(change !== undefined)('sees a changed record when it reads on from its cursor', async () => {
    const { cursor, records } = await readAll(resource());
    expect(cursor).toEqual(expect.any(String));
    const changed = await change?.(subject());
    const next = await readAll(resource(), cursor);
    expect(await Promise.all(next.records.map((record) => resource().keyOf(record)))).toContain(changed);
    expect(next.records.length).toBeLessThan(records.length);
  });
}
