import { existingParents } from '../images/library/lineage.ts';
import { MADE_HERE } from '../images/types.ts';
import { imageEntry } from '../render/pictures/images.ts';
import { jobLine } from '../render/jobs/overview.ts';
import { withoutUndefined } from '../render/rendered.ts';
import type { FixedResource } from './define.ts';
import { jsonContents } from './json.ts';

const NEWEST = 50;

/** `firefly://images`: the newest pictures. */
export const imageList: FixedResource = {
  kind: 'fixed',
  uri: 'firefly://images',
  name: 'images',
  title: 'Pictures',
  description: `The ${NEWEST} newest pictures as JSON, newest first.`,
  mimeType: 'application/json',
  async read(call) {
    const { images } = await call.services();
    const found = await images.list({ limit: NEWEST, kinds: MADE_HERE }, call.caller);
    const parents = await existingParents(found, images, call.caller);
    return jsonContents(this.uri, { images: found.map((image) => withoutUndefined(imageEntry(image, parents))) });
  },
  async version(call) {
    const { images } = await call.services();
    const found = await images.list({ limit: NEWEST, kinds: MADE_HERE }, call.caller);
    return found.map(({ id }) => id).join();
  },
};

/** `firefly://jobs`: the newest jobs. */
export const jobList: FixedResource = {
  kind: 'fixed',
  uri: 'firefly://jobs',
  name: 'jobs',
  title: 'Jobs',
  description: `The ${NEWEST} newest jobs as JSON, newest first.`,
  mimeType: 'application/json',
  async read(call) {
    const { jobs } = await call.services();
    const found = await jobs.list({ limit: NEWEST }, call.caller);
    return jsonContents(this.uri, { jobs: found.map((job) => withoutUndefined(jobLine(job, call.clock.now()))) });
  },
  async version(call) {
    const { jobs } = await call.services();
    return JSON.stringify([...(await jobs.versions({ newest: NEWEST }, call.caller))]);
  },
};
