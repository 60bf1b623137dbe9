import { stringify } from 'yaml';

/** A value as YAML in block style. Texts stay on one line; what YAML would take for something else is quoted. */
export function formatYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, defaultStringType: 'PLAIN' });
}
