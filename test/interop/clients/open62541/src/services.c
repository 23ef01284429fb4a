/* Read, Write and Browse; the list of what can be asked. */
#include "session.h"
#include "values.h"

#include <stdlib.h>
#include <string.h>

#include <open62541/client_highlevel.h>

static UA_NodeId nodeField(Json request, const char *name) {
    char *given = text(request, name);
    UA_NodeId id = nodeOf(given);
    free(given);
    return id;
}

static bool hasUnknown(const UA_DataValue *value) {
    if(!value->hasValue || value->value.type != &UA_TYPES[UA_TYPES_EXTENSIONOBJECT])
        return false;
    size_t size = UA_Variant_isScalar(&value->value) ? 1 : value->value.arrayLength;
    for(size_t at = 0; at < size; at++) {
        if(((const UA_ExtensionObject *)value->value.data)[at].encoding == UA_EXTENSIONOBJECT_ENCODED_BYTESTRING)
            return true;
    }
    return false;
}

static UA_ReadResponse readAll(Json nodes, unsigned int size) {
    UA_ReadRequest request;
    UA_ReadRequest_init(&request);
    request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
    request.nodesToRead = (UA_ReadValueId *)UA_Array_new(size, &UA_TYPES[UA_TYPES_READVALUEID]);
    request.nodesToReadSize = size;
    for(unsigned int at = 0; at < size; at++) {
        char *given = stringOf(element(nodes, at));
        request.nodesToRead[at].nodeId = nodeOf(given);
        request.nodesToRead[at].attributeId = UA_ATTRIBUTEID_VALUE;
        free(given);
    }
    UA_ReadResponse response = UA_Client_Service_read(currentClient(), request);
    UA_ReadRequest_clear(&request);
    return response;
}

static UA_StatusCode readNodes(Json request, Out *result) {
    Json nodes;
    field(request, "nodes", &nodes);
    unsigned int size = sizeOf(nodes);
    UA_ReadResponse response = readAll(nodes, size);
    bool unknown = false;
    for(size_t at = 0; at < response.resultsSize; at++)
        unknown = unknown || hasUnknown(&response.results[at]);
    if(unknown && knowTypes() == UA_STATUSCODE_GOOD) {
        UA_ReadResponse_clear(&response);
        response = readAll(nodes, size);
    }
    put(result, "[");
    for(size_t at = 0; at < response.resultsSize; at++) {
        put(result, at > 0 ? ",{" : "{");
        putDataValue(result, &response.results[at]);
        put(result, "}");
    }
    put(result, "]");
    UA_StatusCode status = response.responseHeader.serviceResult;
    UA_ReadResponse_clear(&response);
    return status;
}

static UA_StatusCode writeNode(Json request, Out *result) {
    (void)result;
    Json value;
    char *name = text(request, "type");
    const UA_DataType *type = builtinByName(name);
    free(name);
    if(!type || !field(request, "value", &value))
        return UA_STATUSCODE_BADTYPEMISMATCH;
    UA_WriteValue one;
    UA_WriteValue_init(&one);
    one.nodeId = nodeField(request, "node");
    one.attributeId = UA_ATTRIBUTEID_VALUE;
    one.value.hasValue = true;
    UA_StatusCode status = makeVariant(currentClient(), value, &type->typeId, &one.value.value);
    UA_WriteRequest writing;
    UA_WriteRequest_init(&writing);
    writing.nodesToWrite = &one;
    writing.nodesToWriteSize = 1;
    if(status == UA_STATUSCODE_GOOD) {
        UA_WriteResponse response = UA_Client_Service_write(currentClient(), writing);
        status = response.responseHeader.serviceResult;
        if(status == UA_STATUSCODE_GOOD && response.resultsSize == 1)
            status = response.results[0];
        UA_WriteResponse_clear(&response);
    }
    UA_WriteValue_clear(&one);
    return status;
}

static void putReferences(Out *out, const UA_BrowseResult *found) {
    for(size_t at = 0; at < found->referencesSize; at++) {
        put(out, out->length > 1 ? ",{" : "{");
        putName(out, "name");
        putValue(out, &found->references[at].browseName, &UA_TYPES[UA_TYPES_QUALIFIEDNAME]);
        put(out, ",");
        putName(out, "node");
        putValue(out, &found->references[at].nodeId, &UA_TYPES[UA_TYPES_EXPANDEDNODEID]);
        put(out, "}");
    }
}

static UA_StatusCode browseNode(Json request, Out *result) {
    UA_BrowseDescription description;
    UA_BrowseDescription_init(&description);
    description.nodeId = nodeField(request, "node");
    description.browseDirection = UA_BROWSEDIRECTION_FORWARD;
    description.resultMask = UA_BROWSERESULTMASK_ALL;
    UA_BrowseResult found = UA_Client_browse(currentClient(), NULL, 0, &description);
    UA_StatusCode status = found.statusCode;
    put(result, "[");
    putReferences(result, &found);
    while(status == UA_STATUSCODE_GOOD && found.continuationPoint.length > 0) {
        UA_BrowseResult next = UA_Client_browseNext(currentClient(), false, found.continuationPoint);
        UA_BrowseResult_clear(&found);
        found = next;
        status = found.statusCode;
        putReferences(result, &found);
    }
    put(result, "]");
    UA_BrowseResult_clear(&found);
    UA_BrowseDescription_clear(&description);
    return status;
}

static UA_StatusCode subscribeToEvents(Json request, Out *result) {
    UA_StatusCode status = knowTypes();
    return status == UA_STATUSCODE_GOOD ? subscribeEvents(request, result) : status;
}

Operation operationCalled(const char *name) {
    static const struct {
        const char *name;
        Operation operation;
    } all[] = {
        {"connect", connectSession}, {"disconnect", disconnectSession}, {"endpoints", listEndpoints},
        {"call", callMethod},        {"read", readNodes},               {"write", writeNode},
        {"browse", browseNode},      {"subscribe", subscribeData},      {"events", subscribeToEvents},
        {"history", readHistory},
    };
    for(size_t at = 0; at < sizeof(all) / sizeof(all[0]); at++) {
        if(strcmp(all[at].name, name) == 0)
            return all[at].operation;
    }
    return NULL;
}
