import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../until.ts';

/** yaml-language-server as an editor runs it: a child process that is spoken to over its standard streams. */
export interface LanguageServer extends AsyncDisposable {
  /** Opens a file, once, as it is on disk or with another text, and waits until the server has looked at it. */
  open(path: string, text?: string): Promise<OpenFile>;
}

export interface OpenFile {
  diagnostics(): readonly Diagnostic[];
  /** What is offered at the `|` that is put into the text of the file here. */
  complete(textWithCursor: string): Promise<readonly Completion[]>;
  /** What is shown over the first place where `word` stands, from the place of `after` on. */
  hover(word: string, after?: string): Promise<string>;
}

export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: Position };
}

export interface Completion {
  readonly label: string;
  readonly documentation?: string | { readonly value: string };
}

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** No schema store and no network: what a file is told by is its first line. */
const settings = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } } };

export async function startLanguageServer(dir: string): Promise<LanguageServer> {
  const main = createRequire(import.meta.url).resolve('yaml-language-server/package.json');
  const child = spawn(process.execPath, [join(dirname(main), 'bin/yaml-language-server'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const gone = Promise.withResolvers<void>();
  child.on('close', () => gone.resolve());
  const answers = new Map<number, (message: Message) => void>();
  const published = new Map<string, readonly Diagnostic[]>();
  let lastId = 0;
  const send = (message: object) => write(child, message);
  const ask = async (method: string, params: unknown): Promise<unknown> => {
    const id = ++lastId;
    const answer = new Promise<Message>((resolve) => answers.set(id, resolve));
    send({ id, method, params });
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  readMessages(child, (message) => {
    if (message.method === undefined) answers.get(message.id ?? -1)?.(message);
    else if (message.method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = message.params as { uri: string; diagnostics: readonly Diagnostic[] };
      published.set(uri, diagnostics);
    } else if (message.id !== undefined) send({ id: message.id, result: configurationFor(message) });
  });
  await ask('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(dir).href,
    capabilities: {
      workspace: { configuration: true },
      textDocument: {
        completion: { completionItem: { documentationFormat: ['markdown'] } },
        hover: { contentFormat: ['markdown'] },
        publishDiagnostics: {},
      },
    },
  });
  send({ method: 'initialized', params: {} });
  send({ method: 'workspace/didChangeConfiguration', params: { settings } });

  return {
    open: async (path, given) => {
      const uri = pathToFileURL(join(dir, path)).href;
      const text = given ?? (await readFile(join(dir, path), 'utf8'));
      const document = { uri, languageId: 'yaml', version: 1, text };
      if (published.has(uri)) throw new Error(`${path} is open already`);
      send({ method: 'textDocument/didOpen', params: { textDocument: document } });
      await until(() => published.has(uri), { timeoutMs: 60_000, what: `diagnostics of ${path}` });
      let version = 1;
      const change = (to: string) => {
        version += 1;
        const params = { textDocument: { uri, version }, contentChanges: [{ text: to }] };
        send({ method: 'textDocument/didChange', params });
      };
      return {
        diagnostics: () => published.get(uri) ?? [],
        complete: async (textWithCursor) => {
          const at = textWithCursor.indexOf('|');
          const changed = textWithCursor.slice(0, at) + textWithCursor.slice(at + 1);
          change(changed);
          const asked = { textDocument: { uri }, position: positionOf(changed, at) };
          const result = (await ask('textDocument/completion', asked)) as { items: readonly Completion[] };
          return result.items;
        },
        hover: async (word, after = '') => {
          change(text);
          const at = text.indexOf(word, text.indexOf(after));
          const asked = { textDocument: { uri }, position: positionOf(text, at + 1) };
          const result = (await ask('textDocument/hover', asked)) as { contents?: { value?: string } } | null;
          return result?.contents?.value ?? '';
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone.promise;
    },
  };
}

function configurationFor({ method, params }: Message): unknown {
  if (method !== 'workspace/configuration') return null;
  const { items } = params as { items: readonly { section?: string }[] };
  return items.map(({ section }) => (section === 'yaml' ? settings.yaml : {}));
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

/** The protocol's frame: a header with the length in bytes, an empty line, JSON. */
function write(child: ChildProcess, message: object): void {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function readMessages(child: ChildProcess, take: (message: Message) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/i.exec(rest.subarray(0, Math.max(end, 0)).toString())?.[1],
      );
      if (end < 0 || rest.length < end + 4 + length) return;
      take(JSON.parse(rest.subarray(end + 4, end + 4 + length).toString()) as Message);
      rest = rest.subarray(end + 4 + length);
    }
  });
}
