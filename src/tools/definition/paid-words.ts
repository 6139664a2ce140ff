/** What every paid tool says about cost, in its description. */
export const COST = 'Paid: one operation a picture, one request.';

/** What every paid tool says about its results and about unknown outcomes, since hosts load tools one by one. */
export const OUTCOME =
  'Returns pictures (img_…), or a running job: then job_status, never this again. ' +
  'After submit_unknown Adobe may have charged: ask the user; resubmit_job then.';
