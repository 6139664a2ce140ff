import type { Cost } from '../../../firefly/pricing.ts';

/** Which items of a batch are made again. */
export interface RetryOptions {
  /** Items of unknown outcome are among them, which Adobe may have charged. */
  readonly acceptPossibleCharge: boolean;
  /** Items whose demo was stopped while it made them are all of them. */
  readonly endedWithDemo?: boolean;
  /** None but items of these jobs, such as those that a person has agreed to pay for: others may have failed since. */
  readonly jobs?: readonly string[];
}

/** What a retry would make again at this moment. */
export interface Retryable {
  /** Ids of the jobs that new ones would replace. */
  readonly jobs: readonly string[];
  readonly cost: Cost;
  /** One of them may have been charged, so that Adobe may charge for it twice. */
  readonly mayChargeTwice: boolean;
}
