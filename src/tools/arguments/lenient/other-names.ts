/**
 * What other image services, and models that have learnt from them, call our arguments: by their letters alone.
 * None of them is read as a consent, nor as one of two arguments: a `reference_image` may be meant for style or structure.
 */
const OTHER_NAMES: readonly (readonly [own: string, others: string])[] = [
  ['count limit', 'n num number numimages numberofimages imagecount numvariations numberofvariations numoutputs'],
  ['count limit', 'numsamples samples quantity'],
  ['limit', 'count max maxresults pagesize topk'],
  ['prompt', 'text textprompt prompttext description instruction instructions editprompt editinstruction'],
  ['text query', 'search searchterm keyword keywords contains query'],
  ['negative_prompt', 'negative avoid'],
  ['image first_frame', 'image img picture photo file path url uri src source imagepath imagefile imageurl imageuri'],
  ['image first_frame', 'id imageid imagename filepath fileurl inputimage inputfile inputpath sourceimage initimage'],
  ['image first_frame', 'baseimage originalimage'],
  ['images', 'pictures files paths imagepaths imageids'],
  ['first_frame', 'startframe startimage firstimage'],
  ['last_frame', 'endframe endimage lastimage'],
  ['made_from', 'source sourceimage'],
  ['background', 'backgroundimage sceneimage'],
  ['mask', 'maskimage maskpath maskfile maskurl maskid'],
  ['mask_shapes', 'shapes'],
  ['shapes', 'maskshapes'],
  ['invert_mask invert', 'invert invertmask inverted inverse'],
  ['style_image', 'stylereference styleref stylereferenceimage referencestyle'],
  ['structure_image', 'structurereference structureref structurereferenceimage'],
  ['structure_image', 'compositionreference compositionref compositionimage compositionreferenceimage'],
  ['style_presets prompt_style', 'style preset presets'],
  ['aspect_ratio', 'ratio aspect orientation'],
  ['size', 'dimensions imagesize outputsize targetsize'],
  ['seeds', 'randomseed'],
  ['factor', 'scale scalefactor upscalefactor upscaleby multiplier'],
  ['model', 'modelid modelname modelversion'],
  ['custom_model', 'custommodelid custommodelname'],
  ['save_as name', 'filename outputname outputfilename'],
  ['save_as', 'outputpath outputfile savepath'],
  ['save_to folder', 'outputfolder outputdir outputdirectory destination'],
  ['folder', 'directory dir inputfolder inputdir inputdirectory'],
  ['job', 'id jobid batch batchid joborbatch taskid'],
  ['wait_seconds', 'wait waitforseconds timeoutseconds'],
  ['new_job', 'forcenew newrequest'],
  ['dry_run', 'estimate estimateonly checkonly simulate'],
  ['since', 'after from fromdate startdate'],
  ['until', 'to todate enddate'],
  ['except', 'exclude keep'],
  ['max_side', 'maxsize maxwidth maxdimension'],
  ['align_horizontal', 'horizontal horizontalalign horizontalalignment halign alignx'],
  ['align_vertical', 'vertical verticalalign verticalalignment valign aligny'],
  ['inset_left', 'left expandleft extendleft padleft paddingleft marginleft'],
  ['inset_right', 'right expandright extendright padright paddingright marginright'],
  ['inset_top', 'top up expandtop expandup extendtop extendup padtop paddingtop margintop'],
  ['inset_bottom', 'bottom down expandbottom expanddown extendbottom extenddown padbottom paddingbottom marginbottom'],
];

/** Each other name with the lists of own names that it may stand for; of a list, the first that the tool has is meant. */
const byOtherName: ReadonlyMap<string, readonly (readonly string[])[]> = indexed();

function indexed(): ReadonlyMap<string, readonly (readonly string[])[]> {
  const names = new Map<string, readonly (readonly string[])[]>();
  for (const [own, others] of OTHER_NAMES) {
    for (const other of others.split(' ')) names.set(other, [...(names.get(other) ?? []), own.split(' ')]);
  }
  return names;
}

/** All other names, for tests. */
export const otherNames: readonly string[] = [...byOtherName.keys()];

/**
 * The one argument among `known` that other services call so. Undefined where there is none, or where the name may stand
 * for several.
 * @param letters the name as `lettersOf` makes it
 */
export function nameElsewhere(letters: string, known: readonly string[]): string | undefined {
  const meant = (byOtherName.get(letters) ?? []).flatMap((list) => list.find((own) => known.includes(own)) ?? []);
  return new Set(meant).size === 1 ? meant[0] : undefined;
}
