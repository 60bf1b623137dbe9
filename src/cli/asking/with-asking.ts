import type { Command } from 'commander';
import { localCaller } from '../../app/access/caller.ts';
import type { Runtime } from '../../app/engine/runtime.ts';
import { withRuntime } from '../../app/engine/with-runtime.ts';
import type { PageWish } from '../../app/lists/page.ts';
import { databaseOf, withDatabase } from '../../app/open/open-database.ts';
import { createLooks } from '../../app/plan/looks.ts';
import { type Ask, type ClientSettings, createClient } from '../../client/create-client.ts';
import { Fault } from '../../contract/fault.ts';
import { carryOut } from '../../endpoints/carry-out.ts';
import type { Desk } from '../../endpoints/desk.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { endpointById } from '../../endpoints/endpoints.ts';
import { workspaceDir } from '../common-options.ts';
import type { CommonOptions, Context } from '../context.ts';
import { whoOf } from '../who.ts';

export interface AskingOptions extends CommonOptions {
  readonly server?: string;
  readonly by?: string;
}

/** Of commands that ask endpoints: of the workspace's own database, or of a server. */
export function withServerOption(command: Command): Command {
  return command.option(
    '--server <url>',
    'ask this Tradelane server (or that of TRADELANE_SERVER) with the token in TRADELANE_TOKEN, not the database',
  );
}

/**
 * Gives a command what it asks endpoints with. Answers are the documents that the API gives, in either case. Throws
 * whatever the endpoints throw.
 */
export async function withAsking<Result>(
  context: Context,
  options: AskingOptions,
  use: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  const server = findApiServer(context, options);
  if (server) return await use(server.ask);
  const dir = workspaceDir(context, options);
  return await withDatabase(context, dir, async (open) => {
    const useEngine: Desk['useEngine'] = (work) => withRuntime(context, { dir }, work);
    return await use(askAt(context, { open, useEngine, dir, by: whoOf(context, options) }));
  });
}

interface LocalDesk extends Pick<Desk, 'open' | 'useEngine' | 'dir'> {
  readonly by: string;
}

/** The same over an engine that a command has opened for its own work. */
export function askRuntime(
  context: Context,
  { runtime, dir, by }: { readonly runtime: Runtime; readonly dir: string; readonly by: string },
): Ask {
  return askAt(context, { open: databaseOf(runtime), useEngine: (work) => work(runtime), dir, by });
}

function askAt(context: Context, { by, ...local }: LocalDesk): Ask {
  const looks = createLooks({ atOnce: 1, stop: context.stop });
  const desk: Desk = { ...local, caller: localCaller(by), around: context, looks };
  return async (id, input) => {
    const endpoint = endpointById.get(id) as Endpoint<typeof input> | undefined;
    if (endpoint === undefined) throw new Fault('TL_DEFECT', `there is no endpoint ${id}`);
    const answer = await carryOut(endpoint, desk, input, (handle) => handle());
    // As it would come over HTTP: times are texts, and what is undefined is not there.
    return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer));
  };
}

/** A server, and how it is asked. */
export interface ApiServer {
  readonly settings: ClientSettings;
  readonly ask: Ask;
}

/** The server that a command is to ask; nothing where that is the workspace's own database. */
export function findApiServer(
  context: Context,
  options: Pick<AskingOptions, 'server'>,
): ApiServer | undefined {
  const server = serverOf(context, options);
  if (server === undefined) return undefined;
  const settings = { server: requireUrl(server), token: requireToken(context) };
  return { settings, ask: createClient(settings) };
}

/** The address of the server that is to be asked; nothing where that is the workspace's own database. */
export function serverOf(
  { env }: Pick<Context, 'env'>,
  { server }: Pick<AskingOptions, 'server'>,
): string | undefined {
  return server ?? (env['TRADELANE_SERVER'] || undefined);
}

function requireUrl(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `--server must be an address such as https://tradelane.example, got "${server}"`,
    );
  if (url.username !== '' || url.password !== '')
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      '--server: the token belongs into TRADELANE_TOKEN, not into the address',
    );
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `--server: over http everybody on the way reads the token; use https, got "${server}"`,
    );
  return server;
}

function requireToken({ env }: Context): string {
  const token = env['TRADELANE_TOKEN'];
  if (token) return token;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    'a server is asked with a token: set TRADELANE_TOKEN (`tradelane token create` makes one)',
  );
}

/** The page that is wanted, as endpoints take it. */
export function pageInput({ limit, cursor }: PageWish): { limit: number; cursor?: string } {
  return { limit, ...(cursor !== undefined && { cursor }) };
}
