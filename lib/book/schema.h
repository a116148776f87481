/* The tables of the book. */
#ifndef PISTA_BOOK_SCHEMA_H
#define PISTA_BOOK_SCHEMA_H

/* Counted on with every change of the tables, of what fills them and of how
 * threads are folded: a snapshot of another version is passed over. */
#define BOOK_SCHEMA 6
#define BOOK_APPLICATION 1349088075 /* "PisK" */

extern const char book_schema[];

#endif
