import { existsSync, writeFileSync } from 'node:fs';
import { demoFlag, type Command } from '../../command.ts';
import { compose } from '../../composition/compose.ts';
import { configure } from '../../composition/configure.ts';
import { EXIT, UsageError } from '../../exit-codes.ts';
import { typedPath } from '../../terminal/terminal.ts';
import { VERSION } from '../../version.ts';

const ADOBE = 'https://firefly-api.adobe.io';

export const verify: Command = {
  usage: '[--spend N] [--json] [--out FILE] [--demo]',
  description: `Finds out what Adobe's documents leave open, with as few requests as possible, compares every answer with the
contract, and writes a report without secrets, pictures or addresses, which can be sent to the authors; one of the
emulator tells nothing about Adobe. Without --spend only free requests are sent. Paid ones are jobs like any other: they
count in quota and budget, and are made once.

Exit codes: 0 nothing that this program assumes is contradicted, 1 something is, 130 Ctrl-C.`,
  flags: {
    spend: { type: 'string', placeholder: 'N', help: 'Most operations to spend; each request says what it settles.' },
    json: { type: 'boolean', help: 'Print the report as JSON.' },
    out: { type: 'string', placeholder: 'FILE', help: 'A new file for the report (firefly-verify-TIME.json).' },
    ...demoFlag,
  },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const spend = operationsOf(flags.strings['spend']);
    const at = new Date(terminal.clock.now()).toISOString();
    const name = flags.strings['out'] ?? `firefly-verify-${at.replaceAll(/[-:]|\.\d+/g, '')}.json`;
    const path = typedPath(name, terminal);
    if (existsSync(path)) throw new UsageError(`${path} exists already: name another file.`);
    const configured = configure(flags, terminal, { oneShot: true });
    const { Witness } = await import('../../../verify/witness.ts');
    const { runTrials } = await import('../../../verify/run.ts');
    const { describeReport, reportOf } = await import('../../../verify/report.ts');
    const witness = new Witness();
    const composition = compose({ ...configured, terminal, drivesJobs: spend > 0, trial: witness });
    const { clock, random } = terminal;
    const signal = terminal.interrupted();
    const { demo: isDemo, apiUrl } = configured.config;
    try {
      const { jobs, images, imageImport } = await composition.services();
      const firefly = await composition.firefly();
      const say = (line: string) => terminal.err(`${line}\n`);
      const rooms = { jobs, images, imageImport, firefly, witness };
      const findings = await runTrials({ ...rooms, clock, random, isDemo, spend, signal, say });
      const report = reportOf(findings, {
        program: `firefly-mcp ${VERSION}`,
        at,
        asked: isDemo ? 'the emulator' : new URL(apiUrl).origin === ADOBE ? 'Adobe' : 'another address',
        allowed: spend,
        differences: witness.differences,
      });
      const json = `${JSON.stringify(report, undefined, 2)}\n`;
      const isWritten = write(path, json);
      const text = flags.booleans.has('json') ? json : `${describeReport(report).join('\n')}\n`;
      const unwritten = await terminal.out(text);
      if (unwritten === undefined) for (const job of findings.jobs) await jobs.markDelivered(job);
      terminal.err(
        isWritten
          ? `The report is in ${path}; ${isDemo ? 'it tells nothing about Adobe, since the emulator answered' : 'it can be sent to the authors'}.\n`
          : `The report could not be written to ${path}; what is printed with --json is the whole of it.\n`,
      );
      if (signal.aborted) return EXIT.interrupted;
      if (!isWritten) return EXIT.failed;
      return report.questions.some(({ verdict }) => verdict === 'contradicted') ? EXIT.failed : EXIT.ok;
    } catch (error) {
      if (signal.aborted) return EXIT.interrupted;
      throw error;
    } finally {
      await composition.close();
    }
  },
};

/** Writes a new file; false where that fails, since what was paid for is still to be printed. */
function write(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** @throws UsageError for anything but a whole number */
function operationsOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,4}$/.test(text)) throw new UsageError('--spend needs a whole number of operations, such as 1.');
  return Number(text);
}
