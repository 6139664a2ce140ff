import type { Command } from '../command.ts';

/** A command in the global help. The command itself is loaded on use. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** All commands, in the order of the help text. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  stdio: {
    summary: 'serve MCP on stdin and stdout: what a host starts, and the default command',
    load: async () => (await import('./serve/stdio.ts')).stdio,
  },
  http: {
    summary: 'serve MCP over HTTP to this machine, or to people who sign in',
    load: async () => (await import('./serve/http.ts')).http,
  },
  studio: {
    summary: 'open the studio in the browser: see, compare, paint, choose',
    load: async () => (await import('./serve/studio.ts')).studio,
  },
  demo: {
    summary: 'take the tour on the emulator; leaves pictures on disk',
    load: async () => (await import('./demo.ts')).demo,
  },
  call: {
    summary: 'call one tool from a script; the result is JSON on stdout',
    load: async () => (await import('./call.ts')).call,
  },
  batch: {
    summary: 'make many pictures from a file or a folder; run it again to resume',
    load: async () => (await import('./batch.ts')).batch,
  },
  tools: {
    summary: 'list the tools, or the arguments of one tool',
    load: async () => (await import('./tools.ts')).tools,
  },
  jobs: {
    summary: 'show queued, running and recent jobs, and the quota',
    load: async () => (await import('./jobs.ts')).jobs,
  },
  clean: {
    summary: 'delete old pictures and jobs, or single pictures',
    load: async () => (await import('./clean.ts')).clean,
  },
  admin: {
    summary: 'see and end what everybody has here, forget a person, make a token for one',
    load: async () => (await import('./admin/admin.ts')).admin,
  },
  install: {
    summary: 'add this program to Claude, Cursor, VS Code and other clients',
    load: async () => (await import('./setup/install.ts')).install,
  },
  uninstall: {
    summary: 'take this program out of a client again',
    load: async () => (await import('./setup/uninstall.ts')).uninstall,
  },
  doctor: {
    summary: 'check the set-up and say what to fix',
    load: async () => (await import('./setup/doctor.ts')).doctor,
  },
  verify: {
    summary: 'find out what Adobe’s documents leave open, and write a report that can be sent to us',
    load: async () => (await import('./setup/verify.ts')).verify,
  },
  emulator: {
    summary: 'run only the emulator of the Firefly API',
    load: async () => (await import('./serve/emulator.ts')).emulator,
  },
};
