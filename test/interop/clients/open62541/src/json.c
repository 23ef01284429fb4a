#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *need(void *memory) {
    if(!memory) {
        fputs("Out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void reserve(Out *out, size_t more) {
    if(out->length + more + 1 <= out->capacity)
        return;
    out->capacity = (out->length + more + 1) * 2;
    out->text = (char *)need(realloc(out->text, out->capacity));
}

void put(Out *out, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    reserve(out, (size_t)length);
    va_start(arguments, format);
    vsnprintf(out->text + out->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    out->length += (size_t)length;
}

void putString(Out *out, const char *text, size_t length) {
    if(!text) {
        put(out, "null");
        return;
    }
    put(out, "\"");
    for(size_t at = 0; at < length; at++) {
        unsigned char one = (unsigned char)text[at];
        if(one == '"' || one == '\\')
            put(out, "\\%c", one);
        else if(one < 0x20)
            put(out, "\\u%04x", one);
        else
            put(out, "%c", one);
    }
    put(out, "\"");
}

void putName(Out *out, const char *name) {
    putString(out, name, strlen(name));
    put(out, ":");
}

void clearOut(Out *out) {
    free(out->text);
    memset(out, 0, sizeof(*out));
}

const cj5_result *parseJson(const char *text) {
    cj5_token one;
    unsigned int length = (unsigned int)strlen(text);
    cj5_result counted = cj5_parse(text, length, &one, 1, NULL);
    cj5_token *tokens = (cj5_token *)need(calloc(counted.num_tokens + 1, sizeof(cj5_token)));
    cj5_result *result = (cj5_result *)need(malloc(sizeof(cj5_result)));
    *result = cj5_parse(text, length, tokens, counted.num_tokens + 1, NULL);
    if(result->error != CJ5_ERROR_NONE) {
        fprintf(stderr, "No JSON: %s\n", text);
        exit(1);
    }
    return result;
}

bool field(Json object, const char *name, Json *found) {
    *found = object;
    return cj5_find(object.all, &found->at, name) == CJ5_ERROR_NONE && kindOf(*found) != CJ5_TOKEN_NULL;
}

bool hasField(Json object, const char *name) {
    Json found;
    return field(object, name, &found);
}

cj5_token_type kindOf(Json json) { return json.all->tokens[json.at].type; }

unsigned int sizeOf(Json json) {
    unsigned int size = json.all->tokens[json.at].size;
    return kindOf(json) == CJ5_TOKEN_OBJECT ? size / 2 : size;
}

Json element(Json array, unsigned int index) {
    Json found = {array.all, array.at + 1};
    for(unsigned int skipped = 0; skipped < index; skipped++)
        cj5_skip(found.all, &found.at);
    return found;
}

Json fieldAt(Json object, unsigned int index, char *name, size_t capacity) {
    Json found = element(object, index * 2);
    char *given = stringOf(found);
    snprintf(name, capacity, "%s", given);
    free(given);
    found.at++;
    return found;
}

char *stringOf(Json json) {
    const cj5_token *token = &json.all->tokens[json.at];
    unsigned int length = 0;
    char *made = (char *)need(calloc(token->end - token->start + 2, 1));
    if(token->type == CJ5_TOKEN_STRING)
        cj5_get_str(json.all, json.at, made, &length);
    return made;
}

char *text(Json object, const char *name) {
    Json found;
    return field(object, name, &found) ? stringOf(found) : (char *)need(calloc(1, 1));
}

double numberOf(Json json) {
    double number = 0;
    int64_t whole;
    if(cj5_get_int(json.all, json.at, &whole) == CJ5_ERROR_NONE)
        return (double)whole;
    cj5_get_float(json.all, json.at, &number);
    return number;
}

bool truthOf(Json json) {
    bool truth = false;
    cj5_get_bool(json.all, json.at, &truth);
    return truth;
}
