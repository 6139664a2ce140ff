import type { Problem } from '../../../shared/errors.ts';
import { quoteUntrusted } from '../../../shared/text/text.ts';
import { invalidArgument } from '../../arguments/invalid-argument.ts';
import type { PaidTool } from '../../definition/define.ts';
import type { GivenItem } from './item.ts';

/** Names that a refusal lists. */
const MOST_NAMES = 5;

/**
 * The refusal of items that name no tool, and have arguments that only tools beside the usual one take: what lacks is the
 * tool, not the arguments. Undefined where the usual one may be meant.
 * @param usual the tool that is taken where none is named
 * @param paid all tools of which a batch can be made
 */
export function toolMissing(
  items: readonly Pick<GivenItem, 'arguments'>[],
  usual: PaidTool,
  paid: readonly PaidTool[],
): Problem | undefined {
  const odd = items.map((item) => Object.keys(item.arguments)).find((names) => !takesAll(usual, names));
  if (odd === undefined) return undefined;
  const taken = (tool: PaidTool) => odd.filter((name) => takesAll(tool, [name])).length;
  const most = Math.max(...paid.map(taken));
  if (most <= taken(usual)) return undefined;
  const able = paid.filter((tool) => taken(tool) === most).map(({ name }) => name);
  const foreign = odd.filter((name) => !takesAll(usual, [name])).slice(0, MOST_NAMES);
  return invalidArgument(
    `No tool is named, so ${usual.name} was taken, which has no ${foreign.map((name) => quoteUntrusted(name, 60)).join(', ')}.`,
    `Name the one that is meant as tool (--tool on the command line): ${able.join(' or ')}. Nothing was recorded or spent.`,
  );
}

function takesAll({ input }: PaidTool, names: readonly string[]): boolean {
  return names.every((name) => Object.hasOwn(input.shape, name));
}
