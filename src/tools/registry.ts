import { cancelJob } from './cancel-job.ts';
import { deleteImages } from './delete-images.ts';
import type { PaidTool, Tool } from './definition/define.ts';
import { compositeImage } from './composite-image.ts';
import { editImage } from './edit-image.ts';
import { expandImage } from './expand-image.ts';
import { fillImage } from './fill-image.ts';
import { generateImage } from './generate-image.ts';
import { generateVideo } from './generate-video.ts';
import { jobStatus } from './job-status.ts';
import { listCustomModels } from './list-custom-models.ts';
import { listImages } from './list-images.ts';
import { makeMask } from './make-mask.ts';
import { resubmitJob } from './resubmit-job.ts';
import { saveImage } from './save-image.ts';
import { submitBatchOf } from './submit-batch.ts';
import { showImages } from './show-images.ts';
import { upscaleImage } from './upscale-image.ts';
import { varyImage } from './vary-image.ts';

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
