/**
 * A text with its form and without its content: letters become `x` and `X`, digits `0`; spaces and signs stay. What
 * has a form of its own keeps to it (dates, UUIDs), so that it is still valid where the text was.
 */
export function maskText(text: string): string {
  for (const [form, standIn] of forms) if (form.test(text)) return standIn;
  return text
    .replaceAll(/\p{Lu}/gu, 'X')
    .replaceAll(/\p{L}/gu, (letter) => (letter === 'X' ? 'X' : 'x'))
    .replaceAll(/\p{Nd}/gu, '0');
}

const forms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\d$/, '2000-01-01'],
  [/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/i, '2000-01-01T00:00:00Z'],
  [/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i, '00000000-0000-4000-8000-000000000000'],
];
