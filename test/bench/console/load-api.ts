import autocannon from 'autocannon';

export interface Load {
  readonly url: string;
  readonly token: string;
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  /** CPU seconds so far. */
  readonly cpu: () => { readonly api: number; readonly postgres: number };
}

/** What a console asks: lists most of all, one thing of them now and then. How often each comes in a hundred. */
const mix: readonly (readonly [path: string, share: number])[] = [
  ['/api/v1/runs?limit=50', 25],
  ['/api/v1/causes', 20],
  ['/api/v1/errors?limit=50', 20],
  ['/api/v1/errors?text=C-17', 5],
  ['/api/v1/errors/{error}', 10],
  ['/api/v1/runs/{run}', 10],
  ['/api/v1/pending', 5],
  ['/api/v1/me', 3],
  ['/metrics', 2],
];

/** Asks by that mix, at that rate, and says how long it waited: milliseconds. */
export async function loadApi({ url, token, seconds, rate, cpu }: Load) {
  const headers = { authorization: `Bearer ${token}` };
  const paths = await Promise.all(mix.map(async ([path, share]) => ({ path: await filled(path), share })));
  const requests = spread(paths).map((path) => ({ method: 'GET' as const, path, headers }));
  const result = await autocannon({ url, duration: seconds, connections: 20, overallRate: rate, requests });
  const { p50, p90, p99, max } = result.latency;
  return {
    requests: result.requests.total,
    failed: result.non2xx + result.errors + result.timeouts,
    ...{ p50, p90, p99, max },
    each: async () => {
      const each: Record<string, string> = {};
      for (const { path } of paths) each[path] = await timeOf(path);
      return each;
    },
  };

  /** The first one that there is, in place of what stands in braces. */
  async function filled(path: string): Promise<string> {
    const [, name] = /\{(\w+)\}/.exec(path) ?? [];
    if (name === undefined) return path;
    const found = await fetch(`${url}/api/v1/${name}s?limit=1`, { headers });
    const [first] =
      ((await found.json()) as Readonly<Record<string, readonly { id?: number; run?: number }[]>>)[
        `${name}s`
      ] ?? [];
    return path.replace(`{${name}}`, String(first?.id ?? first?.run));
  }

  /** Of some, one after the other: the median of the time, and CPU time of the API and of PostgreSQL for each. */
  async function timeOf(path: string) {
    const times: number[] = [];
    const before = cpu();
    for (let nth = 0; nth < few; nth += 1) {
      const startedAt = performance.now();
      await (await fetch(`${url}${path}`, { headers })).text();
      times.push(performance.now() - startedAt);
    }
    const after = cpu();
    const [median = 0] = times.toSorted((a, b) => a - b).slice(few / 2);
    const perRequest = (seconds: number) => Number(((seconds * 1_000) / few).toFixed(1));
    return `${median.toFixed(1)} ms, CPU ${perRequest(after.api - before.api)} + ${perRequest(after.postgres - before.postgres)}`;
  }
}

/** CPU time is counted in hundredths of a second. */
const few = 60;

/** A hundred of them, mixed: of each as many as its share says, and never all of one kind in a row. */
function spread(paths: readonly { readonly path: string; readonly share: number }[]): readonly string[] {
  const all = paths.flatMap(({ path, share }) =>
    Array.from({ length: share }, (_, nth) => ({ path, at: (nth + 0.5) / share })),
  );
  return all.toSorted((a, b) => a.at - b.at).map(({ path }) => path);
}
