import { commandHint } from '../render/demo.ts';
import { DEMO_ENDS } from '../render/jobs/job-next-steps.ts';
import type { Rendered } from '../render/rendered.ts';
import type { ToolSettings } from '../tools/definition/define.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { SavedResult } from './save-result.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The result is stored, and its handle is the way back to it. */
export function reportLost({ structured }: Rendered, { demo }: ToolSettings, terminal: Terminal): ExitCode {
  const job = structured?.['job'];
  const look = commandHint(`call job_status --job ${String(job)}`, { demo });
  const way = typeof job === 'string' ? ` It is kept: "${look}" shows it.` : '';
  terminal.err(`firefly-mcp: The result could not be written to stdout.${way}\n`);
  return EXIT.failed;
}

/** The call was interrupted: what becomes of its job, in one line. */
export function reportInterrupted(
  { structured }: Rendered,
  saved: SavedResult | undefined,
  { demo }: ToolSettings,
  terminal: Terminal,
): ExitCode {
  const job = structured?.['job'];
  const remark =
    typeof job === 'string'
      ? `${job} ${remarkOn(job, { isDone: structured?.['state'] === 'succeeded', saved, demo })}`
      : 'firefly-mcp: The call was interrupted.';
  terminal.err(`${remark}\n`);
  return EXIT.interrupted;
}

/** What becomes of a job whose call was interrupted: while it was made, or when its pictures were there already. */
function remarkOn(
  job: string,
  {
    isDone,
    saved,
    demo,
  }: { readonly isDone: boolean; readonly saved: SavedResult | undefined; readonly demo: boolean },
): string {
  const hint = (words: string) => `"${commandHint(words, { demo })}"`;
  if (isDone && saved !== undefined && saved.problem === undefined) return 'is done, and its pictures are saved.';
  if (isDone) return `is done, and its pictures are kept. ${hint(`call job_status --job ${job}`)} shows where.`;
  if (demo) return `is not finished. ${DEMO_ENDS}`;
  return `is not cancelled. ${hint('jobs --wait')} continues it, ${hint(`call cancel_job --job ${job}`)} cancels it.`;
}
