/** What Business Central answers instead of doing what it was asked: a status, one of its codes, its words. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const refusals = new WeakMap<Error, Refusal>();

/** Ends the handling of a request. Codes: Business Central, "Troubleshooting REST API/OData calls", error codes. */
export function refuse(status: number, code: string, message: string): never {
  const thrown = new Error(`${code}: ${message}`);
  refusals.set(thrown, { status, code, message });
  throw thrown;
}

export function refusalOf(thrown: unknown): Refusal | undefined {
  return thrown instanceof Error ? refusals.get(thrown) : undefined;
}

/** `Error(…)` in the business code of the ERP: the most common refusal, and always 400. */
export function refuseDialog(message: string): never {
  refuse(400, 'Application_DialogException', message);
}

export function refuseRelation(field: string, table: string, value: string, related: string): never {
  refuse(
    400,
    'Internal_InvalidTableRelation',
    `The field ${field} of table ${table} contains a value (${value}) that cannot be found in the related table (${related}).`,
  );
}

export function refuseNotFound(entity: string): never {
  refuse(404, 'Internal_RecordNotFound', `The ${entity} does not exist.`);
}

export function refuseMethod(method: string): never {
  refuse(405, 'BadRequest_MethodNotAllowed', `'${method}' requests are not allowed here.`);
}
