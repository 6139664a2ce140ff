import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { progressLine } from '../terminal/progress-line.ts';
import { table } from '../terminal/table.ts';
import { typedPath, type Terminal } from '../terminal/terminal.ts';

export const demo: Command = {
  usage: '[--out DIR] [--keep]',
  description: `Starts this server on the emulator, connects an MCP client to it, and takes a tour: two variations, a custom model, a
mask, a new background, an expanded picture, a cancelled job, a preview, saved originals. Needs no credentials and
connects to no other machine. Checks every result, and fails if one is not as promised.`,
  flags: {
    out: {
      type: 'string',
      placeholder: 'DIR',
      help: 'Folder for the pictures; a number is appended if it is not empty. Default: ./firefly-demo.',
    },
    keep: { type: 'boolean', help: 'Keep the data folder of the demo, and print its path.' },
  },
  takesOptions: false,
  words: 0,
  async run(flags, terminal) {
    // Before the first output: a Ctrl-C at any step ends the demo in order.
    const interrupted = terminal.interrupted();
    const { takeOutputFolder } = await import('../demo/output-folder.ts');
    const { createProcessIdentity, systemProcessTable } = await import('../../jobs/engine/process-identity.ts');
    const owner = createProcessIdentity(systemProcessTable(hostname()), terminal.random);
    const output = takeOutputFolder(typedPath(flags.strings['out'] ?? 'firefly-demo', terminal), owner);
    const home = mkdtempSync(join(tmpdir(), 'firefly-demo-'));
    try {
      return await untilInterrupted(interrupted, terminal, () => runTour({ home, output: output.path }, terminal));
    } finally {
      output.release();
      if (flags.booleans.has('keep')) await terminal.out(`\nData folder of the demo: ${home}\n`);
      else rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};

/** Runs the tour. What fails after a Ctrl-C, which ends the server too, is no defect. */
async function untilInterrupted(
  interrupted: AbortSignal,
  terminal: Terminal,
  run: () => Promise<void>,
): Promise<ExitCode> {
  try {
    await run();
  } catch (error) {
    // A shell signals the server too, whose end may be noticed before the signal of this process.
    await new Promise((resolve) => setImmediate(resolve));
    if (!interrupted.aborted) throw error;
  }
  if (!interrupted.aborted) return EXIT.ok;
  terminal.err('firefly-mcp: The demo was interrupted.\n');
  return EXIT.interrupted;
}

async function runTour(folders: { home: string; output: string }, terminal: Terminal): Promise<void> {
  const { clock } = terminal;
  const { startDemoServer } = await import('../demo/server.ts');
  const { planTour } = await import('../demo/tour.ts');
  const { findPhotographs } = await import('../demo/editing.ts');
  await terminal.out('Firefly MCP demo, on the emulator instead of Adobe. Its pictures are marked.\n\n');
  const startedAt = clock.monotonic();
  const photographs = findPhotographs(terminal.entry);
  const server = await startDemoServer(terminal, { ...folders, photographs: photographs.folder });
  const rows: string[][] = [['step', 'result', 'seconds']];
  const seconds = (since: number) => ((clock.monotonic() - since) / 1000).toFixed(1);
  try {
    const tour = planTour(server, photographs, folders.output);
    for (const [index, stop] of tour.stops.entries()) {
      const stopStartedAt = clock.monotonic();
      const progress = progressLine(terminal);
      progress.show(`${stop.name} …`);
      let result: string;
      try {
        result = await stop.run((message) => progress.show(`${stop.name}: ${message}`));
      } finally {
        await progress.finish();
      }
      rows.push([stop.name, result, seconds(stopStartedAt)]);
      await terminal.out(`${index + 1}/${tour.stops.length} ${stop.name}: ${result} (${seconds(stopStartedAt)} s)\n`);
    }
    rows.push(['total', '', seconds(startedAt)]);
    const saved = tour.saved().map((path) => `  ${path}`);
    await terminal.out(`\n${table(rows).join('\n')}\n\nThe pictures:\n${saved.join('\n')}\n`);
  } finally {
    await server.close();
  }
}
