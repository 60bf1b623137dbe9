// Generated from schemas/test.schema.json by npm run generate

/**
 * flows/NAME.test.yaml: what a flow makes of given records, checked by `tradelane test` without asking any system. One flow a file.
 */
export interface TestFile {
  /**
   * The flow under test, by the name that it gives itself.
   */
  readonly flow: string;
  /**
   * Lookup tables given to all cases. Each stands in place of the one of that name in config/tables.
   */
  readonly tables?: TestTables;
  /**
   * References given to all cases, for `$xref`. What is not given is not known at the target.
   */
  readonly xref?: TestXref;
  /**
   * Each a record, and what must become of it.
   *
   * @minItems 1
   */
  readonly cases: readonly TestCase[];
}
export interface TestTables {
  readonly [k: string]: {
    readonly [k: string]: unknown;
  };
}
export interface TestXref {
  readonly [k: string]: {
    readonly [k: string]: string;
  };
}
export interface TestCase {
  /**
   * What is shown, as a sentence. Unique in the file.
   */
  readonly case: string;
  /**
   * The record as the source gives it. Either `record` or `entity`.
   */
  readonly record?: unknown;
  /**
   * The record as the flow's expressions see it. The source's own conversion is left out then.
   */
  readonly entity?: unknown;
  /**
   * References given to this case, over those of the file.
   */
  readonly xref?: TestXref;
  /**
   * Lookup tables given to this case, over those of the file.
   */
  readonly tables?: TestTables;
  /**
   * What must become of the record. What says nothing of a failure expects the record to be delivered.
   */
  readonly expect: TestExpect;
}
export interface TestExpect {
  /**
   * Exactly what the target is given.
   */
  readonly payload?: unknown;
  /**
   * A part of what the target is given. Of objects the members named here are compared; lists have as many items as here.
   */
  readonly contains?: unknown;
  /**
   * Exactly what `set` or `map` made of the record, before the target's own conversion.
   */
  readonly entity?: unknown;
  /**
   * The record's key.
   */
  readonly key?: string;
  /**
   * `delivered`: it would be written. `filtered`: the flow leaves it out. `blocked`: it waits for a reference. `failed`: it goes to the errors.
   */
  readonly outcome?: 'delivered' | 'filtered' | 'blocked' | 'failed';
  /**
   * The code it fails with: one of Tradelane's, or one that the flow gives to `$fail`.
   */
  readonly fault?: string;
  /**
   * A part of the fault's message, of the reason given to `$skip`, or of what a blocked record waits for.
   */
  readonly message?: string;
}
