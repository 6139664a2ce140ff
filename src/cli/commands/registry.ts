import type { Command } from '../command.ts';

/** A command in the global help. The rest is loaded when it is asked for. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the help text. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  stdio: {
    summary: 'serve MCP on stdin and stdout (what a host starts; also without any word)',
    load: async () => (await import('./stdio.ts')).stdio,
  },
  http: {
    summary: 'serve MCP over HTTP on this machine',
    load: async () => (await import('./http.ts')).http,
  },
  demo: {
    summary: 'the whole tour on the emulator; leaves pictures on disk',
    load: async () => (await import('./demo.ts')).demo,
  },
  call: {
    summary: 'one tool call from a script: result as JSON on stdout',
    load: async () => (await import('./call.ts')).call,
  },
  batch: {
    summary: 'many pictures from a file or a folder, with a progress bar; run again to resume',
    load: async () => (await import('./batch.ts')).batch,
  },
  tools: {
    summary: 'the tools and what they are for',
    load: async () => (await import('./tools.ts')).tools,
  },
  jobs: {
    summary: 'what is queued, running and recent, with the quota',
    load: async () => (await import('./jobs.ts')).jobs,
  },
  clean: {
    summary: 'delete old pictures and jobs, or single pictures',
    load: async () => (await import('./clean.ts')).clean,
  },
  doctor: {
    summary: 'check the set-up and say what to fix',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  emulator: {
    summary: 'the emulator alone, in Adobe’s place',
    load: async () => (await import('./emulator.ts')).emulator,
  },
};
