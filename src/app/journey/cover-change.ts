import { createMasks } from '../../schema/masks.ts';
import { into, redact, topPlace } from '../../schema/redact.ts';
import type { ToldChange } from '../errors/told-decision.ts';

/** What a patch changed, without what may be private by what it is called: no schema is at hand that would say more. */
export function coverChange({ path, before, after }: ToldChange): ToldChange {
  const names = path.match(/[^.[\]"]+/g) ?? [];
  const at = names.reduce(into, topPlace(undefined));
  const masks = createMasks();
  const cover = (value: unknown) => redact(value, nothingKnown, { at, masks }).value;
  return { path, before: cover(before), after: cover(after) };
}

const nothingKnown = { private: new Set<string>(), open: new Set<string>(), isBlind: true } as const;
