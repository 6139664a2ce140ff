/** What every paid tool says about cost, in its description. The requests of a quota are told by results and `job_status`. */
export const COST = 'Paid: one operation a picture.';

/** What every paid tool says about its results and about unknown outcomes, since hosts load tools one by one. */
export const OUTCOME = outcomeOf('pictures (img_…)');

/** As `OUTCOME`, for a tool that makes something else. */
export function outcomeOf(made: string): string {
  return (
    `Returns ${made} or a running job: then job_status, never this again. ` +
    'After submit_unknown Adobe may have charged: ask the user; resubmit_job then.'
  );
}
