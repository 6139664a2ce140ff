/** Which items of a batch are made again. */
export interface RetryOptions {
  /** Items of unknown outcome are among them, which Adobe may have charged. */
  readonly acceptPossibleCharge: boolean;
  /** Items whose demo was stopped while it made them are all of them. */
  readonly endedWithDemo?: boolean;
}
