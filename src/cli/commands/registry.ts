import type { Command } from '../command.ts';

/** A command. It is loaded on use; its line in the help is in `summaries.ts`, which a start does not load. */
interface CommandEntry {
  load(): Promise<Command>;
}

const commands = {
  stdio: { load: async () => (await import('./serve/stdio.ts')).stdio },
  http: { load: async () => (await import('./serve/http.ts')).http },
  studio: { load: async () => (await import('./serve/studio.ts')).studio },
  demo: { load: async () => (await import('./demo.ts')).demo },
  call: { load: async () => (await import('./call.ts')).call },
  batch: { load: async () => (await import('./batch.ts')).batch },
  tools: { load: async () => (await import('./tools.ts')).tools },
  jobs: { load: async () => (await import('./jobs.ts')).jobs },
  clean: { load: async () => (await import('./clean.ts')).clean },
  admin: { load: async () => (await import('./admin/admin.ts')).admin },
  install: { load: async () => (await import('./setup/install.ts')).install },
  uninstall: { load: async () => (await import('./setup/uninstall.ts')).uninstall },
  doctor: { load: async () => (await import('./setup/doctor.ts')).doctor },
  verify: { load: async () => (await import('./setup/verify.ts')).verify },
  emulator: { load: async () => (await import('./serve/emulator.ts')).emulator },
} as const satisfies Readonly<Record<string, CommandEntry>>;

/** The name of a command. */
export type CommandName = keyof typeof commands;

/** All commands, in the order of the help text. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = commands;
