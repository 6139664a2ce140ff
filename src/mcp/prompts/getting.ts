import type { GetPromptResult, Prompt as ListedPrompt } from '@modelcontextprotocol/server';
import type { Given, Prompt, PromptCall } from '../../prompts/define.ts';
import { nearestNames } from '../../shared/text/nearest-names.ts';
import { quoteUntrusted, withoutHidden } from '../../shared/text/text.ts';
import { withoutAbsentTools } from '../../render/absent-tools.ts';
import { invalidParams } from '../answers/answering.ts';

/** Longest value of an argument, characters: a list of motifs has room. */
const LONGEST_VALUE = 4_000;

/** The prompts whose jobs can be done with the tools that are offered. */
export function offeredPrompts(prompts: readonly Prompt[], absentTools: readonly string[] = []): readonly Prompt[] {
  return prompts.filter(({ needs }) => !needs.some((tool) => absentTools.includes(tool)));
}

/** The prompts as clients see them. */
export function listPrompts(prompts: readonly Prompt[]): ListedPrompt[] {
  return prompts.map(({ name, title, description, arguments: all }) => ({
    name,
    title,
    description,
    arguments: all.map((argument) => ({
      name: argument.name,
      description: argument.description,
      required: argument.required,
    })),
  }));
}

/**
 * The message of a prompt. Values of arguments are a person's or another program's words: hidden characters go, and each
 * stays on one line, so that none looks like a step of ours.
 * @throws ProtocolError invalid params for an unknown prompt or argument, a missing or an over-long value
 */
export function getPrompt(
  prompts: readonly Prompt[],
  name: string,
  given: Readonly<Record<string, string>>,
  { caller, settings }: Pick<PromptCall, 'caller' | 'settings'>,
): GetPromptResult {
  const prompt = prompts.find((candidate) => candidate.name === name);
  if (prompt === undefined) throw unknown('prompt', name, prompts);
  const words = prompt.words(readGiven(prompt, given), { savesFiles: caller.can.serverPaths });
  const lines = words.split('\n').flatMap((line) => {
    const kept = withoutAbsentTools(line, settings.absentTools ?? []);
    return kept === '' && line !== '' ? [] : [kept];
  });
  return {
    description: prompt.description,
    messages: [{ role: 'user', content: { type: 'text', text: lines.join('\n') } }],
  };
}

function readGiven(prompt: Prompt, given: Readonly<Record<string, string>>): Given {
  const values = Object.entries(given).map(([name, value]) => {
    if (!prompt.arguments.some((argument) => argument.name === name)) throw unknown('argument', name, prompt.arguments);
    if (value.length > LONGEST_VALUE) throw invalidParams(`"${name}" has at most ${LONGEST_VALUE} characters.`);
    return [
      name,
      withoutHidden(value)
        .trim()
        .replace(/\s*\n\s*/g, '; '),
    ] as const;
  });
  const read = Object.fromEntries(values.filter(([, value]) => value !== ''));
  const missing = prompt.arguments.filter(({ name, required }) => required && read[name] === undefined);
  if (missing.length === 0) return read;
  const what = missing.map(({ name, description }) => `"${name}" (${description.replace(/\.$/, '')})`).join(' and ');
  throw invalidParams(`The prompt ${prompt.name} needs ${what}.`);
}

function unknown(what: 'prompt' | 'argument', name: string, known: readonly { readonly name: string }[]) {
  const names = known.map((entry) => entry.name);
  const [near] = nearestNames(name, names, 1);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return invalidParams(
    `There is no ${what} "${quoteUntrusted(name, 60)}".${hint} The ${what}s are ${names.join(', ')}.`,
  );
}

/** Values for an argument that begin with what was typed; undefined for an unknown prompt or argument. */
export async function completePrompt(
  prompts: readonly Prompt[],
  name: string,
  { name: argument, value }: { readonly name: string; readonly value: string },
  call: PromptCall,
): Promise<readonly string[] | undefined> {
  const found = prompts
    .find((prompt) => prompt.name === name)
    ?.arguments.find((candidate) => candidate.name === argument);
  if (found === undefined) return undefined;
  return found.complete === undefined ? [] : found.complete(value, call);
}
