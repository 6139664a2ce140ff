import { serve } from '../state/storage.ts';
import { defineOperation } from './operation.ts';

/** A result from storage, by its signed URL alone. */
export const download = defineOperation<string>({
  id: 'storage-get',
  method: 'GET',
  path: '/images/{id}',
  origins: ['storage'],
  phase: 'download',
  envelope: 's3',
  gated: false,
  paid: false,
  answers: {},
  read: ({ parameter }) => parameter,
  handle: (id, call) => serve(id, call),
});
