/** Largest file that a user may name as a picture, bytes. A camera's largest JPEG, PNG or WebP files stay below. */
export const MOST_FILE_BYTES = 64 * 1024 * 1024;
/** Largest picture in a data URI, bytes: a tool call is held in memory as text several times over. */
export const MOST_DATA_URI_BYTES = 5_000_000;
/** Largest picture that is decoded, pixels: four times what Adobe makes. A small file can unfold into any number. */
export const MOST_PIXELS = 64_000_000;
/**
 * Largest WebP that is decoded, pixels. Its decoder holds two whole copies of four bytes a pixel, where those of JPEG and PNG
 * hold strips: at 64 million pixels a process was seen to take 830 MB.
 */
export const MOST_WEBP_PIXELS = 40_000_000;
/**
 * Most bytes that a decoder may hold of a picture at once, where it cannot read it in rows: interlaced, progressive, or to be
 * turned. With 512 MB of them a process was seen to take 770 MB, with 400 MB after others 721.
 */
export const MOST_HELD_BYTES = 360_000_000;
/** Longest side of such a picture, pixels; JPEG has no longer one. Memory is taken for whole rows. */
export const MOST_SIDE = 65_535;
/** Pictures of more pixels than this are decoded one at a time; of WebP, in the ratio of the limits, of fewer. */
export const LARGE_PIXELS = 16_000_000;
/** Most bytes of uncompressed pixels that an edit at a picture's own size holds: 64 million of four channels of eight bits. */
export const MOST_UNCOMPRESSED_BYTES = 256 * 1024 * 1024;
/** Most bytes of uncompressed pixels that a composite has in memory; more of them are in a file. */
export const MOST_BYTES_IN_MEMORY = 96_000_000;
/**
 * Most bytes that a copy for Adobe is encoded with: those of the file, of what its decoder holds of it, and of the encoder. The
 * process has some 100 MB besides.
 */
export const MOST_COPY_BYTES = 380_000_000;
/** Pictures of more pixels than this become composites with one reading at a time, and the encoded result in a file at first. */
export const VAST_PIXELS = 32_000_000;
/**
 * Composites of more pixels than this are made in a process of their own, which gives all of its memory back; a thread's stays
 * with the server: three fills of 4 million pixels were seen to take it to 740 MB. Of WebP, in the ratio of the limits, of
 * fewer, as below. The start of a process takes a fraction of the time of such an edit.
 */
export const MOST_THREAD_PIXELS = 1_000_000;
/** Other work on more pixels than this has a process, too. Results of Adobe and screens of 3840 by 2160 stay in the server, at once. */
export const MOST_STEP_PIXELS = 4_500_000;
/** So has a search for a subject of more pixels than this; a thread keeps what is known of the last picture for the next search. */
export const MOST_SEARCH_PIXELS = 25_000_000;
