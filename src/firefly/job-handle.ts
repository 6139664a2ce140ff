/**
 * Adobe's id and links of a job, exactly as received: the handle is stored before anything else happens, and links are
 * checked when they are followed.
 */
export interface JobHandle {
  readonly jobId: string | undefined;
  readonly statusUrl: string | undefined;
  readonly cancelUrl: string | undefined;
}
