import { open, type Answers, type Question } from '../question.ts';
import { TRIAL_IDS } from '../trials/trial.ts';

function unasked(id: string, unknown: string, why: string): Question {
  return { id, unknown, by: 'nothing', judge: () => open(why) };
}

/** What a person can compare the credits with. */
function toCompare(answers: Answers): string {
  const kindOf = (kind: 'made' | 'refused') => TRIAL_IDS.filter((id) => answers.tried(id).kind === kind);
  const [made, refused] = [kindOf('made'), kindOf('refused')];
  const compare = 'compare the credits in the Admin Console before and after a run';
  if (made.length + refused.length === 0) return compare;
  return `${compare}; this one made ${made.join(', ') || 'nothing'}, and was refused ${refused.join(', ') || 'nothing'}`;
}

/** What no request of this program settles, and why. */
export const UNASKED: readonly Question[] = [
  {
    id: 'charges',
    unknown:
      'How many credits an operation costs, and whether refused, failed, cancelled or timed-out requests are charged.',
    by: 'nothing',
    judge: (answers) => open(`no answer names a price: ${toCompare(answers)}`),
  },
  unasked(
    'quota-window',
    'Which calls count against the quota, status reads too, and with which window.',
    'it would take a burst until a 429',
  ),
  unasked('late-503', 'Whether 503, with or without Retry-After, can follow acceptance.', 'only chance shows it'),
  unasked('job-retention', 'How long a job is known, and its results are kept.', 'it would take days'),
  unasked(
    'error-bodies',
    'Which bodies 429, 451 and a failed job really have.',
    'no prompt is sent that breaks the rules; the log has them when they come',
  ),
  unasked(
    'default-model',
    'Whether the default model is image3 or image4_standard, and whether image3_custom is still accepted.',
    'the header is always sent',
  ),
  unasked(
    'google-storage',
    'Whether a URL of Google Storage is accepted as a source.',
    'it needs a picture that is stored there',
  ),
];
