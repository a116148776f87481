#include <string.h>

#include "letter/letter.h"

#define EXTENSION_MAX 8

/*
 * The fixed table: what keeps its extension, and the media type that follows
 * from it. Programs and scripts are left out on purpose: they become "bin".
 */
static const struct {
	const char *extension;
	const char *type;
} types[] = {
	{ "bin", "application/octet-stream" },
	{ "3gp", "video/3gpp" },
	{ "7z", "application/x-7z-compressed" },
	{ "aac", "audio/aac" },
	{ "age", "application/octet-stream" },
	{ "amr", "audio/AMR" },
	{ "asc", "text/plain" },
	{ "avi", "video/x-msvideo" },
	{ "bmp", "image/bmp" },
	{ "csv", "text/csv" },
	{ "doc", "application/msword" },
	{ "docx",
	    "application/"
	    "vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "eml", "message/rfc822" },
	{ "epub", "application/epub+zip" },
	{ "flac", "audio/flac" },
	{ "gif", "image/gif" },
	{ "gpg", "application/octet-stream" },
	{ "gz", "application/gzip" },
	{ "heic", "image/heic" },
	{ "heif", "image/heif" },
	{ "html", "text/html" },
	{ "jpeg", "image/jpeg" },
	{ "jpg", "image/jpeg" },
	{ "json", "application/json" },
	{ "m4a", "audio/mp4" },
	{ "m4v", "video/mp4" },
	{ "md", "text/markdown" },
	{ "mkv", "video/x-matroska" },
	{ "mov", "video/quicktime" },
	{ "mp3", "audio/mpeg" },
	{ "mp4", "video/mp4" },
	{ "msg", "application/vnd.ms-outlook" },
	{ "odp", "application/vnd.oasis.opendocument.presentation" },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
	{ "odt", "application/vnd.oasis.opendocument.text" },
	{ "oga", "audio/ogg" },
	{ "ogg", "audio/ogg" },
	{ "opus", "audio/ogg" },
	{ "pdf", "application/pdf" },
	{ "png", "image/png" },
	{ "ppt", "application/vnd.ms-powerpoint" },
	{ "pptx",
	    "application/"
	    "vnd.openxmlformats-officedocument.presentationml.presentation" },
	{ "rar", "application/vnd.rar" },
	{ "rtf", "application/rtf" },
	{ "svg", "image/svg+xml" },
	{ "tar", "application/x-tar" },
	{ "tif", "image/tiff" },
	{ "tiff", "image/tiff" },
	{ "tsv", "text/tab-separated-values" },
	{ "txt", "text/plain" },
	{ "wav", "audio/wav" },
	{ "webm", "video/webm" },
	{ "webp", "image/webp" },
	{ "xls", "application/vnd.ms-excel" },
	{ "xlsx", "application/"
		  "vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ "xml", "application/xml" },
	{ "zip", "application/zip" },
};
#define TYPES (sizeof(types) / sizeof(types[0]))

const char *
letter_extension(struct text name)
{
	char lower[EXTENSION_MAX + 1] = "";
	size_t n = 0;

	while (n < name.n && name.p[name.n - n - 1] != '.')
		n++;
	if (n == name.n || n > EXTENSION_MAX)
		return types[0].extension;
	for (size_t i = 0; i < n; i++) {
		char c = name.p[name.n - n + i];

		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	for (size_t i = 0; i < TYPES; i++) {
		if (strcmp(types[i].extension, lower) == 0)
			return types[i].extension;
	}
	return types[0].extension;
}

const char *
letter_type(const char *extension)
{
	for (size_t i = 0; i < TYPES; i++) {
		if (strcmp(types[i].extension, extension) == 0)
			return types[i].type;
	}
	return NULL;
}
