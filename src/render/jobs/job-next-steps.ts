import { beforeAndAfter } from '../pictures/before-and-after.ts';
import { isStill, isUnread } from '../../images/still.ts';
import { isFinal } from '../../jobs/model/states.ts';
import { isDone } from '../../jobs/model/saves/save-order.ts';
import type { JobView } from '../../jobs/model/types.ts';
import { commandHint } from '../demo.ts';
import { type RenderContext, wayTo } from '../pictures/picture.ts';

/** An idempotency key decides in place of the arguments and of `new_job`. */
const NEW_KEY = 'Use a new idempotency_key for a new call.';

/** A job at the emulator of a command ends with that; one that was only stored, or that another process drives, goes on. */
export const DEMO_ENDS = `If this call had begun it, it ends with the emulator of this call; else "${commandHint('jobs --wait', { demo: true })}" makes it.`;

/** What to do after an answer with this job. A job whose end was shown attaches no further call, so that a call without a key needs no `new_job`. */
export function nextJobStep(job: JobView, context: RenderContext): string {
  const { endsWithCall = false } = context;
  if (!isFinal(job.state) && endsWithCall)
    return context.demo
      ? DEMO_ENDS
      : `It goes on in a running server. Without one, "${commandHint('jobs --wait', context)}" continues it.`;
  if (!isFinal(job.state))
    return `Call job_status with job "${job.id}" to wait for it. It goes on by itself meanwhile.`;
  switch (job.state) {
    case 'succeeded':
      if (job.images.length === 0)
        return `Call the tool again with ${job.hasKey ? 'a new idempotency_key' : 'new_job: true'} to make ${job.media === 'video' ? 'the video' : 'the pictures'} once more.`;
      if (job.images.every(isUnread))
        return `What came is not read or shown here; ${wayTo('an original', context)}, to be opened in another program.`;
      if (!job.images.some(isStill))
        return `A video does not play here; ${wayTo('an original', context)}; show_images tells its facts. Pass a handle, or "last".`;
      return [
        `show_images shows a picture larger, or where you see none${beforeAndAfter(job.images)}`,
        ...(isSaved(job) ? [] : [wayTo('an original', context)]),
        'fill_image changes a part; edit_image changes all of it by words; expand_image adds room. Pass a handle, or "last".',
      ].join('; ');
    case 'submit_unknown':
      return `Ask the user. Where a second charge is acceptable, call resubmit_job with job "${job.id}" and accept_possible_charge: true.`;
    case 'cancelled':
      return `${callAgain(job)} to make ${job.media === 'video' ? 'the video' : 'the pictures'} after all.`;
    default:
      if (job.problem === undefined) return `${callAgain(job)}.`;
      return job.hasKey ? `${job.problem.next} ${NEW_KEY}` : job.problem.next;
  }
}

/** Whether every file that the call asked for is written. */
function isSaved({ saves = [] }: JobView): boolean {
  return saves.length > 0 && saves.every((order) => order.problem === undefined && isDone(order));
}

function callAgain({ hasKey }: JobView): string {
  return hasKey ? 'Call the tool again with a new idempotency_key' : 'Call the tool again';
}
