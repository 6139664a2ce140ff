import { z } from 'zod';
import { AcceptFlat } from '../../firefly/contract/accept.ts';
import { Size } from '../../firefly/contract/common.ts';
import { Output } from '../../firefly/contract/status.ts';
import * as errors from '../http/errors.ts';
import type { Job, JobPlan } from '../state/jobs.ts';
import { accept, linksOf } from '../rules/job-request.ts';
import { resultOf } from './status.ts';
import { type Call, defineOperation, type Operation } from './operation.ts';

/** A v3 image operation: what differs between them. */
export interface ImageJob<Input> {
  /** Adobe's operation id of the asynchronous route; it ends in `Async`. */
  readonly id: string;
  /** The asynchronous route; it ends in `-async`. */
  readonly path: string;
  /**
   * Parses and validates; changes nothing.
   * @throws Refusal
   */
  readonly read: (call: Call) => Input | Promise<Input>;
  /** @throws Refusal for a trigger word that works at submit */
  readonly plan: (input: Input, call: Call) => Omit<JobPlan, 'operation'>;
}

/** What the synchronous routes answered, as far as the emulator knows: tutorials 000 and 002. */
const SyncResult = z.looseObject({ size: Size, outputs: z.array(Output) });

/** What holds for every operation that starts a paid job. */
export const PAID_SUBMIT = {
  method: 'POST',
  origins: ['api'],
  phase: 'submit',
  envelope: 'api',
  gated: true,
  paid: true,
  accepts: 'application/json',
} as const;

/** The documented route: 202 with links. */
export function asynchronous<Input>({ id, path, read, plan }: ImageJob<Input>): Operation {
  return defineOperation<Input>({
    ...PAID_SUBMIT,
    id,
    path,
    read,
    answers: { 202: AcceptFlat },
    handle: (input, call) => {
      const job = accept({ operation: id, ...plan(input, call) }, call);
      const links = linksOf(job, call.world);
      return {
        status: 202,
        // Adobe's document promises this header without showing one: RFC 8288, with relations of ours.
        headers: { link: `<${links.status}>; rel="status", <${links.cancel}>; rel="cancel"` },
        content: { json: { jobId: job.urn, statusUrl: links.status, cancelUrl: links.cancel } },
      };
    },
  });
}

/** The same operation on the route that Adobe's documents no longer have: 200 with the pictures, at once. */
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
      return { status: 200, content: { json: resultOf(job, call.world) } };
    },
  });
}

/** Ours: how the synchronous routes said that a job failed. One that would run for ever has timed out, too. */
function refuseFailed({ plan }: Job): void {
  const { end } = plan.policy;
  if (end.kind === 'timeout' || end.kind === 'never') throw errors.timedOut();
  if (end.kind === 'failed') throw errors.jobFailed(end.code, end.message);
}
