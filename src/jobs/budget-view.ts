/** The budget as it stands. */
export interface BudgetView {
  /** Most paid requests in 24 hours. */
  readonly limit: number;
  /** Spent in the last 24 hours. */
  readonly spent: number;
  /** Interactive jobs that wait for their permit; a new call finds the budget without what they will spend. */
  readonly committed: number;
  /** When a new call is admitted again (epoch ms); undefined while it is, and where it never will be. */
  readonly freeAt: number | undefined;
}
