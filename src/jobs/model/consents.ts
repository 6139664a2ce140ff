/** Consents of people to paid calls and deletions. Each counts once, for all processes of an installation. */
export interface Consents {
  /**
   * Uses a consent, before the act that it allows: where the process dies in between, nothing was done, and the person is
   * asked again.
   * @param consent id of one asking of one question
   * @returns false where the consent was used before, by any process
   * @throws Problem `store_…` where that cannot be recorded; the act must then not follow
   */
  use(consent: string): Promise<boolean>;
}
