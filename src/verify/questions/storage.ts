import { StorageImageResponse } from '../../firefly/contract/upload.ts';
import { compared, open, settled, type Question } from '../question.ts';

const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Problems as which such an answer may be misread. */
const OTHERWISE: ReadonlySet<string> = new Set([
  'invalid_request',
  'not_found',
  'picture_url_unreachable',
  'model_not_available',
  'undecodable_picture',
]);

/** Of uploads, and of the links of results. */
export const STORAGE_QUESTIONS: readonly Question[] = [
  {
    id: 'upload-id-form',
    unknown: 'Whether an upload id is a version 4 UUID.',
    assumed: 'a version 4 UUID; any id is sent back as it came',
    by: 'free',
    judge: (answers) => {
      const [answer] = answers.of('storageImageV2');
      if (answer === undefined) return open('no answer came');
      const stored = StorageImageResponse.safeParse(answer.body);
      const id = stored.success ? stored.data.images[0]?.id : undefined;
      if (id === undefined) return open(`the upload was answered by HTTP ${answer.status} without an id`);
      return compared(UUID_4.test(id), UUID_4.test(id) ? 'yes' : `no: ${id.length} characters`);
    },
  },
  {
    id: 'lost-upload',
    unknown: 'How an unknown or lapsed upload id is answered.',
    assumed: 'so that it is recognised, and the picture uploaded once more',
    by: 'lost-upload',
    judge: (answers) => {
      const tried = answers.tried('lost-upload');
      if (tried.kind === 'not_tried') return open(tried.why);
      if (tried.kind === 'made') return { verdict: 'contradicted', value: 'the request was accepted' };
      const status = answers.of('fillImagesV3Async', 'lost-upload').at(-1)?.status;
      const where = status === undefined ? '' : `, HTTP ${status}`;
      if (tried.code === 'upload_lapsed') return settled(`read as ${tried.code}${where}`);
      if (!OTHERWISE.has(tried.code)) return open(`the request was refused: ${tried.code}`);
      return { verdict: 'contradicted', value: `read as ${tried.code}${where}` };
    },
  },
  {
    id: 'links-signed-anew',
    unknown: 'Whether a later status read signs the links of results anew.',
    by: 'fill',
    judge: ({ linksSignedAnew }) =>
      linksSignedAnew === undefined ? open('no later status was read') : settled(linksSignedAnew ? 'yes' : 'no'),
  },
];
