import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../app/access/caller.ts';
import { type Answered, doOnce } from '../app/once/once.ts';
import type { OpenDatabase } from '../app/open/open-database.ts';
import { Fault } from '../contract/fault.ts';

export type Idempotency = Pick<OpenDatabase, 'db'>;

export interface KeyedCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller;
  readonly endpoint: string;
  readonly input: unknown;
}

/** With an `Idempotency-Key`, once; without one, as often as it is asked. */
export async function withIdempotency(
  open: Idempotency,
  { request, reply, caller, endpoint, input }: KeyedCall,
  work: () => Promise<Answered>,
): Promise<Answered> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return await work();
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      'Idempotency-Key: expected 1 to 255 letters, digits and marks of ASCII',
    );
  const wish = { caller: `${caller.via} ${caller.name}`, key, endpoint, input };
  const { isRepeated, ...done } = await doOnce(open, wish, work);
  if (isRepeated) reply.header('idempotency-replayed', 'true');
  return done;
}
