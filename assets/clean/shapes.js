// What a PDF (ISO 32000) may hold so that its pages look as they did: for every kind
// of dictionary the keys that are kept. "Key" alone keeps a number, a name, a string
// or an array of such; "Key:kind" keeps dictionaries of that kind, "Key:*kind" a
// dictionary of any names with such values. Whatever stands nowhere here goes: who,
// when, with what, attachments, scripts, forms, links, earlier thoughts.

const FUNCTION = "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N " +
	"Functions:function Bounds";

const TEXT = {
	catalog: "Type Pages:node OCProperties:layers",
	node: "Type Parent:node Kids:node Count Resources:resources MediaBox CropBox BleedBox " +
		"TrimBox ArtBox Rotate UserUnit Contents:data Group:group Annots:annot",
	resources: "ExtGState:*state ColorSpace:*space Pattern:*pattern Shading:*pattern " +
		"XObject:*xobject Font:*font Properties:*layer ProcSet",
	data: "",
	group: "Type S CS:space I K",
	state: "Type LW LC LJ ML D RI OP op OPM Font:font FL SM SA BM SMask:mask CA ca AIS TK " +
		"BG:function BG2:function UCR:function UCR2:function TR:function TR2:function",
	mask: "Type S G:xobject BC TR:function",
	function: FUNCTION,
	space: `${FUNCTION} WhitePoint BlackPoint Gamma Matrix Subtype Colorants:*space ` +
		"Process:process",
	process: "ColorSpace:space Components",
	profile: "N Range Alternate:space",
	pattern: "Type PatternType PaintType TilingType BBox XStep YStep Resources:resources " +
		"Matrix Shading:pattern ExtGState:state ShadingType ColorSpace:space Background " +
		"AntiAlias Function:function Domain Coords Extend BitsPerCoordinate " +
		"BitsPerComponent BitsPerFlag Decode VerticesPerRow",
	image: "Type Subtype Width Height ColorSpace:space BitsPerComponent Intent ImageMask " +
		"Mask:image Decode Interpolate SMask:image SMaskInData Matte OC:layer",
	form: "Type Subtype FormType BBox Matrix Resources:resources Group:group OC:layer",
	font: "Type Subtype BaseFont FirstChar LastChar Widths FontDescriptor:descriptor " +
		"Encoding:encoding ToUnicode:encoding FontBBox FontMatrix CharProcs:*data " +
		"Resources:resources DescendantFonts:font CIDSystemInfo:system DW W DW2 W2 " +
		"CIDToGIDMap:data",
	descriptor: "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent " +
		"Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth " +
		"FontFile:fontfile FontFile2:fontfile FontFile3:fontfile CharSet CIDSet:data",
	fontfile: "Length1 Length2 Length3 Subtype",
	encoding: "Type BaseEncoding Differences CMapName CIDSystemInfo:system WMode " +
		"UseCMap:encoding",
	system: "Registry Ordering Supplement",
	layers: "OCGs:layer D:layout",
	layout: "BaseState Intent ON:layer OFF:layer AS:usages",
	usages: "Event OCGs:layer Category",
	layer: "Type Name Intent Usage:usage OCGs:layer P VE:layer",
	usage: "View:uses Print:uses Export:uses Zoom:uses",
	uses: "ViewState PrintState ExportState Subtype min max",
	annot: "Type Subtype Rect Contents F AP:looks AS Border C OC:layer CA ca BM BS:border " +
		"BE:border IC L LE LL LLE LLO CO CP Cap DA Q DS QuadPoints Vertices InkList " +
		"Name Sy RD Open",
	looks: "N:look",
	border: "Type W S D I",
	/* The rest of any stream. */
	stream: "Filter DecodeParms:parms",
	parms: "Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine " +
		"EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError " +
		"ColorTransform JBIG2Globals:data",
};

/* Kind -> key -> { kind, isMap }. */
export const SHAPES = new Map(Object.entries(TEXT).map(([name, keys]) =>
	[name, new Map(keys.split(" ").filter(Boolean).map((word) => {
		const [key, kind = ""] = word.split(":");
		return [key, { kind: kind.replace("*", ""), isMap: kind.startsWith("*") }];
	}))]));

/* Notes on a page that stay as pictures of themselves. A field of a form becomes a
 * stamp: it looks the same and asks nothing. */
export const ANNOTATIONS = new Set(["Text", "Link", "FreeText", "Line", "Square", "Circle",
	"Polygon", "PolyLine", "Highlight", "Underline", "Squiggly", "StrikeOut", "Stamp",
	"Caret", "Ink", "Watermark", "Widget"]);

/* What a key that goes would have told. */
export const TELLS = { T: "PERSON", NM: "PERSON", M: "TIME", LastModified: "TIME",
	CreationDate: "TIME", Metadata: "WORDS", PieceInfo: "DEVICE", EmbeddedFiles: "FILES",
	AF: "FILES", FS: "FILES", Outlines: "LINKS", Dests: "LINKS", Dest: "LINKS", A: "LINKS",
	OpenAction: "SCRIPTS", AA: "SCRIPTS", JavaScript: "SCRIPTS", JS: "SCRIPTS",
	AcroForm: "FORM", Perms: "FORM", Thumb: "PREVIEW", Author: "PERSON", Creator: "DEVICE",
	Producer: "DEVICE", ModDate: "TIME", Title: "WORDS", Subject: "WORDS", Keywords: "WORDS" };
