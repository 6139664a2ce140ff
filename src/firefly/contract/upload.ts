import { z } from 'zod';

/** Limit of an upload, bytes (OpenAPI `storageImageV2`: 15 MB). */
export const MOST_UPLOAD_BYTES = 15_000_000;

/** Types that Adobe's storage accepts (OpenAPI `storageImageV2`). */
export const UPLOAD_MIME_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/tiff', 'image/jxl'] as const;
export type UploadMimeType = (typeof UPLOAD_MIME_TYPES)[number];

/** Answer of `POST /v2/storage/image`. OpenAPI `StorageImageResponse`; an id is valid for seven days. */
export const StorageImageResponse = z.looseObject({ images: z.array(z.looseObject({ id: z.string().min(1) })) });
export type StorageImageResponse = z.infer<typeof StorageImageResponse>;
