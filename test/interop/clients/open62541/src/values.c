#include "values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <open62541/util.h>

static void putArray(Out *out, const void *values, size_t size, const UA_DataType *type) {
    put(out, "[");
    for(size_t at = 0; at < size; at++) {
        if(at > 0)
            put(out, ",");
        putValue(out, (const char *)values + at * type->memSize, type);
    }
    put(out, "]");
}

void putVariant(Out *out, const UA_Variant *variant) {
    if(!variant->type)
        put(out, "null");
    else if(UA_Variant_isScalar(variant))
        putValue(out, variant->data, variant->type);
    else
        putArray(out, variant->data, variant->arrayLength, variant->type);
}

void putStatus(Out *out, UA_StatusCode status) {
    /* Without the low word, which holds flags; the names are written as others write them. */
    const char *name = UA_StatusCode_name(status & 0xffff0000);
    put(out, "\"%s\"", name);
}

static void putTime(Out *out, UA_DateTime time) {
    if(time == 0) {
        put(out, "null");
        return;
    }
    UA_DateTimeStruct parts = UA_DateTime_toStruct(time);
    put(out, "\"%04d-%02u-%02uT%02u:%02u:%02u.%03uZ\"", parts.year, parts.month, parts.day, parts.hour, parts.min,
        parts.sec, parts.milliSec);
}

static void putUaString(Out *out, const UA_String *string) {
    putString(out, string->data ? (const char *)string->data : NULL, string->length);
}

static void putStructure(Out *out, const char *at, const UA_DataType *type) {
    put(out, "{");
    for(size_t number = 0; number < type->membersSize; number++) {
        const UA_DataTypeMember *member = &type->members[number];
        at += member->padding;
        if(number > 0)
            put(out, ",");
        putName(out, member->memberName);
        if(member->isArray) {
            size_t size = *(const size_t *)(const void *)at;
            at += sizeof(size_t);
            putArray(out, *(void *const *)(const void *)at, size, member->memberType);
            at += sizeof(void *);
        } else if(member->isOptional) {
            const void *value = *(void *const *)(const void *)at;
            if(value)
                putValue(out, value, member->memberType);
            else
                put(out, "null");
            at += sizeof(void *);
        } else {
            putValue(out, at, member->memberType);
            at += member->memberType->memSize;
        }
    }
    put(out, "}");
}

static void putExtensionObject(Out *out, const UA_ExtensionObject *object) {
    if(object->encoding == UA_EXTENSIONOBJECT_DECODED || object->encoding == UA_EXTENSIONOBJECT_DECODED_NODELETE)
        putValue(out, object->content.decoded.data, object->content.decoded.type);
    else
        put(out, "null");
}

void putValue(Out *out, const void *value, const UA_DataType *type) {
    UA_String printed = UA_STRING_NULL;
    switch(type->typeKind) {
    case UA_DATATYPEKIND_BOOLEAN:
        put(out, "%s", *(const UA_Boolean *)value ? "true" : "false");
        break;
    case UA_DATATYPEKIND_SBYTE: put(out, "%d", *(const UA_SByte *)value); break;
    case UA_DATATYPEKIND_BYTE: put(out, "%u", *(const UA_Byte *)value); break;
    case UA_DATATYPEKIND_INT16: put(out, "%d", *(const UA_Int16 *)value); break;
    case UA_DATATYPEKIND_UINT16: put(out, "%u", *(const UA_UInt16 *)value); break;
    case UA_DATATYPEKIND_INT32:
    case UA_DATATYPEKIND_ENUM: put(out, "%d", *(const UA_Int32 *)value); break;
    case UA_DATATYPEKIND_UINT32: put(out, "%u", *(const UA_UInt32 *)value); break;
    case UA_DATATYPEKIND_INT64: put(out, "%lld", (long long)*(const UA_Int64 *)value); break;
    case UA_DATATYPEKIND_UINT64: put(out, "%llu", (unsigned long long)*(const UA_UInt64 *)value); break;
    case UA_DATATYPEKIND_FLOAT: put(out, "%.9g", (double)*(const UA_Float *)value); break;
    case UA_DATATYPEKIND_DOUBLE: put(out, "%.17g", *(const UA_Double *)value); break;
    case UA_DATATYPEKIND_STRING: putUaString(out, (const UA_String *)value); break;
    case UA_DATATYPEKIND_DATETIME: putTime(out, *(const UA_DateTime *)value); break;
    case UA_DATATYPEKIND_STATUSCODE: putStatus(out, *(const UA_StatusCode *)value); break;
    case UA_DATATYPEKIND_LOCALIZEDTEXT: putUaString(out, &((const UA_LocalizedText *)value)->text); break;
    case UA_DATATYPEKIND_QUALIFIEDNAME: putUaString(out, &((const UA_QualifiedName *)value)->name); break;
    case UA_DATATYPEKIND_VARIANT: putVariant(out, (const UA_Variant *)value); break;
    case UA_DATATYPEKIND_EXTENSIONOBJECT: putExtensionObject(out, (const UA_ExtensionObject *)value); break;
    case UA_DATATYPEKIND_BYTESTRING:
        if(((const UA_ByteString *)value)->data)
            UA_ByteString_toBase64((const UA_ByteString *)value, &printed);
        putUaString(out, &printed);
        break;
    case UA_DATATYPEKIND_NODEID:
        UA_NodeId_print((const UA_NodeId *)value, &printed);
        putUaString(out, &printed);
        break;
    case UA_DATATYPEKIND_EXPANDEDNODEID:
        UA_NodeId_print(&((const UA_ExpandedNodeId *)value)->nodeId, &printed);
        putUaString(out, &printed);
        break;
    case UA_DATATYPEKIND_STRUCTURE:
    case UA_DATATYPEKIND_OPTSTRUCT: putStructure(out, (const char *)value, type); break;
    default: put(out, "null");
    }
    UA_String_clear(&printed);
}

