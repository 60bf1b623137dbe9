import { choose, entitiesOf, flowNameRule, isFlowName, type Wish } from '../../app/init/choice.ts';
import type { FlowEnd, Offer } from '../../app/init/ends.ts';
import { Fault } from '../../contract/fault.ts';
import type { Context } from '../context.ts';

/**
 * Asks for what the command line left open. On standard error, as standard output is for the result.
 * Throws a Fault TL_ARGUMENT_INVALID when somebody leaves with Ctrl-C or Escape.
 */
export async function askWish(context: Context, given: Wish, offer: Offer): Promise<Wish> {
  const asking = await openAsking(context);
  const isWanted = ({ entity }: FlowEnd) => given.entity === undefined || entity === given.entity;
  const sources = offer.sources.filter(isWanted);
  // An entity that nobody has is told apart when the wish is looked at.
  if (sources.length === 0) return given;
  const from = 'Where do records come from?';
  const source = given.source ?? (await asking.pick(from, connectorOptions(sources, offer), 'file'));
  const gives = entitiesOf('source', source, offer.sources);
  const fitting = offer.targets.filter((end) => isWanted(end) && gives.includes(end.entity));
  if (fitting.length === 0) return { ...given, source };
  const to = 'Where do they go?';
  const target = given.target ?? (await asking.pick(to, connectorOptions(fitting, offer), 'file'));
  const takes = entitiesOf('target', target, offer.targets);
  const shared = gives.filter((entity) => takes.includes(entity));
  const entity =
    given.entity ??
    (shared.length === 0
      ? undefined
      : await asking.pick('What are they?', shared.map(toOption), shared[0] ?? ''));
  const wish = { source, target, ...(entity !== undefined && { entity }) };
  return { ...wish, name: given.name ?? (await asking.name(choose(wish, offer).flow)) };
}

interface Asking {
  /** Asks nothing where there is no choice. */
  pick(message: string, options: readonly Option[], byDefault: string): Promise<string>;
  /** What the flow is called. */
  name(byDefault: string): Promise<string>;
}

async function openAsking(context: Context): Promise<Asking> {
  // Only people who are asked have to wait for it.
  const { isCancel, select, text } = await import('@clack/prompts');
  const streams = { input: context.openStdin(), output: context.stderr };
  const answered = (answer: string | symbol): string => {
    if (isCancel(answer) || typeof answer === 'symbol')
      throw new Fault('TL_ARGUMENT_INVALID', 'left before the last answer; nothing was written');
    return answer;
  };
  return {
    pick: async (message, options, initialValue) => {
      const [only] = options;
      if (options.length === 1 && only !== undefined) return only.value;
      return answered(await select({ message, options: [...options], initialValue, ...streams }));
    },
    name: async (byDefault) =>
      answered(
        await text({
          message: 'What is the flow called?',
          placeholder: byDefault,
          defaultValue: byDefault,
          validate: whyNoFlowName,
          ...streams,
        }),
      ),
  };
}

/** What is left empty is called as it would be by itself. */
function whyNoFlowName(answer: string | undefined): string | undefined {
  return answer === undefined || answer === '' || isFlowName(answer)
    ? undefined
    : `This must be ${flowNameRule}.`;
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

function connectorOptions(ends: readonly FlowEnd[], { summaries }: Offer): readonly Option[] {
  return [...new Set(ends.map(({ connector }) => connector))].map((value) => ({
    value,
    label: value,
    hint: summaries.get(value) ?? '',
  }));
}

function toOption(value: string): Option {
  return { value, label: value };
}
