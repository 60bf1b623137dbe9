/** How a value is written, without saying it: `28.02.2026 08:00` is `00.00.0000 00:00`, `Nov 20` is `Aaa 00`. */
export function formOf(value: string): string {
  const form = value
    .slice(0, 40)
    .replaceAll(/\d/g, '0')
    .replaceAll(/\p{Lu}/gu, 'A')
    .replaceAll(/\p{Ll}/gu, 'a');
  return value.length > 40 ? `${form}…` : form;
}