void putDataValue(Out *out, const UA_DataValue *value) {
    put(out, "\"value\":");
    if(value->hasValue)
        putVariant(out, &value->value);
    else
        put(out, "null");
    put(out, ",\"status\":");
    putStatus(out, value->hasStatus ? value->status : UA_STATUSCODE_GOOD);
    put(out, ",\"time\":");
    putTime(out, value->hasSourceTimestamp ? value->sourceTimestamp : 0);
}

UA_DateTime timeOf(const char *iso) {
    UA_DateTimeStruct parts;
    memset(&parts, 0, sizeof(parts));
    unsigned int month = 1, day = 1, hour = 0, minute = 0, second = 0, milli = 0;
    int year = 1601;
    sscanf(iso, "%d-%u-%uT%u:%u:%u.%uZ", &year, &month, &day, &hour, &minute, &second, &milli);
    parts.year = (UA_Int16)year;
    parts.month = (UA_UInt16)month;
    parts.day = (UA_UInt16)day;
    parts.hour = (UA_UInt16)hour;
    parts.min = (UA_UInt16)minute;
    parts.sec = (UA_UInt16)second;
    parts.milliSec = (UA_UInt16)milli;
    return UA_DateTime_fromStruct(parts);
}

const UA_DataType *builtinByName(const char *name) {
    for(size_t at = 0; at <= UA_TYPES_DIAGNOSTICINFO; at++) {
        if(strcmp(UA_TYPES[at].typeName, name) == 0)
            return &UA_TYPES[at];
    }
    return NULL;
}

static UA_StatusCode makeValue(Json json, const UA_DataType *type, void *made);

/* Text, truth and numbers as what they are in JSON; others as {"type": "Int32", "value": 1}. */
static UA_StatusCode makeAny(Json json, UA_Variant *made) {
    const UA_DataType *type = &UA_TYPES[UA_TYPES_STRING];
    Json value = json;
    if(kindOf(json) == CJ5_TOKEN_BOOL)
        type = &UA_TYPES[UA_TYPES_BOOLEAN];
    if(kindOf(json) == CJ5_TOKEN_NUMBER)
        type = &UA_TYPES[UA_TYPES_DOUBLE];
    if(kindOf(json) == CJ5_TOKEN_OBJECT) {
        char *name = text(json, "type");
        type = builtinByName(name);
        free(name);
        if(!type || !field(json, "value", &value))
            return UA_STATUSCODE_BADTYPEMISMATCH;
    }
    void *scalar = UA_new(type);
    UA_StatusCode status = makeValue(value, type, scalar);
    UA_Variant_setScalar(made, scalar, type);
    return status;
}

static UA_StatusCode makeArray(Json json, const UA_DataType *type, void **made, size_t *size) {
    *size = sizeOf(json);
    *made = UA_Array_new(*size, type);
    UA_StatusCode status = UA_STATUSCODE_GOOD;
    for(unsigned int at = 0; at < *size && status == UA_STATUSCODE_GOOD; at++)
        status = makeValue(element(json, at), type, (char *)*made + at * type->memSize);
    return status;
}

