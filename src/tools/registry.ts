import { cancelJob } from './jobs/cancel-job.ts';
import { deleteImages } from './library/delete-images.ts';
import type { PaidTool, Tool } from './definition/define.ts';
import { compositeImage } from './composite/composite-image.ts';
import { editImage } from './edit/edit-image.ts';
import { expandImage } from './edit/expand/expand-image.ts';
import { fillImage } from './edit/fill/fill-image.ts';
import { generateImage } from './generate/generate-image.ts';
import { generateVideo } from './generate/generate-video.ts';
import { jobStatus } from './jobs/job-status.ts';
import { listCustomModels } from './generate/list-custom-models.ts';
import { listImages } from './library/list-images.ts';
import { makeMask } from './masks/make-mask.ts';
import { resubmitJob } from './jobs/resubmit-job.ts';
import { saveImage } from './library/save-image.ts';
import { submitBatchOf } from './batches/submit-batch.ts';
import { showImages } from './library/show-images.ts';
import { upscaleImage } from './edit/upscale-image.ts';
import { varyImage } from './edit/vary-image.ts';

/** Tools that spend one paid request a call: the ones that batches are made of. */
export const paidTools: readonly PaidTool[] = [
  generateImage,
  fillImage,
  expandImage,
  editImage,
  varyImage,
  upscaleImage,
  compositeImage,
  generateVideo,
];

/** Every tool, in the order in which clients list them. */
export const tools: readonly Tool[] = [
  ...paidTools,
  submitBatchOf(paidTools),
  makeMask,
  listCustomModels,
  jobStatus,
  cancelJob,
  resubmitJob,
  showImages,
  listImages,
  saveImage,
  deleteImages,
];
