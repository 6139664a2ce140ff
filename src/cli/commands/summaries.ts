import type { CommandName } from './registry.ts';

/** One line of the help for each command. */
export const SUMMARIES: Readonly<Record<CommandName, string>> = {
  stdio: 'serve MCP on stdin and stdout: what a host starts, and the default command',
  http: 'serve MCP over HTTP to this machine, or to people who sign in',
  studio: 'open the studio in the browser: see, compare, paint, choose',
  demo: 'take the tour on the emulator; leaves pictures on disk',
  call: 'call one tool from a script; the result is JSON on stdout',
  batch: 'make many pictures from a file or a folder; run it again to resume',
  tools: 'list the tools, or the arguments of one tool',
  jobs: 'show queued, running and recent jobs, and the quota',
  clean: 'delete old pictures and jobs, or single pictures',
  admin: 'see and end what everybody has here, forget a person, make a token for one',
  install: 'add this program to Claude, Cursor, VS Code and other clients',
  uninstall: 'take this program out of a client again',
  doctor: 'check the set-up and say what to fix',
  verify: 'find out what Adobe’s documents leave open, and write a report that can be sent to us',
  emulator: 'run only the emulator of the Firefly API',
};
