import { z } from 'zod';
import { AcceptFlat } from '../../../firefly/contract/accept.ts';
import { Size } from '../../../firefly/contract/common.ts';
import { Output } from '../../../firefly/contract/status.ts';
import * as errors from '../../http/errors/errors.ts';
import type { Job, JobPlan } from '../../state/jobs.ts';
import { accept, linksOf } from '../../rules/job-request.ts';
import { resultOf } from '../status.ts';
import { type Call, defineOperation, type Operation } from '../operation.ts';

/** The parts in which the v3 operations differ that answer with a job id and links. */
export interface ImageJob<Input> {
  /** Adobe's operation id of the asynchronous route; it ends in `Async` where there was a synchronous one. */
  readonly id: string;
  /** The asynchronous route; it ends in `-async` where there was a synchronous one. */
  readonly path: string;
  /**
   * Parses and validates without side effects.
   * @throws Refusal
   */
  readonly read: (call: Call) => Input | Promise<Input>;
  /**
   * Plans the pictures of the job.
   * @throws Refusal for a trigger word that refuses the submit
   */
  readonly plan: (input: Input, call: Call) => Omit<JobPlan, 'operation'>;
}

/** Response of the synchronous routes, from Adobe's tutorials 000 and 002. */
const SyncResult = z.looseObject({ size: Size, outputs: z.array(Output) });

/** Traits of every operation that starts a paid job. */
export const PAID_SUBMIT = {
  method: 'POST',
  origins: ['api'],
  phase: 'submit',
  envelope: 'api',
  gated: true,
  paid: true,
  accepts: 'application/json',
} as const;

/** The documented asynchronous route: 202 with links. */
export function asynchronous<Input>({ id, path, read, plan }: ImageJob<Input>): Operation {
  return defineOperation<Input>({
    ...PAID_SUBMIT,
    id,
    path,
    read,
    answers: { 202: AcceptFlat },
    handle: (input, call) => {
      const job = accept({ operation: id, ...plan(input, call) }, call);
      const links = linksOf(job, call.context);
      return {
        status: 202,
        // Adobe's document mentions this header without an example: RFC 8288, the relations are ours.
        headers: { link: `<${links.status}>; rel="status", <${links.cancel}>; rel="cancel"` },
        content: { json: { jobId: job.urn, statusUrl: links.status, cancelUrl: links.cancel } },
      };
    },
  });
}

/** The synchronous route, which Adobe's documents no longer have: 200 with the pictures at once. */
export function synchronous<Input>({ id, path, read, plan }: ImageJob<Input>): Operation {
  const syncId = id.replace(/Async$/, '');
  return defineOperation<Input>({
    ...PAID_SUBMIT,
    id: syncId,
    path: path.replace(/-async$/, ''),
    read,
    answers: { 200: SyncResult },
    handle: (input, call) => {
      const job = accept({ operation: syncId, ...plan(input, call) }, call);
      refuseFailed(job);
      return { status: 200, content: { json: resultOf(job, call.context) } };
    },
  });
}

/** Ours: errors of the synchronous routes. A job that would never end counts as timed out. */
function refuseFailed({ plan }: Job): void {
  const { end } = plan.behaviour;
  if (end.kind === 'timeout' || end.kind === 'never') throw errors.timedOut();
  if (end.kind === 'failed') throw errors.jobFailed(end.code, end.message);
}
