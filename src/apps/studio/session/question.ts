/** A question that a person has to answer before something goes on. */
export interface Question {
  readonly title: string;
  readonly note: string;
  readonly yes: string;
  readonly no: string;
  readonly danger?: boolean;
  readonly answer: (agreed: boolean) => void;
}
