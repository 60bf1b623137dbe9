import type { FastifyReply } from 'fastify';

/** A page without a script, that nothing keeps. */
export function sendPage(reply: FastifyReply, status: number, title: string, body: string): FastifyReply {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>${toMarkup(title)} · Tradelane</title><link rel="stylesheet" href="/login/style.css"></head>
<body><main><h1>${toMarkup(title)}</h1>
${body}
</main></body>
</html>
`;
  return reply.code(status).type('text/html; charset=utf-8').send(html);
}

export interface LoginForm {
  readonly returnTo: string;
  /** Is there a form for a password? */
  readonly local: boolean;
  /** What people know the identity provider by, where there is one. */
  readonly provider: string | undefined;
  /** What there is to tell. */
  readonly notes: readonly string[];
}

export function loginForm({ returnTo, local, provider, notes }: LoginForm): string {
  const told = notes.map((note) => `<p role="alert">${toMarkup(note)}</p>`);
  const back = encodeURIComponent(returnTo);
  const byProvider =
    provider === undefined
      ? []
      : [
          `<p><a class="button" href="/login/oidc?returnTo=${back}">Log in with ${toMarkup(provider)}</a></p>`,
        ];
  const byPassword = local ? [passwordForm(returnTo)] : [];
  const neither = local || provider !== undefined ? [] : ['<p>A one-time link lets you in: ask for one.</p>'];
  return [...told, ...byProvider, ...byPassword, ...neither].join('\n');
}

function passwordForm(returnTo: string): string {
  return `<form method="post" action="/login/password">
<input type="hidden" name="returnTo" value="${toMarkup(returnTo)}">
<label>Name <input name="name" autocomplete="username" autocapitalize="none" required maxlength="100"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required maxlength="128"></label>
<button>Log in</button>
</form>`;
}

/** Only the button uses the link up: programs that look at links on the way press none. */
export function linkForm(code: string): string {
  return `<p>This link lets you in once.</p>
<form method="post" action="/login/link"><input type="hidden" name="code" value="${toMarkup(code)}"><button>Log in</button></form>`;
}

export const styleSheet = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 22rem; margin: 12vh auto 0; padding: 0 1rem }
form, label { display: grid; gap: .25rem } form { gap: 1rem }
input, button, .button { font: inherit; padding: .5rem .75rem; border: 1px solid; border-radius: .375rem }
button, .button { cursor: pointer; font-weight: 600; text-align: center; text-decoration: none; color: inherit; display: block }
[role=alert] { padding: .5rem .75rem; border-left: .25rem solid #d33 }
`;

function toMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
