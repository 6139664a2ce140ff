import { isRecord } from '../../shared/text/json.ts';
import { compared, open, type Question } from '../question.ts';

/** Of jobs. */
export const JOB_QUESTIONS: readonly Question[] = [
  {
    id: 'unknown-job',
    unknown: 'How the status of an unknown job is answered.',
    assumed: '404 with the code unknown_job_id',
    by: 'free',
    judge: ({ unknownJob: answer }) => {
      if (answer === undefined) return open('no answer came');
      const code = isRecord(answer.body) ? answer.body['error_code'] : undefined;
      const shown = typeof code === 'string' && /^\w{1,40}$/.test(code) ? code : 'without a code';
      return compared(code === 'unknown_job_id', `HTTP ${answer.status}, ${shown}`);
    },
  },
];
