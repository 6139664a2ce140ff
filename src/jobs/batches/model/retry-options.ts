/** Which items of a batch are made again. */
export interface RetryOptions {
  /** Those of unknown outcome too, which Adobe may have charged. */
  readonly acceptPossibleCharge: boolean;
  /** Only those whose demo was stopped while it made them. */
  readonly endedWithDemo?: boolean;
}