static UA_StatusCode makeStructure(Json json, const UA_DataType *type, char *at) {
    unsigned int known = 0;
    for(size_t number = 0; number < type->membersSize; number++) {
        const UA_DataTypeMember *member = &type->members[number];
        at += member->padding;
        Json given;
        bool isGiven = field(json, member->memberName, &given);
        UA_StatusCode status = UA_STATUSCODE_GOOD;
        if(isGiven)
            known++;
        if(member->isArray) {
            size_t *size = (size_t *)(void *)at;
            at += sizeof(size_t);
            if(isGiven)
                status = makeArray(given, member->memberType, (void **)(void *)at, size);
            at += sizeof(void *);
        } else if(member->isOptional) {
            if(isGiven) {
                void *value = UA_new(member->memberType);
                *(void **)(void *)at = value;
                status = makeValue(given, member->memberType, value);
            }
            at += sizeof(void *);
        } else {
            if(isGiven)
                status = makeValue(given, member->memberType, at);
            at += member->memberType->memSize;
        }
        if(status != UA_STATUSCODE_GOOD)
            return status;
    }
    return known == sizeOf(json) ? UA_STATUSCODE_GOOD : UA_STATUSCODE_BADTYPEMISMATCH;
}

static UA_StatusCode makeText(Json json, const UA_DataType *type, void *made) {
    char *given = stringOf(json);
    UA_String string = UA_STRING(given);
    UA_StatusCode status = UA_STATUSCODE_GOOD;
    switch(type->typeKind) {
    case UA_DATATYPEKIND_STRING: *(UA_String *)made = UA_STRING_ALLOC(given); break;
    case UA_DATATYPEKIND_LOCALIZEDTEXT: ((UA_LocalizedText *)made)->text = UA_STRING_ALLOC(given); break;
    case UA_DATATYPEKIND_QUALIFIEDNAME: ((UA_QualifiedName *)made)->name = UA_STRING_ALLOC(given); break;
    case UA_DATATYPEKIND_DATETIME: *(UA_DateTime *)made = timeOf(given); break;
    case UA_DATATYPEKIND_NODEID: status = UA_NodeId_parse((UA_NodeId *)made, string); break;
    case UA_DATATYPEKIND_BYTESTRING: status = UA_ByteString_fromBase64((UA_ByteString *)made, &string); break;
    default: status = UA_STATUSCODE_BADTYPEMISMATCH;
    }
    free(given);
    return status;
}

static UA_StatusCode makeValue(Json json, const UA_DataType *type, void *made) {
    double number = kindOf(json) == CJ5_TOKEN_NUMBER ? numberOf(json) : 0;
    switch(type->typeKind) {
    case UA_DATATYPEKIND_BOOLEAN: *(UA_Boolean *)made = truthOf(json); break;
    case UA_DATATYPEKIND_SBYTE: *(UA_SByte *)made = (UA_SByte)number; break;
    case UA_DATATYPEKIND_BYTE: *(UA_Byte *)made = (UA_Byte)number; break;
    case UA_DATATYPEKIND_INT16: *(UA_Int16 *)made = (UA_Int16)number; break;
    case UA_DATATYPEKIND_UINT16: *(UA_UInt16 *)made = (UA_UInt16)number; break;
    case UA_DATATYPEKIND_INT32:
    case UA_DATATYPEKIND_ENUM: *(UA_Int32 *)made = (UA_Int32)number; break;
    case UA_DATATYPEKIND_UINT32: *(UA_UInt32 *)made = (UA_UInt32)number; break;
    case UA_DATATYPEKIND_INT64: *(UA_Int64 *)made = (UA_Int64)number; break;
    case UA_DATATYPEKIND_UINT64: *(UA_UInt64 *)made = (UA_UInt64)number; break;
    case UA_DATATYPEKIND_FLOAT: *(UA_Float *)made = (UA_Float)number; break;
    case UA_DATATYPEKIND_DOUBLE: *(UA_Double *)made = number; break;
    case UA_DATATYPEKIND_VARIANT: return makeAny(json, (UA_Variant *)made);
    case UA_DATATYPEKIND_STRUCTURE:
    case UA_DATATYPEKIND_OPTSTRUCT: return makeStructure(json, type, (char *)made);
    default: return makeText(json, type, made);
    }
    return UA_STATUSCODE_GOOD;
}

UA_StatusCode makeVariant(UA_Client *client, Json json, const UA_NodeId *dataType, UA_Variant *made) {
    UA_Variant_init(made);
    if(kindOf(json) == CJ5_TOKEN_NULL)
        return UA_STATUSCODE_GOOD;
    const UA_DataType *type = UA_Client_findDataType(client, dataType);
    /* BaseDataType: any value. */
    if(dataType->namespaceIndex == 0 && dataType->identifier.numeric == UA_NS0ID_BASEDATATYPE)
        return makeAny(json, made);
    if(!type)
        return UA_STATUSCODE_BADTYPEMISMATCH;
    if(kindOf(json) == CJ5_TOKEN_ARRAY) {
        void *values;
        size_t size;
        UA_StatusCode status = makeArray(json, type, &values, &size);
        UA_Variant_setArray(made, values, size, type);
        return status;
    }
    void *value = UA_new(type);
    UA_StatusCode status = makeValue(json, type, value);
    UA_Variant_setScalar(made, value, type);
    return status;
}
