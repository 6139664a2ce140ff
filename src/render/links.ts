import { mediumOf, servedType } from '../images/media.ts';
import type { ImageRecord } from '../images/types.ts';
import { shortened, sizeAndFormat } from './phrases.ts';
import type { LinkBlock } from './rendered.ts';

/** Resource URI of the original of a picture. */
export function imageUri(id: string): string {
  return `firefly://images/${id}`;
}

/** Resource URI of the preview of a picture. */
export function previewUri(id: string): string {
  return `firefly://images/${id}/preview`;
}

/** Resource URI of what is known of a picture. */
export function factsUri(id: string): string {
  return `firefly://images/${id}/facts`;
}

/** Resource URI of a job. */
export function jobUri(id: string): string {
  return `firefly://jobs/${id}`;
}

/** The way for a person to the studio, as a line of text. */
export function studioLines({ studio }: { readonly studio?: string | undefined }): readonly string[] {
  return studio === undefined ? [] : [`The user can open it in the studio: ${studio}`];
}

/** A link to the original of a picture. */
export function imageLink(image: ImageRecord): LinkBlock {
  return {
    uri: imageUri(image.id),
    name: `${image.id}.${mediumOf(image.mimeType).ending}`,
    title: image.facts.prompt === undefined ? undefined : shortened(image.facts.prompt, 80),
    description: `Original, ${sizeAndFormat(image)}`,
    mimeType: servedType(image.mimeType),
    size: image.bytes,
    audience: ['user'],
  };
}

/** A link to an unfinished job. */
export function jobLink(id: string): LinkBlock {
  return {
    uri: jobUri(id),
    name: id,
    description: 'The job as JSON',
    mimeType: 'application/json',
    audience: ['user'],
  };
}
