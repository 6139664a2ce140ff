import type { ProblemCode } from '../shared/problem-codes.ts';
import { Problem } from '../shared/errors.ts';
import { COMMANDS } from './commands/registry.ts';
import { EXIT, UsageError, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal/terminal.ts';
import { withoutHiddenText } from './terminal/hidden-text.ts';

/**
 * Runs the command that the command line names. An exception ends as one line on stderr; a defect with its stack. A
 * command whose output could not be written has failed.
 */
export async function main(given: Terminal): Promise<ExitCode> {
  const output = { isLost: false };
  const terminal = withoutHiddenText(noting(output, { ...given, args: await commandFirst(given.args) }));
  try {
    const code = await dispatch(terminal);
    if (code !== EXIT.ok || !output.isLost) return code;
    terminal.err('firefly-mcp: Not all of the output could be written.\n');
    return EXIT.failed;
  } catch (error) {
    return report(error, terminal);
  }
}

/** The end of a command that was interrupted before it listened: nothing of it was begun that has to be closed. */
export async function interruptedEarly(
  early: Promise<void>,
  terminal: Pick<Terminal, 'args' | 'err'>,
): Promise<ExitCode> {
  await early;
  // A host, or the demo, starts the server on stdio: a Ctrl-C reaches both, and the line of the demo is enough.
  const [first = 'stdio'] = terminal.args;
  if (first !== 'stdio' && !first.startsWith('-')) terminal.err('firefly-mcp: Interrupted.\n');
  return EXIT.interrupted;
}

/** Flags may stand before the command too: `firefly-mcp --demo jobs`. */
async function commandFirst(args: readonly string[]): Promise<readonly string[]> {
  const isFlagFirst = args[0]?.startsWith('-') && args.some((word) => Object.hasOwn(COMMANDS, word));
  return isFlagFirst ? (await import('./leading-flags.ts')).commandFirst(args, COMMANDS) : args;
}

function noting(output: { isLost: boolean }, terminal: Terminal): Terminal {
  return {
    ...terminal,
    out: async (text) => {
      const written = await terminal.out(text);
      if (written === 'lost') output.isLost = true;
      return written;
    },
  };
}

async function dispatch(terminal: Terminal): Promise<ExitCode> {
  const [first = 'stdio', ...others] = terminal.args;
  if (first === '--help' || first === '-h' || first === 'help') return help(others[0], terminal);
  if (first === '--version' || first === '-v') {
    const { VERSION } = await import('./version.ts');
    await terminal.out(`${VERSION}\n`);
    return EXIT.ok;
  }
  // `firefly-mcp --demo` means `firefly-mcp stdio --demo`: some hosts let their users add flags only.
  const [name, rest] = first.startsWith('-') ? ['stdio', terminal.args] : [first, others];
  if (rest.some((word) => word === '--help' || word === '-h')) return help(name, terminal);
  const command = await commandNamed(name);
  const broken = rest.find((word) => word.includes('\ufffd'));
  if (broken !== undefined) {
    // The runtime puts this character where bytes of an argument are no text: what was meant is lost.
    throw new UsageError(
      `The argument "${broken}" has bytes that are not UTF-8; set the locale of the shell to UTF-8.`,
    );
  }
  const { parseFlags } = await import('./flags.ts');
  return command.run(parseFlags(rest, command), terminal);
}

async function help(name: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const { commandHelp, globalHelp } = await import('./help.ts');
  const { VERSION } = await import('./version.ts');
  const named = name === undefined || name.startsWith('-') ? undefined : name;
  await terminal.out(named === undefined ? globalHelp(VERSION) : commandHelp(named, await commandNamed(named)));
  return EXIT.ok;
}

async function commandNamed(name: string) {
  if (Object.hasOwn(COMMANDS, name)) {
    const command = await COMMANDS[name]?.load();
    if (command) return command;
  }
  throw (await import('./unknown-command.ts')).unknownCommand(name, Object.keys(COMMANDS));
}

/** What an operator mends in the configuration. */
const CONFIG_PROBLEMS: readonly ProblemCode[] = [
  'config_invalid',
  'certificates_unreadable',
  'home_unusable',
  'token_file_open',
];

function report(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof UsageError) {
    const [first = ''] = terminal.args;
    const command = Object.hasOwn(COMMANDS, first) ? `${first} ` : '';
    terminal.err(`firefly-mcp: ${error.message} See firefly-mcp ${command}--help.\n`);
    return EXIT.usage;
  }
  if (error instanceof Problem) {
    const gap = error.message.includes('\n') ? '\n' : ' ';
    terminal.err(`firefly-mcp: ${error.message}${gap}${error.next}\n`);
    return CONFIG_PROBLEMS.includes(error.code) ? EXIT.config : EXIT.failed;
  }
  terminal.err(
    `firefly-mcp: This is a defect; please report it. ${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return EXIT.failed;
}
