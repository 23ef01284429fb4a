/* JSON: requests by the parser that open62541 carries (cj5), answers into a buffer that grows. */
#ifndef INTEROP_JSON_H
#define INTEROP_JSON_H

#include <cj5.h>
#include <open62541/types.h>

typedef struct {
    char *text;
    size_t length, capacity;
} Out;

void put(Out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* In quotes, escaped; null as "null". */
void putString(Out *out, const char *text, size_t length);
void putName(Out *out, const char *name);
void clearOut(Out *out);

/* A place in a parsed request. */
typedef struct {
    const cj5_result *all;
    unsigned int at;
} Json;

/* Ends the program with a message: nobody else frees what a request needs. */
const cj5_result *parseJson(const char *text);
bool hasField(Json object, const char *name);
/* Of an object; an answer "No field" when it is not there. */
bool field(Json object, const char *name, Json *found);
cj5_token_type kindOf(Json json);
/* Elements of an array, or fields of an object. */
unsigned int sizeOf(Json json);
Json element(Json array, unsigned int index);
/* The field's name, and its value. */
Json fieldAt(Json object, unsigned int index, char *name, size_t capacity);
/* Allocated. */
char *stringOf(Json json);
/* The text of a field; empty when it is not there. Allocated. */
char *text(Json object, const char *name);
double numberOf(Json json);
bool truthOf(Json json);

#endif
