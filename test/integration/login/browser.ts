/** What a browser does about cookies and redirects, and no more: each host has a jar. */
export interface Browser {
  /** Follows no redirect. */
  ask(url: string, wish?: BrowserWish): Promise<Page>;
  /** Follows redirects, as a page that is opened does; `until` ends before one that leads there. */
  open(url: string, wish?: BrowserWish): Promise<Page>;
  cookies(url: string): ReadonlyMap<string, string>;
  setCookie(url: string, name: string, value: string): void;
}

export interface BrowserWish {
  readonly method?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** All hosts and paths on the way here, the last one included. */
  readonly way: readonly string[];
}

export function createBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string) => {
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  const ask = async (url: string, wish: BrowserWish = {}): Promise<Page> => {
    const jar = jarOf(url);
    const answer = await fetch(url, { ...toInit(wish, jar), redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) keep(jar, line);
    const { status, headers } = answer;
    return { url, status, headers, text: await answer.text(), way: [placeIn(url)] };
  };
  return {
    ask,
    cookies: jarOf,
    setCookie: (url, name, value) => void jarOf(url).set(name, value),
    async open(url, wish) {
      let page = await ask(url, wish);
      const way = [...page.way];
      for (let nth = 0; nth < 20 && page.status >= 300 && page.status < 400; nth++) {
        page = await ask(new URL(page.headers.get('location') ?? '/', page.url).href);
        way.push(...page.way);
      }
      return { ...page, way };
    },
  };
}

function toInit({ method, form, json, headers = {} }: BrowserWish, jar: ReadonlyMap<string, string>) {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const type = form
    ? 'application/x-www-form-urlencoded'
    : json === undefined
      ? undefined
      : 'application/json';
  const body = form
    ? new URLSearchParams(form).toString()
    : json === undefined
      ? undefined
      : JSON.stringify(json);
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(cookie && { cookie }), ...(type && { 'content-type': type }), ...headers },
    ...(body !== undefined && { body }),
  };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const [name = '', ...value] = pair.split('=');
  const isOver = attributes.some((each) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(each));
  if (isOver) jar.delete(name.trim());
  else jar.set(name.trim(), value.join('='));
}

function placeIn(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
