import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connector, Resource } from '../contract/connector.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { startSimulator } from '../simulator/start-simulator.ts';
import type { Conformance, ResourceCase, Subject } from './conformance.ts';
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
