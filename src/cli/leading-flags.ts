import { optionFlags } from '../config/describe.ts';

/**
 * The words of a command line with the command first, where flags stand before it. The value of a flag is no command:
 * `--home jobs` names a folder.
 * @param commands by name
 */
export function commandFirst(args: readonly string[], commands: object): readonly string[] {
  const kinds = optionFlags();
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') return args;
    if (word.startsWith('-')) {
      if (!word.includes('=') && kinds.get(word.slice(2)) === 'string') at += 1;
    } else if (Object.hasOwn(commands, word)) {
      return [word, ...args.slice(0, at), ...args.slice(at + 1)];
    }
  }
  return args;
}
