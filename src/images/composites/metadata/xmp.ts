/**
 * IPTC's word for a picture of which a part was made by a trained model ("Edited with Generative AI"): the value of
 * `Iptc4xmpExt:DigitalSourceType`.
 */
export const EDITED_WITH_AI = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';

/** The XMP packet of every composite. It replaces that of the source, which described another picture. */
export const XMP_PACKET = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
   Iptc4xmpExt:DigitalSourceType="${EDITED_WITH_AI}"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;
