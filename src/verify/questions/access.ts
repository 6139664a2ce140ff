import { isRecord } from '../../shared/text/json.ts';
import { compared, open, settled, type Question } from '../question.ts';

/** Above it, `expires_in` is read as milliseconds. */
const MOST_SECONDS = 1_000_000;

/** Of sign-in, custom models and headers. */
export const ACCESS_QUESTIONS: readonly Question[] = [
  {
    id: 'token-lifetime',
    unknown: 'Whether the lifetime of a token comes in seconds, as the newest pages say.',
    assumed: 'seconds',
    by: 'free',
    judge: (answers) => {
      const [answer] = answers.of('token');
      const seconds = isRecord(answer?.body) ? Number(answer.body['expires_in']) : Number.NaN;
      if (!(seconds > 0)) return open('no token was asked for, or none came');
      return compared(seconds < MOST_SECONDS, seconds < MOST_SECONDS ? `${seconds} seconds` : 'in milliseconds');
    },
  },
  {
    id: 'custom-model-id',
    unknown: 'Which field holds the id of a custom model, and in which form its dates are.',
    assumed: 'assetId',
    by: 'free',
    judge: (answers) => {
      const [answer] = answers.of('getCustomModels');
      if (answer === undefined) return open('the list did not come');
      if (answer.status !== 200) return open(`the account may not list models (HTTP ${answer.status})`);
      const list = isRecord(answer.body) ? answer.body['custom_models'] : undefined;
      if (!Array.isArray(list)) return { verdict: 'contradicted', value: 'the list has another name' };
      const first: unknown = list[0];
      if (!isRecord(first)) return open('the account has no custom model');
      const name = ['assetId', 'repo:assetId'].filter((key) => key in first).join(' and ') || 'another field';
      return compared('assetId' in first, `${name}; dates are of type ${typeof first['createdDate']}`);
    },
  },
  {
    id: 'request-id-echo',
    unknown: 'Whether answers repeat x-request-id.',
    by: 'free',
    judge: (answers) => {
      const [answer] = answers.of('storageImageV2');
      if (answer === undefined) return open('no answer came');
      const echoed = answer.headers['x-request-id'];
      if (echoed === undefined) return settled('no');
      return settled(echoed === answer.requestId ? 'yes' : 'another id comes back');
    },
  },
];
