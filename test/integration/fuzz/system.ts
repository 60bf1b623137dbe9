import { type OddServer, sendJson, startOddServer } from '../../e2e/bad-input/odd-server.ts';

/** One system with everything by which data enters: what it says is set before each run, as text. */
export interface FuzzedSystem extends AsyncDisposable {
  readonly url: string;
  /** By place: the records that it gives, each as JSON text. */
  readonly given: Map<string, readonly string[]>;
  /** By place and key: what it answers about that record instead of the proper thing. */
  readonly odd: Map<string, string>;
  /** By place: key → how often it was created or put there. */
  readonly written: Map<string, Map<string, number>>;
}

export async function startFuzzedSystem(): Promise<FuzzedSystem> {
  const given = new Map<string, readonly string[]>();
  const odd = new Map<string, string>();
  const written = new Map<string, Map<string, number>>();
  const server: OddServer = await startOddServer(({ method, path, body }, response) => {
    const url = new URL(path, 'http://system');
    const [, place = '', what = '', ...rest] = url.pathname.split('/');
    const json = (text: string) => response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    const count = (key: string) => {
      const keys = written.get(place) ?? new Map<string, number>();
      written.set(place, keys.set(key, (keys.get(key) ?? 0) + 1));
    };
    if (what === 'items') return void json(toPage(given.get(place) ?? [], url.searchParams));
    if (what === 'one') {
      const one = odd.get(`one ${decodeURIComponent(rest.join('/'))}`) ?? '{"sku":"S"}';
      return void json(`{"items":[${one}]}`);
    }
    if (what === 'find') {
      const key = url.searchParams.get('key') ?? '';
      const known = written.get(place)?.has(key) ? answerTo({ id: key }, undefined) : '';
      return void json(`{"items":[${(place === 'find' && odd.get(`find ${key}`)) || known}]}`);
    }
    if (what !== 'docs') return sendJson(response, 404, {});
    if (method === 'PUT') {
      count(decodeURIComponent(rest.join('/')));
      return sendJson(response, 200, {});
    }
    const sent = JSON.parse(body) as Sent | readonly Sent[];
    const many = Array.isArray(sent) ? (sent as readonly Sent[]) : [sent as Sent];
    for (const { id } of many) count(id);
    const answers = many.map((each) =>
      answerTo(each, place === 'find' ? undefined : odd.get(`${place} ${each.id}`)),
    );
    return void json(Array.isArray(sent) ? `{"results":[${answers.join()}]}` : (answers[0] ?? ''));
  });
  return {
    url: server.url,
    given,
    odd,
    written,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface Sent {
  readonly id: string;
}

/** Ten records a page where they are asked for by the page, else all of them. */
function toPage(records: readonly string[], query: URLSearchParams): string {
  const from = Number(query.get('from') ?? 0);
  const some = query.has('from') ? records.slice(from, from + 10) : records;
  return `{"items":[${some.join()}],"total":${records.length}}`;
}

function answerTo({ id }: Sent, odd: string | undefined): string {
  return odd !== undefined ? odd : JSON.stringify({ id, number: `n-${id}`, ok: true });
}
